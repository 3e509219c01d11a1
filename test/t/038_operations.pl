# Operations: what pg_stat_statements has recorded, bloat that is measured, tables that are locked, transactions that are far
# away, counters that a crash has lost, and a standby. What needs no server of its own is in sql/operations_*.sql.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('main', wal_level => 'replica', autovacuum => 'off', max_prepared_transactions => 4, shared_preload_libraries => 'pg_stat_statements',
    'pg_stat_statements.track_utility' => 'off');
$node->safe_psql('postgres', q{
    CREATE SCHEMA recorder;
    CREATE EXTENSION gb_enums;
    CREATE ROLE worker LOGIN;
    CREATE ROLE monitor LOGIN;
    GRANT pg_monitor TO monitor;
    GRANT CREATE ON SCHEMA public TO worker;
    GRANT USAGE ON SCHEMA recorder TO PUBLIC;
    CREATE DATABASE elsewhere});
# What a session has done is counted when it has ended, which may be after the next one has begun; or when this is executed.
my $counted = 'SELECT pg_stat_force_next_flush()';
my $all = join '; ', map { "SELECT count(*) FROM $_" }
    qw(gb_table_sizes gb_index_usage gb_table_maintenance gb_maintenance_findings gb_maintenance_plan());

# A database with nothing in it, whose statistics are as old as you like.
is($node->safe_psql('postgres', q{SELECT count(*) FROM gb_maintenance_plan(at => now() + interval '1 year')}), '0', 'an empty database needs nothing');
is($node->safe_psql('postgres', 'SELECT count(*) FROM gb_maintenance_findings'), '0', 'and nothing is found');

# ---- Statements --------------------------------------------------------------------------------

my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT gb_slow_statements()");
like($err, qr/ERROR:  55000: no statements are recorded: pg_stat_statements is not installed/, 'without pg_stat_statements');
$node->safe_psql('postgres', q{
    CREATE EXTENSION pg_stat_statements SCHEMA recorder;
    CREATE TABLE tasks (id integer PRIMARY KEY, note text);
    INSERT INTO tasks SELECT i, 'note' FROM generate_series(1, 2000) i;
    CREATE FUNCTION one_task(integer) RETURNS text LANGUAGE sql AS 'SELECT note FROM tasks WHERE id = $1';
    GRANT SELECT ON tasks TO worker});
# Called as often as you like, for one row each, for many, for none; a statement that writes.
$node->safe_psql('postgres', 'SELECT recorder.pg_stat_statements_reset()');
my %calls = (
    one => q{SELECT note FROM tasks WHERE id = %d;},
    commented => q{/* the application */ WITH t AS (SELECT * FROM tasks) SELECT id FROM t WHERE id = %d;},
    many => q{SELECT note, id FROM tasks WHERE id BETWEEN %d AND %1$d + 9;},
    none => q{SELECT note FROM tasks WHERE note = 'none' AND id = %d;},
    ping => q{SELECT %d;},
    fixed => q{SELECT count(*) FROM pg_am;},
    writes => q{UPDATE tasks SET note = 'new' WHERE id = %d;});
$node->safe_psql('postgres', join '', map { my $call = $_; map { sprintf "$call\n", $_ } 1 .. 1000 } values %calls);
$node->safe_psql('postgres', "SELECT pg_sleep(0.15); SELECT pg_sleep(0.06), 'faster'");
$node->safe_psql('postgres', 'SELECT 1, pg_sleep(0.12)', extra_params => [ '-U', 'worker' ]);
$node->safe_psql('elsewhere', 'SELECT 2, pg_sleep(0.12)');
# Servers from 18 on record a statement without a comment before it.
my $query = q{regexp_replace(query, '^/[*].*[*]/ ', '')};
my $slow = qq{SELECT string_agg(concat_ws(' ', calls, pattern, roles[1], $query), E'\\n' ORDER BY $query COLLATE "C")};
is($node->safe_psql('postgres', "$slow FROM gb_slow_statements() WHERE query !~ 'gb_slow_statements'"), <<'END' =~ s/\n\z//r, 'slow statements of this database, and one row at a time');
1 slow worker SELECT $1, pg_sleep($2)
1000 one row at a time postgres SELECT note FROM tasks WHERE id = $1
1 slow postgres SELECT pg_sleep($1)
1000 one row at a time postgres WITH t AS (SELECT * FROM tasks) SELECT id FROM t WHERE id = $1
END
is($node->safe_psql('postgres', "$slow FROM gb_slow_statements(50, 1001) WHERE query !~ 'gb_slow_statements'"), <<'END' =~ s/\n\z//r, 'thresholds as you like');
1 slow worker SELECT $1, pg_sleep($2)
1 slow postgres SELECT pg_sleep($1)
1 slow postgres SELECT pg_sleep($1), $2
END
is($node->safe_psql('postgres', q{SELECT mean_ms BETWEEN 100 AND 10000, mean_ms = most_ms AND mean_ms = total_ms, share BETWEEN 0.1 AND 0.9, rows
    FROM gb_slow_statements() WHERE query = 'SELECT pg_sleep($1)'}), 't|t|t|1', 'with figures');
is($node->safe_psql('postgres', 'SELECT sum(share) BETWEEN 0.99 AND 1.01 FROM gb_slow_statements(0)'), 't', 'which are shares of all');
is($node->safe_psql('postgres', "$slow FROM gb_slow_statements() WHERE query !~ 'gb_slow_statements'", extra_params => [ '-U', 'worker' ]), '1 slow worker SELECT $1, pg_sleep($2)',
    'a role sees its own');
is($node->safe_psql('postgres', q{SELECT count(*) FROM gb_slow_statements() WHERE query !~ 'gb_slow_statements'}, extra_params => [ '-U', 'monitor' ]), '4', 'who monitors sees all');
is($node->safe_psql('postgres', 'SELECT count(*) FROM gb_slow_statements(NULL, NULL)'), '0', 'NULL is no threshold');
# Another role, which is dropped then, has executed one of them with another comment.
$node->safe_psql('postgres', 'CREATE ROLE gone LOGIN');
$node->safe_psql('postgres', '/* gone */ SELECT pg_sleep(0.3)', extra_params => [ '-U', 'gone' ]);
$node->safe_psql('postgres', 'DROP ROLE gone');
is($node->safe_psql('postgres', qq{SELECT calls, roles, $query, most_ms >= 300 FROM gb_slow_statements() WHERE query ~ 'SELECT pg_sleep'}),
    '2|{postgres}|SELECT pg_sleep($1)|t', 'a statement is one, whoever executes it');
# The extension is as old as when it was created.
$node->safe_psql('postgres', q{DROP EXTENSION pg_stat_statements; CREATE EXTENSION pg_stat_statements SCHEMA recorder VERSION '1.7'});
like($node->safe_psql('postgres', "$slow FROM gb_slow_statements() WHERE query !~ 'gb_slow_statements'"), qr/^1000 one row at a time postgres SELECT note FROM tasks WHERE id = \$1$/m,
    'an old version of pg_stat_statements');
is($node->safe_psql('postgres', q{SELECT 'SELECT note FROM tasks WHERE id = $1' IN (SELECT r.query FROM gb_enums_internal.recorded_queries() r)}), 't', 'gives queries, too');
$node->safe_psql('postgres', q{DROP EXTENSION pg_stat_statements; CREATE EXTENSION pg_stat_statements SCHEMA recorder});

# ---- Advice of indexes ---------------------------------------------------------------------------

$node->safe_psql('postgres', q{
    CREATE TABLE jobs (id integer PRIMARY KEY, usr integer, status task_status, is_active boolean, at timestamptz, note text);
    INSERT INTO jobs SELECT i, i % 1000, as_task_status((CASE WHEN i % 50 = 0 THEN 0 ELSE 5 END)::int2), i % 80 = 0, now() + i * interval '1 minute', repeat('x', 60)
    FROM generate_series(1, 30000) i;
    VACUUM ANALYZE jobs;
    GRANT SELECT, UPDATE ON jobs TO worker} . "; $counted;
    SELECT pg_stat_reset_single_table_counters('jobs'::regclass), recorder.pg_stat_statements_reset()");
sub repeated { my ($times, $statement) = @_; return join '', map { sprintf "$statement;\n", $_ } 1 .. $times }
$node->safe_psql('postgres', repeated(120, 'SELECT note FROM jobs WHERE usr = %d') . repeated(20, q{SELECT id FROM jobs WHERE usr = 1 AND at > now() LIMIT %d})
    . repeated(101, q{SELECT note FROM jobs WHERE status = 'pending' AND usr <> %d ORDER BY at}) . repeated(101, 'UPDATE jobs SET is_active = NOT is_active WHERE id = -%d'));
$node->safe_psql('postgres', repeated(101, 'SELECT id FROM jobs WHERE is_active AND usr = %d'), extra_params => [ '-U', 'worker' ]);
$node->safe_psql('elsewhere', 'CREATE TABLE jobs (usr integer)');
$node->safe_psql('elsewhere', repeated(120, 'SELECT usr FROM jobs WHERE usr = %d'));
my $advice = q{SELECT kind, statement, substring(reason FROM '\d+ statements?, called \d+ times'), evidence FROM gb_index_advice(%s) ORDER BY statement};
is($node->safe_psql('postgres', sprintf $advice, ''), <<'END' =~ s/\n\z//r, 'advice for what is recorded of this database, and called often');
index|CREATE INDEX CONCURRENTLY ON public.jobs (usr)|1 statement, called 120 times|{"SELECT note FROM jobs WHERE usr = $1"}
partial|CREATE INDEX CONCURRENTLY ON public.jobs (usr) WHERE is_active|1 statement, called 101 times|{"SELECT id FROM jobs WHERE is_active AND usr = $1"}
END
is($node->safe_psql('postgres', sprintf $advice, 'many_calls => 121'), '', 'no advice for what is called less often');
like($node->safe_psql('postgres', sprintf $advice, 'many_calls => NULL'), qr/^index\|CREATE INDEX CONCURRENTLY ON public.jobs \(usr\)\|2 statements, called 140 times\|/, 'or however often');
my $sees = q{SELECT statement FROM gb_index_advice()};
is($node->safe_psql('postgres', $sees, extra_params => [ '-U', 'worker' ]), 'CREATE INDEX CONCURRENTLY ON public.jobs (usr) WHERE is_active', 'a role has advice for its own statements');
like(($node->psql('postgres', $sees, extra_params => [ '-U', 'worker' ]))[2], qr/NOTICE:  the statements of other roles are not analysed/, 'and is told so');
is($node->safe_psql('postgres', $sees, extra_params => [ '-U', 'monitor' ]), '', 'who sees the statements, and may not execute them, has none');

# What is written is compared with what the calls gain, since the statements are counted.
$node->safe_psql('postgres', q{
    CREATE TABLE journal (id integer PRIMARY KEY, usr integer, note text) WITH (autovacuum_enabled = off, fillfactor = 100);
    INSERT INTO journal SELECT i, i % 1000, repeat('x', 60) FROM generate_series(1, 20000) i;
    VACUUM ANALYZE journal} . "; $counted");
$node->safe_psql('postgres', 'SELECT pg_stat_reset(), recorder.pg_stat_statements_reset()');
$node->safe_psql('postgres', repeated(10, 'SELECT note FROM journal WHERE usr = %d') . "UPDATE journal SET id = -id; $counted");
(undef, $out, my $told) = $node->psql('postgres', q{SELECT statement FROM gb_index_advice(many_calls => 10)});
is($out, '', 'no advice where entries cost more');
like($told, qr/NOTICE:  an index is not advised that costs more than it saves: public\.journal \(usr\)\nDETAIL:  (?:1\d|20)\d\d\d rows were written meanwhile: entries cost \d+, and the calls save \d+\.\nHINT:  If others.* FROM pg_partition_tree\('public\.journal'\)$/m,
    'and a notice says so');
$node->safe_psql('postgres', repeated(300, 'SELECT note FROM journal WHERE usr = %d'));
like($node->safe_psql('postgres', q{SELECT reason FROM gb_index_advice(many_calls => 10)}),
    qr/; 1 statement, called 310 times, planned with a cost of \d+ instead of \d+; (?:1\d|20)\d\d\d rows were written meanwhile: entries cost \d+, and the calls save \d+$/, 'but with more calls');
$node->safe_psql('postgres', 'SET client_min_messages = warning; DROP TABLE journal');

SKIP:
{
    skip('hypopg is not there', 2) if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'hypopg'}) eq '0';
    $node->safe_psql('postgres', 'CREATE EXTENSION hypopg SCHEMA recorder');
    for my $query ('SELECT note FROM jobs WHERE usr = 1', q{SELECT note FROM jobs WHERE status = 'pending' ORDER BY at})
    {
        my $quoted = $query =~ s/'/''/gr;
        like($node->safe_psql('postgres', "SET search_path = public, recorder;
            DO \$\$ BEGIN PERFORM hypopg_create_index(statement) FROM gb_index_advice(ARRAY['$quoted']); END \$\$; EXPLAIN $query"),
            qr/Scan (?:using|on) "?<\d+>btree_jobs_/, "HypoPG shows it to the planner, which uses it: $query");
    }
}

# ---- Bloat -------------------------------------------------------------------------------------

SKIP:
{
    skip('pgstattuple is not there', 4) if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pgstattuple'}) eq '0';
    $node->safe_psql('postgres', q{
        CREATE EXTENSION pgstattuple SCHEMA recorder;
        CREATE TABLE parts (id integer, note text) PARTITION BY HASH (id);
        CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO parts SELECT i, repeat('x', 100) FROM generate_series(1, 40000) i;
        DELETE FROM parts WHERE id % 2 = 0});
    is($node->safe_psql('postgres', q{SELECT method, heap_bytes = pg_relation_size('parts_0') + pg_relation_size('parts_1'), dead_rows, bloat_share BETWEEN 0.4 AND 0.6
        FROM gb_table_bloat('parts', exact => true)}), 'pgstattuple_approx|t|20000|t', 'bloat of all partitions is measured');
    $node->safe_psql('postgres', 'VACUUM ANALYZE parts');
    is($node->safe_psql('postgres', q{SELECT abs(e.bloat_share - m.bloat_share) < 0.05 FROM gb_table_bloat('parts') e, gb_table_bloat('parts', true) m}), 't',
        'and is about what is estimated');
    ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT gb_table_bloat('parts', true)", extra_params => [ '-U', 'worker' ]);
    like($err, qr/ERROR:  42501/, 'not for everybody');
    is($node->safe_psql('postgres', q{SELECT method FROM gb_table_bloat('parts', true)}, extra_params => [ '-U', 'monitor' ]), 'pgstattuple_approx', 'but for who monitors');
}

# ---- Locks -------------------------------------------------------------------------------------

$node->safe_psql('postgres', q{
    CREATE TABLE events (at timestamptz NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE events_rest PARTITION OF events DEFAULT;
    CREATE INDEX ON events (at);
    SELECT gb_partition_manage('events', '1 month');
    CALL gb_partition_maintain('events');
    CREATE INDEX tasks_few ON tasks (id) WHERE note IS NULL;
    CREATE INDEX tasks_few_again ON tasks (id) WHERE note IS NULL;
    CREATE INDEX tasks_lower ON tasks (lower(note));
    CREATE INDEX tasks_lower_again ON tasks (lower(note))});
my $other = $node->background_psql('postgres');
$other->query_safe('BEGIN; LOCK TABLE events, tasks; CREATE INDEX tasks_note ON tasks (note)');
for my $role ('postgres', 'monitor', 'worker')
{
    is($node->safe_psql('postgres', "SET statement_timeout = '8s'; $all; SELECT count(*) FROM gb_table_sizes WHERE table_name::text IN ('events', 'tasks')",
        extra_params => [ '-U', $role ]) =~ s/.*\n//sr, '2', "$role waits for no table that is locked");
}
like($node->safe_psql('postgres', q{SELECT detail FROM gb_maintenance_findings WHERE object = 'events'::regclass}), qr/^cannot be read: canceling statement due to lock timeout; /,
    'a set that is locked is shown as such');
$other->quit;
$node->safe_psql('postgres', 'DROP INDEX tasks_few, tasks_few_again, tasks_lower, tasks_lower_again');

# REINDEX CONCURRENTLY that was canceled leaves indexes over, those of long values included.
$other = $node->background_psql('postgres');
$other->query_safe('BEGIN; SELECT count(*) FROM tasks');
$node->psql('postgres', q{SET statement_timeout = '500ms'; REINDEX TABLE CONCURRENTLY tasks});
$other->quit;
my $left_over = q{SELECT statement FROM gb_maintenance_plan('public') WHERE kind = 'drop index' ORDER BY 1};
like($node->safe_psql('postgres', $left_over), qr/^DROP INDEX CONCURRENTLY pg_toast\.pg_toast_\d+_index_cc(?:new|old)\nDROP INDEX CONCURRENTLY public\.tasks_pkey_cc(?:new|old)$/, 'indexes that are left over');
is($node->safe_psql('postgres', "$left_over \\gexec"), '', 'can be dropped');
is($node->safe_psql('postgres', $left_over), '', 'and are not there then');
# An owner may drop the table's, but not use the schema of the others.
my @as_owner = (extra_params => [ '-U', 'worker' ]);
$node->safe_psql('postgres', 'CREATE TABLE public.theirs (id integer PRIMARY KEY, note text)', @as_owner);
$other = $node->background_psql('postgres');
$other->query_safe('BEGIN; SELECT count(*) FROM theirs');
$node->psql('postgres', q{SET statement_timeout = '500ms'; REINDEX TABLE CONCURRENTLY theirs});
$other->quit;
like($node->safe_psql('postgres', q{SELECT object, reason, statement FROM gb_maintenance_plan('public') WHERE object::text ~ 'pg_toast'}, @as_owner),
    qr/^pg_toast\.pg_toast_\d+_index_cc(?:new|old)\|it is not valid: a REINDEX CONCURRENTLY left it over\. .*\. Who may use the schema pg_toast can drop it\|$/,
    'an owner is told who drops the index of long values');
is($node->safe_psql('postgres', "$left_over \\gexec", @as_owner), '', 'and drops the other one');
like($node->safe_psql('postgres', $left_over), qr/^DROP INDEX CONCURRENTLY pg_toast\.pg_toast_\d+_index_cc(?:new|old)$/, 'which a superuser does');
$node->safe_psql('postgres', "$left_over \\gexec");

# ---- Tablespaces -------------------------------------------------------------------------------

$node->safe_psql('postgres', q{SET allow_in_place_tablespaces = on; CREATE TABLESPACE shelf LOCATION ''});
$node->safe_psql('postgres', 'CREATE DATABASE shelved TABLESPACE shelf');
is($node->safe_psql('shelved', q{
    CREATE EXTENSION gb_enums;
    CREATE TABLE here (id integer);
    CREATE TABLE usual (id integer) TABLESPACE pg_default;
    INSERT INTO here SELECT generate_series(1, 100);
    INSERT INTO usual SELECT generate_series(1, 100);
    CREATE INDEX usual_id ON usual (id) TABLESPACE pg_default;
    SELECT table_name FROM gb_table_sizes WHERE total_bytes > 0 AND total_bytes = pg_total_relation_size(table_name) AND schema = 'public'::regnamespace
    UNION ALL
    SELECT index_name FROM gb_index_usage WHERE index_bytes = pg_relation_size('usual_id') ORDER BY 1}), "here\nusual\nusual_id", 'sizes in each tablespace');
$node->safe_psql('postgres', 'DROP DATABASE shelved');
$node->safe_psql('postgres', 'DROP TABLESPACE shelf');

# ---- Transactions that are far away -------------------------------------------------------------

$node->safe_psql('postgres', q{
    CREATE TABLE old (id integer) WITH (autovacuum_freeze_max_age = 100000);
    INSERT INTO old VALUES (1);
    CREATE TABLE younger (id integer) WITH (autovacuum_freeze_max_age = 1000000);
    CREATE TABLE used_up (id integer);
    DO $$
    BEGIN
        FOR i IN 1 .. 111000 LOOP
            BEGIN
                INSERT INTO used_up VALUES (i);
            EXCEPTION WHEN division_by_zero THEN NULL;
            END;
        END LOOP;
    END $$});
my $old = q{SELECT priority, object, regexp_replace(reason, '11\d\d\d\d', 'N'), statement FROM gb_maintenance_plan('public') WHERE kind = 'vacuum'};
is($node->safe_psql('postgres', $old), q{1|old|its oldest rows are N transactions and 0 multixacts old, and autovacuum comes from 100000 or 400000000 on|}
    . 'VACUUM (FREEZE, ANALYZE) public.old', 'a table that has to be frozen') or diag($node->safe_psql('postgres', q{SELECT table_name, xid_age, freeze_at FROM gb_table_maintenance}));
$node->safe_psql('postgres', q{VACUUM (FREEZE, ANALYZE) old});
is($node->safe_psql('postgres', $old), '', 'and is then');

# Who may still look at rows that are deleted keeps VACUUM from removing them.
my $dead = q{SELECT regexp_replace(reason, '^.*on; ', '') FROM gb_maintenance_plan('public', now() + interval '2 hours') WHERE object = 'dead'::regclass AND kind = 'vacuum'};
$node->safe_psql('postgres', "CREATE TABLE dead AS SELECT generate_series(1, 5000) AS id; CREATE TABLE other (id integer); $counted");
$node->safe_psql('postgres', 'VACUUM ANALYZE dead');
$node->safe_psql('elsewhere', 'BEGIN; CREATE TABLE here (id integer); PREPARE TRANSACTION $$of elsewhere$$');
my $looking = $node->background_psql('postgres');
$looking->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM dead');
my $pid = $looking->query_safe('SELECT pg_backend_pid()');
$node->safe_psql('postgres', "DELETE FROM dead WHERE id > 1000; $counted");
$node->safe_psql('postgres', 'VACUUM ANALYZE dead');
like($node->safe_psql('postgres', $dead), qr/^the session of process $pid keeps rows that were deleted in the last \d transactions$/, 'a session keeps dead rows');
unlike($node->safe_psql('postgres', $dead =~ s/2 hours/30 minutes/r), qr/keeps rows/, 'which it does not for long');
$looking->quit;
$node->poll_query_until('postgres', "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid)") or die;
$node->safe_psql('postgres', q{BEGIN; INSERT INTO other VALUES (1); PREPARE TRANSACTION 'it''s open'});
$node->safe_psql('postgres', "UPDATE dead SET id = id WHERE id <= 1000; $counted; VACUUM ANALYZE dead");
like($node->safe_psql('postgres', $dead), qr/^the prepared transaction 'it''s open' keeps rows/, 'a prepared transaction keeps them');
$node->safe_psql('postgres', q{ROLLBACK PREPARED 'it''s open'});
$node->safe_psql('elsewhere', q{ROLLBACK PREPARED 'of elsewhere'; DROP TABLE IF EXISTS here});
$node->safe_psql('postgres', 'VACUUM dead');
is($node->safe_psql('postgres', $dead), '', 'and then VACUUM has removed them');

# ---- Since when the server counts ---------------------------------------------------------------

my $unused = q{SELECT count(*) FROM gb_maintenance_plan(at => now() + interval '%d days') WHERE kind = 'drop index' AND object = 'wide_note'::regclass};
$node->safe_psql('postgres', q{
    CREATE TABLE wide AS SELECT i AS id, md5(i::text) || md5((-i)::text) AS note FROM generate_series(1, 20000) i;
    CREATE INDEX wide_note ON wide (note);
    DO $$ BEGIN FOR i IN 1 .. 200 LOOP PERFORM FROM wide LIMIT 1; END LOOP; END $$} . "; $counted");
is($node->safe_psql('postgres', sprintf($unused, 31)), '1', 'an index that nobody has read for 31 days');
is($node->safe_psql('postgres', sprintf($unused, 29)), '0', 'may be read on the 30th');
$node->safe_psql('postgres', 'SELECT pg_stat_reset()');
is($node->safe_psql('postgres', q{SELECT DISTINCT counted_since > now() - interval '10 seconds' FROM gb_index_usage}), 't', 'after a reset the server counts anew');
is($node->safe_psql('postgres', sprintf($unused, 31)), '0', 'and knows of no reader, nor of one of the table');
my $before = $node->safe_psql('postgres', 'SELECT clock_timestamp()');
$node->stop('immediate');
$node->start;
is($node->safe_psql('postgres', "SELECT DISTINCT counted_since > '$before' FROM gb_index_usage"), 't', 'after a crash, too');
is($node->safe_psql('postgres', q{SELECT row_estimate FROM gb_table_sizes WHERE table_name = 'parts'::regclass}), '20000', 'but rows are as they were analyzed')
    if $node->safe_psql('postgres', q{SELECT to_regclass('parts') IS NOT NULL}) eq 't';

# ---- A standby ---------------------------------------------------------------------------------

$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->start;
$node->safe_psql('postgres', q{DO $$ BEGIN FOR i IN 1 .. 200 LOOP PERFORM FROM wide LIMIT 1; END LOOP; END $$});
$node->poll_query_until('postgres', 'SELECT count(*) = 1 FROM pg_stat_replication') or die;
like($node->safe_psql('postgres', q{SELECT reason FROM gb_maintenance_plan(at => now() + interval '40 days') WHERE object = 'wide_note'::regclass}),
    qr/^not scanned since .*, while its table was read 20\d times; \d+ kB; each of the 1 standbys counts scans of its own: look there, too$/, 'a standby may use what is unused here');
$node->wait_for_catchup($standby);
($status, $out, $err) = $standby->psql('postgres', "$all; SELECT scans FROM gb_index_usage WHERE index_name = 'wide_note'::regclass");
is($err, '', 'all of it can be seen on a standby');
$standby->stop;

# Loaded no more.
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$node->restart;
($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT gb_slow_statements()");
like($err, qr/ERROR:  55000: pg_stat_statements must be loaded/, 'pg_stat_statements that is not loaded');

$node->stop;
done_testing();
