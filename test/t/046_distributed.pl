# Tables whose rows Citus has in shards, by a stand-in that has Citus' list of tables and its rules for statements: what is sent
# on is one statement in a string, plans stop where triggers would be needed, removals and checks do not take an empty table for
# one without the value, and nothing that is printed for other nodes is an error there. A role without rights makes nobody
# believe that a table is distributed.
use strict;
use warnings;

use File::Copy qw(copy);
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use Installation;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('distributed');
my $extension = copy_installation($node)
    or plan(skip_all => 'this server finds extensions only where it is installed itself');
append_to_file("$extension/citus.control", "default_version = '1.0'\nrelocatable = false\nrequires = 'gb_enums'\n");
copy("$FindBin::RealBin/lib/citus--1.0.sql", "$extension/citus--1.0.sql") or die "copy: $!";

sub sql { return $node->safe_psql('postgres', $_[0]) }

# What a statement says that must fail.
sub error_of
{
    my ($sql, @options) = @_;
    my ($code, undef, $stderr) = $node->psql('postgres', $sql, @options);
    return $code == 0 ? 'no error' : $stderr;
}

# What is more than one statement, in a plan of these tables.
sub several { return "$_[0] !~ '^DO ' AND $_[0] ~ '; *[A-Z]'" }

sub plan_of { return sql("EXPLAIN (VERBOSE, COSTS OFF) $_[0]") }

sql(q{CREATE EXTENSION gb_enums; CREATE ROLE nobody LOGIN; CREATE SCHEMA theirs AUTHORIZATION nobody;
    CREATE TABLE jobs (tenant int, id int, status task_status NOT NULL DEFAULT 'pending', raw smallint, own smallint);
    SELECT gb_enum_create('state', '{open,closed}');
    ALTER TABLE jobs ALTER own TYPE state USING as_state(own)});

# Nobody is believed ----------------------------------------------------------------------------------

my @as_nobody = (extra_params => [ '-U', 'nobody' ]);
my $list = q{(logicalrelid regclass, partkey text); INSERT INTO %1$s SELECT oid, ':varattno 3 ' FROM pg_class WHERE relname = 'jobs'};
my $raw = 'SELECT as_task_status(raw) FROM jobs';
$node->safe_psql('postgres', sprintf("CREATE TABLE %1\$s $list; SET search_path = theirs, pg_catalog, public; SELECT 1", 'theirs.pg_dist_partition'), @as_nobody);
like(error_of(sprintf("CREATE TABLE %1\$s $list", 'pg_catalog.pg_dist_partition'), @as_nobody), qr/permission denied/, 'a role cannot have a table in pg_catalog');
sql(sprintf("CREATE TABLE pg_dist_partition $list; ALTER TABLE pg_dist_partition SET SCHEMA pg_catalog", 'pg_dist_partition'));
is(sql(q{SELECT gb_enums_internal.is_distributed('jobs')}), 'f', 'a table in pg_catalog that is no member of the extension is not believed');
like(plan_of($raw), qr/Output: \(raw\)::task_status/, '... nor by plans');
sql('DROP TABLE pg_catalog.pg_dist_partition; CREATE EXTENSION citus');
is(sql(q{SELECT gb_enums_internal.is_distributed('jobs'), gb_enums_internal.is_distributed(0), gb_enums_internal.distribution_column(NULL) IS NULL}), 'f|f|t', 'a table that is not in the list is not distributed');
like(error_of(q{INSERT INTO pg_catalog.pg_dist_partition VALUES ('jobs')}, @as_nobody), qr/permission denied/, 'a role cannot write to the list');

# What a superuser puts in the place of the list is not read when it is no table.
for my $other ("VIEW citus.pg_dist_partition AS SELECT 'jobs'::regclass AS logicalrelid, ''::text AS partkey", 'TABLE citus.pg_dist_partition (logicalrelid regclass, partkey text) PARTITION BY LIST (partkey)')
{
    my ($kind) = $other =~ /^(\w+)/;
    is(sql(qq{BEGIN; ALTER EVENT TRIGGER citus_obey DISABLE; ALTER EXTENSION citus DROP TABLE pg_catalog.pg_dist_partition; ALTER TABLE pg_catalog.pg_dist_partition RENAME TO was_list; CREATE $other;
        ALTER $kind citus.pg_dist_partition SET SCHEMA pg_catalog; ALTER EXTENSION citus ADD $kind pg_catalog.pg_dist_partition;
        SELECT gb_enums_internal.is_distributed('jobs'); ROLLBACK}), 'f', "a list that is another relation is not read: $kind");
}
is(sql(q{BEGIN; DROP INDEX pg_catalog.pg_dist_partition_logical_relid_index; CREATE TABLE citus.pg_dist_partition_logical_relid_index (); ALTER TABLE citus.pg_dist_partition_logical_relid_index SET SCHEMA pg_catalog;
    INSERT INTO pg_catalog.pg_dist_partition VALUES ('jobs'); SELECT gb_enums_internal.is_distributed('jobs'); ROLLBACK}), 't', '... and the list is read without its index');

# What is printed for other nodes ---------------------------------------------------------------------

sql(q{SELECT citus.distribute('jobs', 'tenant'); CREATE VIEW named AS SELECT id, as_task_status(raw) AS status FROM jobs});
is(sql(q{SELECT gb_enums_internal.distribution_column('jobs')}), '1', 'the column is known by which a table is distributed');
like(plan_of($raw), qr/Output: as_task_status\(raw\)/, 'as_E is printed as a call');
like(plan_of(q{SELECT id FROM named WHERE status IN ('running', 'failed')}), qr/Filter: \(as_task_status\(jobs.raw\) = ANY/, '... also for IN through a view');
like(plan_of(q{SELECT status, count(*) FROM named GROUP BY status}), qr/Group Key: as_task_status\(jobs.raw\)/, '... and for groups');
for my $test ([ q{status = 'running'}, q{status = 'running'::task_status} ], [ q{status = 'bogus'::text}, q{(status)::bigint > '32767'::bigint} ], [ 'status = 99', q{(status)::bigint = '99'::bigint} ],
    [ 'status < 99999', q{(status)::bigint <= '32767'::bigint} ], [ 'status < -99999', q{(status)::bigint > '32767'::bigint} ], [ 'status = as_task_status(99::smallint)', q{(status)::bigint = '99'::bigint} ],
    [ 'as_task_status(99::smallint) > status', q{'99'::bigint > (status)::bigint} ], [ 'status = 2', q{status = 'running'::task_status} ], [ q{as_task_status(raw) = 'running'}, q{raw = '2'::smallint} ],
    [ 'as_task_status(raw) = 99', q{raw = '99'::bigint} ], [ q{as_task_status(raw) = 'bogus'::text}, q{raw > '32767'::smallint} ], [ 'as_task_status(raw) = status', q{raw = (status)::smallint} ])
{
    my ($condition, $printed) = @$test;
    like(plan_of("SELECT id FROM jobs WHERE $condition"), qr/Filter: \(\Q@{[ $printed =~ s{\b(status|raw)\b}{jobs.$1}gr ]}\E\)/, "$condition is printed so that every node reads it");
}
sql(q{CREATE TABLE here (LIKE jobs)});
like(plan_of(q{SELECT as_task_status(raw) FROM here WHERE status = 99}), qr/Output: \(raw\)::task_status.*Filter: \(here.status = '99'::task_status\)/s, 'a plain table is planned as ever');

# Removal and check -----------------------------------------------------------------------------------

like(error_of(q{SELECT gb_enum_remove_value('state', 'open')}), qr/cannot remove value "open" of enumeration state: it is in use\nDETAIL:  column own of table jobs: cannot be looked into/, 'a removal is refused');
is(sql(q{BEGIN; SELECT gb_enum_remove_value('state', 'closed', except_foreign_tables => true); ROLLBACK}), '', '... unless the caller says that the shards are looked at');
like(error_of(q{INSERT INTO here (status, own) VALUES ('ready', 'open'); SELECT gb_enum_remove_value('state', 'open', except_foreign_tables => true)}), qr/column own of table here: 1/, '... which does not concern other tables');
my ($code, $out, $err) = $node->psql('postgres', q{SELECT * FROM gb_enum_check('task_status'); SELECT * FROM gb_enum_check('task_status', scan => false)});
is($out, '', 'a check finds nothing');
like($err, qr/^[^\n]*WARNING:  tables whose rows are on other servers are not checked: public.jobs\nHINT:  Call gb_enum_check\(\) on these servers.$/, '... and says once what it has not looked at');

# Conversions -----------------------------------------------------------------------------------------

sql(q{CREATE TABLE old (tenant int, id int, status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running')), PRIMARY KEY (tenant, id)); CREATE INDEX ON old (status);
    CREATE VIEW old_named AS SELECT id, status FROM old WHERE status IS DISTINCT FROM 'running';
    CREATE TABLE "a ""plain"" one" (LIKE old INCLUDING ALL); SELECT citus.distribute('old', 'tenant')});
my $statements = q{SELECT statement FROM gb_enum_convert('%s', 'status', 'task_status') WHERE statement LIKE '%%ADD CONSTRAINT%%'};
is(sql(sprintf $statements, 'old'), q{ALTER TABLE public.old ADD CONSTRAINT old_status_check CHECK ((status = ANY (ARRAY['pending'::public.task_status, 'running'::public.task_status])))}, 'a CHECK is added by itself');
like(sql(sprintf $statements, '"a ""plain"" one"'), qr/^ALTER TABLE public."a ""plain"" one" ALTER COLUMN status.*, ADD CONSTRAINT/, '... but where one pass over the table is enough');
sql(q{SELECT count(*) FROM gb_enum_convert('old', 'status', 'task_status', dry_run => false)});
is(sql(q{SELECT atttypid::regtype, attnotnull FROM pg_attribute WHERE attrelid = 'old'::regclass AND attname = 'status'}), 'task_status|t', 'a conversion sends one statement in a string');
cmp_ok(sql(q{SELECT count(*) FROM citus.obeyed WHERE statement LIKE 'ALTER TABLE%'}), '>', 1, '... and the rules were applied');
sql(q{SELECT count(*) FROM gb_enum_revert('old', 'status', dry_run => false)});
is(sql(q{SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = 'old'::regclass AND attname = 'status'}), 'text', 'so does the way back');
is(sql(q{SELECT count(*) FROM gb_enum_convert('old', 'status', 'task_status') WHERE kind = 'statement' AND } . several('statement')), '0', 'so does the plan');
is(sql(q{SELECT detail FROM gb_enum_convert('old', 'tenant', 'task_status') WHERE kind = 'stop' AND detail LIKE 'Citus%'}),
    'Citus distributes "old" by column "tenant": undistribute_table() makes it a plain table, which can be distributed again when the column is converted.', 'a distribution column stops the plan');
my $no_triggers = 'Citus distributes "old", and takes no trigger that keeps the columns in step: gb_enum_convert_table() converts it, with a lock on the table.';
is(sql(q{SELECT detail FROM gb_enum_convert_online_plan('old', '{"status": "task_status"}') WHERE kind = 'stop'}), $no_triggers, 'the plan of an online conversion stops');
like(error_of(q{CALL gb_enum_convert_online('old', '{"status": "task_status"}')}), qr/cannot be converted while it is used\nDETAIL:  \Q$no_triggers\E/, '... as does the conversion');
is(sql(q{SELECT count(*) FROM pg_attribute WHERE attrelid = 'old'::regclass AND attnum > 0}), '3', '... before anything is done');

# A table that is distributed while it is converted: nothing is left when that is undone.
sql(q{CREATE TABLE late (LIKE old INCLUDING ALL); SELECT gb_enums_internal.convert_online_begin('late', '{"status": "public.task_status"}', 100, NULL, '2 seconds', 10);
    SELECT gb_enums_internal.online_step('late', 'columns'); SELECT citus.distribute('late', 'tenant')});
is(sql(q{SELECT stage, (SELECT count(*) FROM pg_attribute WHERE attrelid = 'late'::regclass AND attnum > 0) FROM gb_enum_conversions}), 'follow|4', 'a conversion has its columns, and is to make its trigger');
isnt(error_of(q{CALL gb_enum_convert_online('late')}), 'no error', '... which it cannot');
sql(q{CALL gb_enum_convert_online_undo('late')});
is(sql(q{SELECT (SELECT count(*) FROM gb_enum_conversions), (SELECT count(*) FROM pg_attribute WHERE attrelid = 'late'::regclass AND attnum > 0 AND NOT attisdropped)}), '0|3', 'it is undone');

# Partitions ------------------------------------------------------------------------------------------

sql(q{CREATE TABLE history (tenant int, id bigint, at timestamptz NOT NULL, status task_status DEFAULT 'pending', PRIMARY KEY (tenant, id, at)) PARTITION BY RANGE (at);
    CREATE INDEX ON history (status); CREATE TABLE history_default PARTITION OF history DEFAULT;
    SELECT citus.distribute('history', 'tenant'); CREATE SCHEMA moved;
    SELECT gb_partition_manage('history', premake => 2, retain => '2 months', on_expire => 'drop')});
for my $at ('2026-01-15', '2026-05-15')
{
    is(sql("SELECT count(*) > 0, count(*) FILTER (WHERE @{[ several('command') ]}) FROM gb_partition_plan('history', '$at')"), 't|0', "$at: each command of the plan is one statement");
    sql(qq{CALL gb_partition_maintain('history', '$at', must_succeed => true)});
}
is(sql(q{SELECT string_agg(inhrelid::regclass::text, ' ' ORDER BY inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'history'::regclass}), 'history_2026_03 history_2026_05 history_2026_06 history_2026_07 history_default', 'partitions are made and dropped');
sql(q{SELECT gb_partition_manage('history', premake => 2, retain => '2 months', on_expire => 'move', move_to => 'moved', copy_privileges => true); GRANT SELECT, INSERT ON history TO nobody;
    CALL gb_partition_maintain('history', '2026-11-15', must_succeed => true)});
is(sql(q{SELECT string_agg(relname::text, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'moved'::regnamespace AND relkind = 'r'}), 'history_2026_03 history_2026_05 history_2026_06 history_2026_07', '... and moved');
sql(q{DROP TABLE history_default});
like(error_of(q{SELECT * FROM gb_partition_detach_plan('history', '2027-11-15')}), qr/cannot be detached concurrently\nDETAIL:  Citus distributes the table, and refuses it.\nHINT:  CALL gb_partition_maintain\(\)/, 'the plan to detach concurrently says what Citus refuses');
my $no_exchange = 'Citus distributes it, and takes no triggers and no exchange of names: undistribute_table() makes it a plain table, which can be distributed again when it is converted.';
sql(q{CREATE TABLE plain (tenant int, at timestamptz NOT NULL, PRIMARY KEY (tenant, at)); SELECT citus.distribute('plain', 'tenant')});
for my $method ('attach', 'copy')
{
    is(sql(qq{SELECT detail FROM gb_partition_convert_plan('plain', 'at', method => '$method') WHERE kind = 'stop'}), $no_exchange, "the plan of a conversion into a partitioned table stops, $method");
    like(error_of(qq{CALL gb_partition_convert('plain', 'at', method => '$method')}), qr/cannot be converted into a partitioned one\nDETAIL:  \Q$no_exchange\E/, "... as does the conversion, $method");
}
is(sql(q{SELECT detail FROM gb_partition_merge_plan('history') WHERE kind = 'stop'}), $no_exchange, '... and that into a plain one');
is(sql(q{SELECT count(*) FROM gb_partition_conversions}), '0', 'nothing was begun');

# The plans of plain tables have one statement a row as well.
sql(q{CREATE TABLE used (id int PRIMARY KEY, at timestamptz NOT NULL, status text DEFAULT 'pending', CHECK (status IS DISTINCT FROM 'x')); CREATE INDEX ON used ((status IS DISTINCT FROM 'failed')) WHERE status IS DISTINCT FROM 'x';
    CREATE VIEW used_named AS SELECT id FROM used WHERE status IS DISTINCT FROM 'failed'; ALTER TABLE used DROP CONSTRAINT used_pkey, ADD PRIMARY KEY (id, at);
    CREATE TABLE parted (id int, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at); CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')});
for my $plan (q{gb_enum_convert('used', 'status', 'state', map => '{"pending": "open", "failed": "closed", "x": "closed"}')}, q{gb_enum_convert_online_plan('used', '{"status": {"enum": "state", "map": {"pending": "open", "failed": "closed", "x": "closed"}}}')},
    q{gb_partition_convert_plan('used', 'at')}, q{gb_partition_convert_plan('used', 'at', method => 'copy')}, q{gb_partition_merge_plan('parted')})
{
    is(sql("SELECT count(*) > 0, count(*) FILTER (WHERE @{[ several('statement') ]}) FROM $plan WHERE kind = 'statement'"), 't|0', "$plan has one statement a row");
}

done_testing();
