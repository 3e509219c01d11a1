
# Maintenance that is cancelled or killed at any point leaves nothing that the next run does not
# put right, and loses no row.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "restart_after_crash = on\nfsync = off\nautovacuum = off");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION gb_enums;
	CREATE TABLE events (at timestamptz NOT NULL, n bigint) PARTITION BY RANGE (at);
	CREATE TABLE events_default PARTITION OF events DEFAULT;
	CREATE INDEX ON events (at);
	INSERT INTO events SELECT '2019-01-01'::timestamptz + n * interval '30 seconds', n FROM generate_series(1, 60000) n;
	SELECT gb_partition_manage('events', '1 day', premake => 12, retain => '20 days', on_expire => 'drop');
});

# Each round asks for the twelve days after those of the round before.
my $rounds      = 8;
my $interrupted = 0;
srand(7);
for my $round (1 .. $rounds)
{
	my $at    = "'2030-01-01 00:00+00'::timestamptz + interval '" . 12 * $round . " days'";
	my $crash = $round % 2;
	my $harness = IPC::Run::start(
		[ 'psql', '-XqAt', '-d', $node->connstr('postgres'),
			'-c', "SELECT pg_backend_pid()",
			'-c', "SET application_name = 'maintainer'",
			'-c', "CALL gb_partition_maintain('events', $at)" ],
		'>', \my $out, '2>', \my $err);
	# It says who it is before it begins; it may well be done before it is looked for.
	$harness->pump until $out =~ /^(\d+)\n/;
	my $maintainer = $1;
	usleep(rand(90_000));
	my $pid = $node->safe_psql('postgres', "SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE pid = $maintainer AND application_name = 'maintainer'");
	if ($pid > 0)
	{
		if ($crash)
		{
			crash($pid);
		}
		else
		{
			$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
		}
	}
	eval { $harness->finish; };
	$node->poll_query_until('postgres', 'SELECT true');
	$interrupted++ if $node->safe_psql('postgres', "SELECT count(*) FROM gb_partition_plan('events', $at)") > 0;

	my ($rc, $stdout, $stderr) = $node->psql('postgres', "CALL gb_partition_maintain('events', $at)");
	is($rc, 0, "round $round: the next run completes");
	unlike($stderr, qr/WARNING|ERROR/, "round $round: without a failure");
	is($node->safe_psql('postgres', "SELECT count(*) FROM gb_partition_plan('events', $at)"), '0', "round $round: nothing is left to do");
	is($node->safe_psql('postgres', "SELECT count(*) FROM pg_constraint WHERE conname LIKE 'gb_partition%'"), '0', "round $round: no CHECK is left");
	is($node->safe_psql('postgres', "SELECT count(*) FILTER (WHERE gap_before) || ' ' || (count(*) >= 13) FROM gb_enums_internal.partition_ranges('events', 'UTC', NULL, NULL, NULL)"),
		'0 true', "round $round: no gap");
	is($node->safe_psql('postgres', 'SELECT count(*) FROM events'), '60000', "round $round: no row lost");
	is($node->safe_psql('postgres', "SELECT count(*) FROM pg_class c WHERE relkind = 'r' AND relname LIKE 'events\\_20%' AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid)"),
		'0', "round $round: no table is left that is no partition");
}
# Kills a process, and waits until the server has seen it and started anew, which it does not do when the process was
# at its end.
sub crash
{
	my ($pid) = @_;
	# While it starts anew it refuses connections, at times before psql has been given what it is to ask.
	my $answer = sub { return (eval { $node->psql('postgres', "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'") })[1] };
	my $before = $answer->();
	kill 'KILL', $pid;
	for (1 .. 100)
	{
		my $after = $answer->();
		last if $after && $after ne $before;
		usleep(50_000);
	}
	return;
}

cmp_ok($interrupted, '>', 0, 'some runs were interrupted before they were done');

$node->stop;
done_testing();
