# What functions say on a hot standby. What only reads gives what it gives on the primary; what would change something says
# that this is a standby; maintenance, which schedulers call on all servers, ends without an error.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use Installation;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_server('primary', wal_level => 'replica');
$primary->safe_psql('postgres', <<'SQL');
SET client_min_messages = error;
CREATE EXTENSION gb_enums;
SELECT gb_enum_create('ticket', '{new,open,closed}');
CREATE TABLE text_tasks (id int PRIMARY KEY, status varchar(20) NOT NULL CHECK (status IN ('pending', 'running')), raw smallint, t ticket);
INSERT INTO text_tasks VALUES (1, 'pending', 2, 'new');
CREATE TABLE typed (id int PRIMARY KEY, status task_status);
CREATE TABLE being_converted (id int PRIMARY KEY, status varchar(20));
CALL gb_enum_convert_online('being_converted', '{"status": "task_status"}');
CREATE TABLE parted (id int, created_at timestamptz NOT NULL, PRIMARY KEY (id, created_at)) PARTITION BY RANGE (created_at);
SELECT gb_partition_manage('parted');
CALL gb_partition_maintain('parted');
SELECT gb_partition_manage('parted', premake => 9);
CREATE TABLE unmanaged (LIKE parted) PARTITION BY RANGE (created_at);
CREATE TABLE plain (LIKE parted INCLUDING ALL);
CREATE TABLE being_parted (LIKE plain INCLUDING ALL);
CALL gb_partition_convert('being_parted', 'created_at');
SQL
# A package, where the server finds extensions in other places than its own.
my $extension = copy_installation($primary);
if ($extension)
{
    place_package($extension, $primary, 'postgres', q{SELECT * FROM gb_enum_package('moods', '{ticket}')});
    $primary->safe_psql('postgres', q{CREATE SCHEMA packaged; CREATE EXTENSION moods SCHEMA packaged; CREATE TABLE moods AS SELECT 'open'::packaged.ticket AS t});
}
$primary->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);

# What reads.
my @statements;
for my $query (
    q{SELECT * FROM gb_enums}, q{SELECT * FROM ticket_values()}, q{SELECT raw, task_status_name(raw), t FROM text_tasks WHERE t < 'closed'},
    q{SELECT * FROM gb_enum_check()}, q{SELECT * FROM gb_enum_suggest(scan => true)}, q{SELECT * FROM gb_enum_column_order('text_tasks')},
    q{SELECT * FROM gb_enum_convert('text_tasks', 'status', 'task_status')}, q{SELECT * FROM gb_enum_revert('typed', 'status')},
    q{SELECT * FROM gb_enum_convert_online_plan('text_tasks', '{"status": "task_status"}')}, q{SELECT * FROM gb_enum_convert_schema_plan('public')},
    q{SELECT relation, stage FROM gb_enum_conversions}, q{SELECT * FROM gb_enum_package('p', '{ticket}')},
    q{SELECT * FROM gb_partition_plan()}, q{SELECT * FROM gb_partition_backfill_plan('parted')}, q{SELECT * FROM gb_partition_detach_plan('parted')},
    q{SELECT * FROM gb_enum_types}, q{SELECT * FROM gb_enum_fingerprints}, q{SELECT gb_enum_fingerprint('ticket')}, q{SELECT * FROM gb_enum_source('rust')},
    q{SELECT gb_enum_name('ticket', 1), gb_enum_code('ticket', 'open'), gb_enum_description('ticket', 1)}, q{SELECT * FROM gb_enum_values('ticket')},
    q{SELECT * FROM gb_uninstall_plan()}, q{SELECT * FROM gb_partition_care_plan()}, q{SELECT * FROM gb_partition_failures}, q{SELECT * FROM gb_enum_schema_report},
    # Each server has statistics of its own.
    (map { "SELECT count(*) >= 0 FROM $_" } 'gb_maintenance_plan()', q{gb_table_bloat('typed')}, 'gb_maintenance_findings', 'gb_table_maintenance',
        'gb_index_usage', 'gb_table_sizes'),
    q{SELECT * FROM gb_partition_status}, q{SELECT converted, phase FROM gb_partition_conversions})
{
    push @statements, $query;
    is($standby->safe_psql('postgres', $query), $primary->safe_psql('postgres', $query), "reads as on the primary: $query");
}

is($standby->safe_psql('postgres', q{SELECT t, packaged.ticket_code(t) FROM moods WHERE t = 'open'::text}), 'open|1', 'reads as on the primary: a package') if $extension;

# What changes, and what the error calls it.
my $call = sub { return map { [ $_, /(\w+)\(/ ? "$1()" : die ] } @_ };
for my $change (
    $call->(
        q{SELECT gb_enum_create('x', '{a}')}, q{SELECT gb_enum_add_value('ticket', 'x')}, q{SELECT gb_enum_add_value('ticket', 'open', if_not_exists => true)},
        q{SELECT gb_enum_rename_value('ticket', 'new', 'newer')}, q{SELECT gb_enum_set_description('ticket', 'new', 'd')},
        q{SELECT gb_enum_add_alias('ticket', 'new', 'n')}, q{SELECT gb_enum_drop_alias('ticket', 'n')}, q{SELECT gb_enum_deprecate('ticket', 'new')},
        q{SELECT gb_enum_undeprecate('ticket', 'new')}, q{SELECT gb_enum_remove_value('ticket', 'closed')}, q{SELECT gb_enum_follow_type('ticket')},
        q{SELECT gb_enum_drop('ticket')}, q{SELECT gb_enum_adopt('p')}, q{SELECT gb_enum_release('gb_enums')},
        $extension ? q{SELECT * FROM gb_enum_package('moods', '{ticket}')} : ()),
    [ q{SELECT gb_enum_convert('text_tasks', 'status', 'task_status', dry_run => false)}, 'the conversion of "public.text_tasks"' ],
    [ q{SELECT gb_enum_convert_table('text_tasks', '{"status": "task_status"}', dry_run => false)}, 'the conversion of "public.text_tasks"' ],
    [ q{SELECT gb_enum_revert('typed', 'status', dry_run => false)}, 'the conversion of "public.typed"' ],
    [ q{CALL gb_enum_convert_schema('public')}, 'the conversion of schema "public"' ],
    [ q{CALL gb_enum_convert_online('text_tasks', '{"status": "task_status"}')}, 'the beginning of the conversion of "public.text_tasks"' ],
    [ q{CALL gb_enum_convert_online_undo('being_converted')}, 'step "undo" of "public.being_converted"' ],
    [ q{SELECT gb_enum_convert_finish('being_converted')}, 'step "finish" of "public.being_converted"' ],
    [ q{SELECT create_monthly_partition('parted', now())}, 'creating a partition of "public.parted"' ],
    [ q{SELECT gb_partition_create('unmanaged', now(), every => '1 day')}, 'creating a partition of "public.unmanaged"' ],
    [ q{SELECT gb_partition_manage('unmanaged')}, 'registration of "public.unmanaged"' ],
    [ q{SELECT gb_partition_unmanage('parted')}, 'registration of "public.parted"' ],
    [ q{CALL gb_partition_backfill('parted', now() - interval '1 year')}, 'creating a partition of "public.parted"' ],
    [ q{SELECT * FROM gb_partition_convert_plan('plain', 'created_at')}, 'the plan for "public.plain"' ],
    [ q{SELECT * FROM gb_partition_merge_plan('parted')}, 'the plan for "public.parted"' ],
    [ q{CALL gb_partition_convert('plain', 'created_at')}, 'step "prepare" of "public.plain"' ],
    [ q{CALL gb_partition_merge('parted')}, 'step "prepare" of "public.parted"' ],
    [ q{CALL gb_partition_convert_undo('being_parted')}, 'step "undo" of "public.being_parted"' ],
    [ q{SELECT gb_partition_convert_finish('being_parted')}, 'step "finish" of "public.being_parted"' ])
{
    my ($statement, $what) = @$change;
    push @statements, $statement;
    my (undef, undef, $refusal) = $standby->psql('postgres', "\\set VERBOSITY verbose\n$statement");
    like($refusal, qr/^psql:\S+ ERROR:  25006: \Q$what\E is not possible in a read-only transaction\nHINT:  This server is a standby\. Do it on the primary server\.\n/,
        "refused: $statement");
}

# The same schedule may be on all servers.
for my $maintenance (q{CALL gb_partition_maintain(must_succeed => true)}, q{CALL gb_partition_maintain('parted')})
{
    push @statements, $maintenance;
    my ($ended, undef, $notice) = $standby->psql('postgres', $maintenance);
    is($ended, 0, "ends without an error: $maintenance");
    like($notice, qr/^psql:\S+ NOTICE:  partitions are not maintained by a standby server\nDETAIL:  The primary server maintains them\.$/, 'and says why it did nothing');
}

my (undef, undef, $stderr) = $standby->psql('postgres', q{SELECT * FROM gb_enum_check_queries('{SELECT 1}')});
like($stderr, qr/cannot execute gb_enum_check_queries\(\) during recovery/, 'refused: queries are not analysed');
(undef, undef, $stderr) = $standby->psql('postgres', q{SELECT * FROM gb_index_advice('{SELECT 1}')});
like($stderr, qr/cannot execute gb_index_advice\(\) during recovery/, 'refused: queries are not planned');

# Nothing is left out: what people call has a line above. (GRANT speaks for gb_enum_grant, and pg_stat_statements for
# gb_slow_statements.)
my @called = grep { !/^gb_(?:enum_check_queries|enum_convert_undo|enum_grant|enum_revoke|index_advice|slow_statements)$/ } split /\n/, $primary->safe_psql('postgres', q{SELECT DISTINCT p.proname FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname ~ '^gb_|monthly'});
my $tried = join "\n", @statements;
is(join("\n", grep { $tried !~ /\b$_\(/ } @called), '', 'all functions are tried');
cmp_ok(scalar @called, '>', 40, 'which are many');

# Promoted, it does all that.
$standby->promote;
is($standby->safe_psql('postgres', q{CALL gb_partition_maintain(); SELECT count(*) FROM gb_partition_plan(); SELECT gb_enum_add_value('ticket', 'more')}), "0\n3", 'promoted, it is no standby any more');
like(($standby->psql('postgres', q{BEGIN READ ONLY; SELECT gb_enum_add_value('ticket', 'x')}))[2],
    qr/ERROR:  gb_enum_add_value\(\) is not possible in a read-only transaction$/, 'in a read-only transaction there is nothing about a standby');

$standby->stop;
$primary->stop;
done_testing();
