# What a conversion leaves can be dumped and restored: a second dump is like the first, and gives what the first gave.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use File::Basename qw(dirname);
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;

my $root = dirname(__FILE__) . '/../..';
my $node = new_server('convert_dump');
$node->safe_psql('postgres', 'CREATE EXTENSION gb_enums');
$node->safe_psql('postgres', slurp_file("$root/test/schema/chat_platform.sql"));
$node->safe_psql('postgres', q{
    SET search_path = chat_platform, public;
    SELECT count(*) FROM gb_enum_convert_table('auto_tasks', '{"status": "task_status", "priority": {"enum": "task_priority", "map": {"medium": "normal"}},
        "mode": "execution_mode", "risk": "risk_level"}', dry_run => false);
    SELECT count(*) FROM gb_enum_convert('task_approvals', 'status', 'approval_status', fold_case => true, dry_run => false);
    SELECT count(*) FROM gb_enum_convert('task_approvals', 'risk', 'risk_level', dry_run => false);
    SELECT count(*) FROM gb_enum_convert_table('message_history', '{"role": "message_role", "message_type": {"enum": "message_type"}}', dry_run => false);
    SELECT count(*) FROM gb_enum_convert('calendar_events', 'sync', 'sync_status', store => 'smallint', dry_run => false);});

my $first = dump_of($node, 'postgres');
$node->safe_psql('postgres', 'CREATE DATABASE again');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $node->basedir . '/postgres.sql', $node->connstr('again') ], 'restored');
ok($first eq dump_of($node, 'again'), 'the dump of what was restored is the same');
for my $view (qw(open_tasks urgent_tasks task_names task_counts two_lists mixed_list task_pairs distinct_tasks task_board board_total risky_approvals answers unsynced_events))
{
	my $query = "SELECT md5(string_agg(v::text, ',' ORDER BY v::text)) FROM chat_platform.$view v";
	is($node->safe_psql('again', $query), $node->safe_psql('postgres', $query), "view $view");
}

$node->stop;
done_testing();
