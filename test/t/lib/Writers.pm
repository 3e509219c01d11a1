# Clients that go on writing while a table is changed.
package Writers;

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

our @EXPORT = qw(write_while interrupt);

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
	my $interruptions = 0;
	for my $try (1 .. $tries)
	{
		my $harness = IPC::Run::start(
			[ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'),
				'-c', "SET application_name = 'converter'", '-c', 'SET client_min_messages = warning', '-c', $call ],
			'>', \my $out, '2>', \my $err);
		usleep(30_000 + 20_000 * $try + rand(50_000));
		$interruptions += $node->safe_psql('postgres', "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE application_name = 'converter' AND state = 'active'");
		eval { $harness->finish };
		return ($interruptions, 1) if $harness->result(0) == 0;
		die $err if $err !~ /canceling statement due to user request/;
	}
	return ($interruptions, 0);
}

1;
