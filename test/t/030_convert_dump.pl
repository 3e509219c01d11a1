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

# A dump in the middle of an online conversion has its columns, trigger and indexes, but not its record. They are shown, and
# removed by what the trigger says.
$node->safe_psql('postgres', 'CREATE DATABASE middle');
$node->safe_psql('middle', q{
    CREATE EXTENSION gb_enums;
    CREATE TABLE begun (id int PRIMARY KEY, status text NOT NULL DEFAULT 'ready' CHECK (status <> 'failed'), "Lev el é" int);
    CREATE TABLE built (LIKE begun INCLUDING ALL);
    CREATE INDEX ON built (status) WHERE status = 'ready';
    CREATE VIEW ready AS SELECT id, status FROM built WHERE status = 'ready';
    CREATE TABLE parts (LIKE begun INCLUDING CONSTRAINTS INCLUDING DEFAULTS) PARTITION BY LIST (id);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
    CREATE TABLE parent (LIKE begun INCLUDING CONSTRAINTS INCLUDING DEFAULTS);
    CREATE TABLE child () INHERITS (parent);
    CREATE TABLE done (LIKE begun INCLUDING ALL);
    INSERT INTO begun SELECT i, 'ready', 1 FROM generate_series(1, 100) i;
    INSERT INTO built TABLE begun;
    INSERT INTO parts VALUES (1, 'ready', 2);
    INSERT INTO child VALUES (1, 'ready', 2);
    INSERT INTO done TABLE begun;});
sub restore_into
{
    my ($database) = @_;
    $node->safe_psql('postgres', "CREATE DATABASE $database");
    dump_of($node, 'middle');
    $node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $node->basedir . '/middle.sql', $node->connstr($database) ], "restored: $database");
}
restore_into('at_first');
my $columns = q{'{"status": "task_status", "Lev el é": {"enum": "risk_level", "store": "smallint"}}'};
for my $table (qw(begun built parts parent))
{
    $node->safe_psql('middle', "SELECT gb_enums_internal.convert_online_begin('$table', gb_enums_internal.convert_named($columns), 1, 1, '2 s', 3)");
    my $last = $table eq 'built' ? 'exchange' : 'rows';
    while ($node->safe_psql('middle', "SELECT stage FROM gb_enum_conversions WHERE relation = '$table'::regclass") ne $last)
    {
        my $answer = $node->safe_psql('middle', "SELECT gb_enums_internal.online_step('$table', 'columns')");
        $node->safe_psql('middle', "CALL gb_enums_internal.run_concurrently('$table'::regclass, gb_enums_internal.convert_online_index('$table'))") if $answer eq 'index';
    }
}
$node->safe_psql('middle', "CALL gb_enum_convert_online('done', $columns)");
restore_into('middle_again');
my $shown = q{SELECT relation, columns, stage FROM gb_enum_conversions ORDER BY relation::text};
is($node->safe_psql('middle_again', $shown),
    join("\n", map { qq{$_|status task_status, "Lev el é" risk_level|} . ($_ eq 'done' ? 'done, not on record' : 'not on record') } qw(begun built done parent parts)), 'what is left is shown');
my ($status, $out, $err);
($status, $out, $err) = $node->psql('middle_again', "CALL gb_enum_convert_online('begun')");
like($err, qr/no columns of "public.begun" are being converted\nHINT:  A conversion was begun before a dump, and is not on record. CALL gb_enum_convert_online_undo\('public.begun'\)/, 'it does not go on');
($status, $out, $err) = $node->psql('middle_again', "SELECT gb_enums_internal.online_step('begun', 'columns')");
like($err, qr/no columns of "public.begun" are being converted/, 'nor does a step');
($status, $out, $err) = $node->psql('middle_again', "CALL gb_enum_convert_online('begun', $columns)");
like($err, qr/CALL gb_enum_convert_online_undo\('public.begun'\) removes them/, 'nor does another begin');
($status, $out, $err) = $node->psql('middle_again', "CALL gb_enum_convert_online_undo('done')");
like($err, qr/the way back of the conversion of "public.done" is not on record/, 'what is done can only be finished');
# as good as before, also for who writes
$node->safe_psql('middle_again', q{INSERT INTO begun (id, "Lev el é") VALUES (1000, 2); DELETE FROM begun WHERE id = 1000});
for my $table (qw(begun built parts parent))
{
    $node->safe_psql('middle_again', "CALL gb_enum_convert_online_undo('$table')");
    $node->safe_psql('middle', "CALL gb_enum_convert_online_undo('$table')");
}
$node->safe_psql($_, "SELECT gb_enum_convert_finish('done')") for qw(middle middle_again);
is($node->safe_psql('middle_again', $shown), '', 'nothing is left');
ok(dump_of($node, 'middle_again') eq dump_of($node, 'middle'), 'undone and finished as where it is on record');
$node->safe_psql($_, 'DROP TABLE done') for qw(middle_again at_first);
ok(dump_of($node, 'middle_again') eq dump_of($node, 'at_first'), 'what is undone is what it was');

$node->stop;
done_testing();
