
# Maintenance by pg_cron, as docs/partitions.md says. It runs once a minute at most, so this takes one.

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
	CREATE ROLE app;
	GRANT CREATE ON SCHEMA public TO app;
	SET ROLE app;
	CREATE TABLE message_history (at timestamptz) PARTITION BY RANGE (at);
	SELECT gb_partition_manage('message_history', '1 month');
	RESET ROLE;
	SELECT cron.schedule('partitions', '* * * * *', 'CALL gb_partition_maintain(must_succeed => true)');
});
$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM cron.job_run_details WHERE status IN ('succeeded', 'failed')})
	or diag $node->safe_psql('postgres', 'TABLE cron.job_run_details');
is($node->safe_psql('postgres', 'SELECT DISTINCT status FROM cron.job_run_details'), 'succeeded', 'the job ran');
is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT relowner::regrole::text, ',') || ' ' || count(*) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'message_history'::regclass}),
	'app 4', 'and made the partitions, for their owner');
is($node->safe_psql('postgres', 'SELECT bool_and(last_success IS NOT NULL) FROM gb_partition_status'), 't', 'which the status shows');
$node->stop;
done_testing();
