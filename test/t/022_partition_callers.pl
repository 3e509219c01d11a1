
# Four sessions at once, again and again: each partition is made once, and nobody has an error.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nlog_lock_waits = on\ndeadlock_timeout = 100ms\nmax_prepared_transactions = 1");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION gb_enums;
	CREATE TABLE message_history (id uuid DEFAULT gen_random_uuid(), role message_role, created_at timestamptz NOT NULL, PRIMARY KEY (id, created_at))
		PARTITION BY RANGE (created_at);
	CREATE TABLE message_history_default PARTITION OF message_history DEFAULT;
	CREATE INDEX ON message_history USING brin (created_at);
});
append_to_file($node->basedir . '/create.sql',
	"SELECT create_monthly_partition('message_history', (date '2024-01-01' + (:client_id * 0 + n) * interval '1 month')::date) FROM generate_series(0, 35) n;\n");
append_to_file($node->basedir . '/one.sql',
	"\\set n random(0, 35)\nSELECT create_monthly_partition('message_history', (date '2024-01-01' + :n * interval '1 month')::date);\n");
append_to_file($node->basedir . '/insert.sql',
	"INSERT INTO message_history (role, created_at) VALUES ('user', '2023-06-01'::timestamptz + random() * interval '20 days');\nSELECT count(*) FROM message_history WHERE created_at < '2023-06-02';\n");
$node->command_ok([ 'pgbench', '-n', '-c', '4', '-j', '4', '-t', '40', '-f', $node->basedir . '/one.sql@3', '-f', $node->basedir . '/insert.sql@2', 'postgres' ],
	'four sessions, beside writers and readers');
$node->command_ok([ 'pgbench', '-n', '-c', '4', '-j', '4', '-t', '1', '-f', $node->basedir . '/create.sql', 'postgres' ], 'four sessions, all of them in one transaction');
is($node->safe_psql('postgres', "SELECT count(*) || ' ' || count(*) FILTER (WHERE gap_before) FROM gb_enums_internal.partition_ranges('message_history', 'UTC', NULL, NULL, NULL) WHERE NOT is_default"),
	'36 0', 'each partition once, without a gap');
# New sessions, whose caches are cold: one that puts together the list of partitions while another attaches one
# must not act on a list without it.
append_to_file($node->basedir . '/next.sql',
	"\\set n :n + 1\nSELECT create_monthly_partition('message_history', (date '2030-01-01' + :n * interval '1 month')::date);\n");
$node->command_ok([ 'pgbench', '-n', '-C', '-c', '4', '-j', '2', '-t', '100', '-D', 'n=0', '-f', $node->basedir . '/next.sql', 'postgres' ], 'four times a new session for each month');
$node->safe_psql('postgres', q{SELECT gb_partition_manage('message_history', '1 month', retain => '1 year', on_expire => 'drop')});
append_to_file($node->basedir . '/maintain.sql', "CALL gb_partition_maintain(at => '2027-12-15 00:00+00');\n");
$node->command_ok([ 'pgbench', '-n', '-c', '4', '-j', '4', '-t', '2', '-f', $node->basedir . '/maintain.sql', 'postgres' ], 'four maintainers');
is($node->safe_psql('postgres', q{SELECT count(*) FROM gb_partition_plan('message_history', '2027-12-15 00:00+00')}), '0', 'all is done');
is($node->safe_psql('postgres', q{SELECT DISTINCT coalesce(error, 'none') FROM gb_partition_status}), 'none', 'and no failure on record');
unlike(slurp_file($node->logfile), qr/deadlock detected/, 'no deadlock');

# Who is in the way may be nobody's session, and may have locked a thousand partitions.
$node->safe_psql('postgres', q{CREATE TABLE held (at timestamptz) PARTITION BY RANGE (at)});
$node->safe_psql('postgres', q{SELECT create_monthly_partition('held', (date '2024-01-01' + n * interval '1 month')::date) FROM generate_series(0, 8) n;
	BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE; PREPARE TRANSACTION 'in the way'});
my (undef, undef, $error) = $node->psql('postgres', q{SELECT gb_partition_manage('held', '1 day', lock_timeout => '10 ms', attempts => 1)});
like($error, qr/^[^\n]*ERROR:  registration of "public.held" gave up after 1 attempt of 10 ms
DETAIL:  Prepared transaction "in the way" holds AccessExclusiveLock on "public.held", "public.held_2024_01", "public.held_2024_02" and 7 more.
HINT:  Try again when those transactions have ended, or allow a longer lock_timeout.$/m, 'a prepared transaction is in the way');
$node->safe_psql('postgres', q{ROLLBACK PREPARED 'in the way'});
$node->safe_psql('postgres', q{BEGIN; SELECT gb_partition_manage('held', '1 month'); PREPARE TRANSACTION 'new settings'});
(undef, undef, $error) = $node->psql('postgres', q{SELECT gb_partition_manage('held', '1 month', lock_timeout => '10 ms', attempts => 1)});
like($error, qr/^DETAIL:  Prepared transaction "new settings" changes how "public.held" is managed.$/m, 'a prepared transaction changes settings');
$node->safe_psql('postgres', q{ROLLBACK PREPARED 'new settings'});

$node->stop;
done_testing();
