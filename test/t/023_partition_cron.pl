
# Maintenance by pg_cron, as docs/partitions.md and docs/operations.md say. It runs once a minute at most, so this takes one.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $libdir = `pg_config --pkglibdir`;
chomp $libdir;
plan skip_all => 'pg_cron is not installed' unless -e "$libdir/pg_cron.so";

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\ncron.database_name = 'postgres'\ncron.use_background_workers = on");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION gb_enums;
	CREATE EXTENSION pg_cron;
	CREATE ROLE app LOGIN;
	GRANT CREATE ON SCHEMA public TO app;
	SET ROLE app;
	CREATE TABLE message_history (at timestamptz) PARTITION BY RANGE (at);
	SELECT gb_partition_manage('message_history', '1 month');
	CREATE TABLE request_log (at timestamptz) PARTITION BY RANGE (at);
	SELECT gb_partition_create('request_log', now() - interval '400 days');
	SELECT gb_partition_manage('request_log', '1 month', retain => '1 year', force => true);
	RESET ROLE;
	GRANT USAGE ON SCHEMA cron TO app;
	SELECT cron.schedule('partitions', '* * * * *', 'CALL gb_partition_maintain(must_succeed => true)');
});
# The statement that looks up the next one is executed here: it would take another minute. Both jobs are begun in the same
# minute here, so maintenance leaves the set alone meanwhile.
my $detach_next = q{
    SELECT cron.schedule('detach_next', '* * * * *', coalesce(
        (SELECT command FROM gb_partition_detach_plan('request_log') WHERE step = 1), 'SELECT'))};
$node->safe_psql('postgres', "SET ROLE app; $detach_next; SELECT gb_partition_manage('request_log', paused => true)");
# Plans of maintenance of tables: what can share a transaction, and what cannot run in one.
$node->safe_psql('postgres', q{
	CREATE TABLE tasks (id integer PRIMARY KEY, status text) WITH (autovacuum_enabled = off);
	INSERT INTO tasks SELECT i, 'ready' FROM generate_series(1, 5000) i;
	CREATE INDEX tasks_again ON tasks (id);
	SELECT pg_stat_force_next_flush();
	ALTER TABLE tasks OWNER TO app;
	SET ROLE app;
	SELECT cron.schedule('nightly', '* * * * *', $job$
		DO $$
		DECLARE
		    s text;
		BEGIN
		    FOR s IN SELECT statement FROM gb_maintenance_plan() WHERE kind IN ('settings', 'analyze') AND NOT own_transaction LOOP
		        EXECUTE s;
		    END LOOP;
		END $$ $job$);
	SELECT cron.schedule('do_next', '* * * * *', coalesce(
	    (SELECT statement FROM gb_maintenance_plan() WHERE kind = 'drop index' AND own_transaction LIMIT 1), 'SELECT'));
});
$node->poll_query_until('postgres', q{SELECT count(*) > 3 FROM cron.job_run_details WHERE status IN ('succeeded', 'failed')})
	or diag $node->safe_psql('postgres', 'TABLE cron.job_run_details');
is($node->safe_psql('postgres', 'SELECT DISTINCT status FROM cron.job_run_details'), 'succeeded', 'the job ran');
is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT relowner::regrole::text, ',') || ' ' || count(*) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'message_history'::regclass}),
	'app 4', 'and made the partitions, for their owner');
is($node->safe_psql('postgres', q{SELECT bool_and(last_success IS NOT NULL) FROM gb_partition_status WHERE parent = 'message_history'::regclass}), 't', 'which the status shows');
is($node->safe_psql('postgres', q{SELECT username || ' ' || command FROM cron.job_run_details WHERE command LIKE '%DETACH%'}) =~ s/_\d{4}_\d\d/_MONTH/r,
	'app ALTER TABLE public.request_log DETACH PARTITION public.request_log_MONTH CONCURRENTLY', 'an expired partition is detached');
is($node->safe_psql('postgres', q{SELECT count(*) FROM gb_partition_status WHERE kind = 'expired'}), '0', 'and no longer there');
is($node->safe_psql('postgres', q{SELECT username || ' ' || command FROM cron.job_run_details WHERE command LIKE '%DROP INDEX%' AND status = 'succeeded'}),
	'app DROP INDEX CONCURRENTLY public.tasks_again', 'an index that is there twice is dropped');
is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT attname, ',') FROM pg_stats WHERE tablename = 'tasks'}), 'id,status', 'a table is analyzed');
is($node->safe_psql('postgres', 'SET ROLE app; SELECT count(*) FROM gb_maintenance_plan()'), '0', 'then there is nothing to do');
$node->safe_psql('postgres', q{SET ROLE app; SELECT cron.unschedule(jobname) FROM cron.job WHERE jobname IN ('nightly', 'do_next')});
$node->safe_psql('postgres', "SET ROLE app; SELECT gb_partition_manage('request_log', paused => false); $detach_next");
is($node->safe_psql('postgres', q{SELECT command FROM cron.job WHERE jobname = 'detach_next'}), 'SELECT', 'then there is nothing to do');

# The way out ends the jobs that call us, and no others.
$node->safe_psql('postgres', q{SELECT cron.schedule('other', '0 0 1 1 *', 'SELECT 1'), cron.schedule('mine', '0 0 1 1 *', 'SELECT gb_enum_check()')});
is($node->safe_psql('postgres', q{SELECT detail FROM gb_uninstall_plan() WHERE statement ~ 'unschedule' ORDER BY step}) =~ s/job \d+/job/gr,
	qq{job, at "* * * * *": CALL gb_partition_maintain(must_succeed => true)\njob, at "0 0 1 1 *": SELECT gb_enum_check()}, 'jobs are found');
$node->safe_psql('postgres', q{SELECT statement FROM gb_uninstall_plan() \gexec}, on_error_stop => 1);
is($node->safe_psql('postgres', q{SELECT string_agg(jobname, ' ' ORDER BY jobname) FROM cron.job}), 'detach_next other', '... and ended');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_extension WHERE extname = 'gb_enums'}), '0', '... with the extension');
$node->stop;
done_testing();
