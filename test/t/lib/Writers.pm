# Clients that go on writing while a table is changed, and sessions and servers that end in the middle of changing it.
package Writers;

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

our @EXPORT = qw(write_while interrupt interrupt_behind_reader kill_in_each_step);

# write_while(NODE, {NAME => SCRIPT}, CLIENTS, RATE, QUERY, WHAT, CODE): runs CODE while that many clients of pgbench run the
# scripts at that rate. None of them may have an error, and the query, which counts what is wrong, must give 0 afterwards.
sub write_while
{
	my ($node, $scripts, $clients, $rate, $wrong, $what, $code) = @_;
	my $directory = PostgreSQL::Test::Utils::tempdir();
	append_to_file("$directory/$_.sql", "$scripts->{$_}\n") for keys %$scripts;
	my @command = ('pgbench', '-n', '-c', $clients, '-T', '600', "--rate=$rate", map({ ('-f', "$directory/$_.sql") } sort keys %$scripts), $node->connstr('postgres') . ' application_name=writer');
	my $writers = IPC::Run::start(\@command, '>', \my $out, '2>', \my $err);
	my $alive = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'writer'";
	$node->poll_query_until('postgres', "SELECT ($alive) > 0");
	usleep(250_000);
	$code->();
	usleep(250_000);
	is($node->safe_psql('postgres', $alive), $clients, "$what: every writer went on") or diag $err;
	$node->safe_psql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'writer'");
	eval { $writers->finish };
	$node->poll_query_until('postgres', "SELECT ($alive) = 0");
	is($node->safe_psql('postgres', $wrong), '0', "$what: the rows are those that were written");
	return;
}

# interrupt(NODE, CALL, TRIES): makes a call and cancels it after a while, each time a longer one, until it has come through or
# there are no tries left; how often it was cancelled, and whether it has come through.
sub interrupt
{
	my ($node, $call, $tries) = @_;
	my $watcher = $node->background_psql('postgres');
	my $converter = q{FROM pg_stat_activity WHERE application_name = 'converter' AND state = 'active'};
	my ($interruptions, $done) = (0, 0);
	for my $try (1 .. $tries)
	{
		my ($harness, $error) = start_conversion($node, $call);
		# It takes long to begin where the machine has much other work.
		for (1 .. 1000)
		{
			last if $watcher->query_safe("SELECT count(*) $converter") > 0;
			usleep(10_000);
		}
		usleep(20_000 * $try + rand(50_000));
		$interruptions += $watcher->query_safe("SELECT count(pg_cancel_backend(pid)) $converter");
		$done = has_come_through($harness, $error);
		last if $done;
	}
	$watcher->quit;
	return ($interruptions, $done);
}

# Calls it, and cancels it where it waits for who reads a table.
sub interrupt_behind_reader
{
	my ($node, $call, $table) = @_;
	my $reader = $node->background_psql('postgres');
	$reader->query_safe("BEGIN; LOCK TABLE $table IN ACCESS SHARE MODE");
	my ($harness, $error) = start_conversion($node, $call);
	$node->poll_query_until('postgres', "SELECT count(pg_cancel_backend(pid)) > 0 FROM pg_stat_activity WHERE application_name = 'converter' AND wait_event_type = 'Lock'")
	  or die 'the conversion waits for nobody';
	die 'the conversion has come through' if has_come_through($harness, $error);
	$reader->quit;
	return;
}

sub start_conversion
{
	my ($node, $call) = @_;
	my ($out, $error) = ('', '');
	my $harness = IPC::Run::start(
		[ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'),
			'-c', "SET application_name = 'converter'", '-c', 'SET client_min_messages = warning', '-c', $call ],
		'>', \$out, '2>', \$error);
	return ($harness, \$error);
}

# Whether a conversion came through, or was canceled.
sub has_come_through
{
	my ($harness, $error) = @_;
	eval { $harness->finish };
	return 1 if $harness->result(0) == 0;
	die $$error if $$error !~ /canceling statement due to user request/;
	return 0;
}

# kill_in_each_step(NODE, TABLE): goes through the steps of a conversion of a table to partitions, or to a plain table, that has
# begun; in each one the whole server is killed before it is committed, and the step is taken again. How many there were.
sub kill_in_each_step
{
	my ($node, $table) = @_;
	my $step = "SELECT gb_enums_internal.online_step('$table', 'partitions')";
	my $steps = 0;
	while ($node->safe_psql('postgres', 'SELECT phase FROM gb_partition_conversions') ne 'done')
	{
		my $session = $node->background_psql('postgres', on_error_stop => 0);
		$session->query_safe('SET client_min_messages = warning; BEGIN');
		$session->query_safe($step);
		$node->stop('immediate');
		eval { $session->quit };
		$node->start;
		$node->safe_psql('postgres', $step);
		last if ++$steps > 100;
	}
	return $steps;
}

1;
