# Columns become enumerations, and what they were again, while others write to the table, and while the
# conversion is cancelled and the server killed: no row is lost or has another value, and no writer has an error.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes;
use Writers;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "restart_after_crash = on\nfsync = off\nautovacuum = off\ndeadlock_timeout = 200ms");
$node->start;

# Every transaction that changes a row says so in the ledger too.
$node->safe_psql('postgres', q{
	CREATE EXTENSION gb_enums;
	CREATE SEQUENCE ids START 20001;
	CREATE TABLE tasks (id bigint PRIMARY KEY, status varchar(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'ready', 'running', 'completed', 'failed')), level integer, v bigint NOT NULL DEFAULT 0);
	CREATE INDEX tasks_open ON tasks (id) WHERE status <> 'completed';
	CREATE INDEX tasks_status ON tasks (status);
	CREATE VIEW open_tasks AS SELECT id, status FROM tasks WHERE status <> 'completed';
	INSERT INTO tasks SELECT i, (ARRAY['pending', 'ready', 'running', 'completed', 'failed'])[1 + i % 5], i % 5 FROM generate_series(1, 20000) i;
	CREATE TABLE ledger (n bigserial, id bigint, status text, alive boolean);
	INSERT INTO ledger (id, status, alive) SELECT id, status, true FROM tasks;
});
my $conversion = q{'tasks', '{"status": "task_status", "level": "risk_level"}'};
my %scripts = (
	insert => q{\set s random(0, 4)
		WITH new AS (INSERT INTO tasks (id, status, level) VALUES (nextval('ids'), (ARRAY['pending', 'ready', 'running', 'completed', 'failed'])[1 + :s], :s) RETURNING id, status::text) INSERT INTO ledger (id, status, alive) SELECT id, status, true FROM new;},
	usual => q{WITH new AS (INSERT INTO tasks (id) VALUES (nextval('ids')) RETURNING id, status::text) INSERT INTO ledger (id, status, alive) SELECT id, status, true FROM new;},
	update => q{\set i random(1, 20000)
		WITH new AS (UPDATE tasks SET status = 'running', level = 3, v = v + 1 WHERE id = :i AND status IN ('pending', 'ready') RETURNING id, status::text) INSERT INTO ledger (id, status, alive) SELECT id, status, true FROM new;},
	finish => q{\set i random(1, 20000)
		WITH new AS (UPDATE tasks SET status = 'completed' WHERE id = :i AND status = 'running' RETURNING id, status::text) INSERT INTO ledger (id, status, alive) SELECT id, status, true FROM new;},
	# two rows in any order, as others lock them
	pair => q{\set i random(1, 100)
		\set j random(1, 100)
		SELECT count(*) FROM (SELECT FROM tasks WHERE id IN (:i, :j) ORDER BY id FOR UPDATE) t;},
	delete => q{\set i random(1, 20000)
		WITH old AS (DELETE FROM tasks WHERE id = :i RETURNING id, status::text) INSERT INTO ledger (id, status, alive) SELECT id, status, false FROM old;});

# The rows and their statuses are what the ledger says, and the two columns say the same.
my $wrong = q{SELECT count(*) FROM (SELECT DISTINCT ON (id) id, status, alive FROM ledger ORDER BY id, n DESC) l
	FULL JOIN tasks t USING (id) WHERE t.id IS NOT NULL IS DISTINCT FROM l.alive AND (t.id IS NOT NULL OR l.alive) OR t.status::text <> l.status};
my $out_of_step = q{SELECT count(*) FROM tasks WHERE status::text IS DISTINCT FROM status_gb_old OR level::integer IS DISTINCT FROM level_gb_old};

sub meanwhile { return write_while($node, \%scripts, 4, 600, $wrong, @_); }

# Calls the conversion, and cancels it after a while, again and again; then lets it come through.
sub interrupted
{
	my $call = "CALL gb_enum_convert_online($conversion, batch_pages => 10)";
	interrupt_behind_reader($node, $call, 'tasks');
	my ($interruptions, $done) = interrupt($node, $call, 16);
	$node->safe_psql('postgres', "CALL gb_enum_convert_online($conversion)") unless $done;
	return 1 + $interruptions;
}

sub type_of
{
	return $node->safe_psql('postgres', q{SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = 'tasks'::regclass AND attname = 'status'});
}

my $left_over = q{SELECT count(*) FROM pg_class WHERE relname ~ 'gb_(new|old)' UNION ALL SELECT count(*) FROM pg_attribute WHERE attname ~ 'gb_(new|old)' AND NOT attisdropped
	UNION ALL SELECT count(*) FROM pg_constraint WHERE conname ~ 'gb_(new|old)' UNION ALL SELECT count(*) FROM pg_trigger WHERE tgname ~ 'gb_enum' UNION ALL SELECT count(*) FROM gb_enum_conversions};

meanwhile('conversion', sub {
	my $times = interrupted();
	note("interrupted $times times");
	is(type_of(), 'task_status', 'conversion: it is an enumeration');
});
is($node->safe_psql('postgres', $out_of_step), '0', 'conversion: the old columns are in step');
meanwhile('undo', sub { $node->safe_psql('postgres', q{SELECT gb_enum_convert_undo('tasks')}) });
is(type_of(), 'character varying', 'undo: it is a text');
is($node->safe_psql('postgres', $left_over), "0\n0\n0\n0\n0", 'undo: nothing is left');

# Rows that somebody has locked are waited for, in passes; a table that somebody reads, too.
$node->safe_psql('postgres', qq{SELECT gb_enums_internal.convert_online_begin('tasks', gb_enums_internal.convert_named('{"status": "task_status", "level": "risk_level"}'), 60, 1, '200 ms', 3)});
$node->safe_psql('postgres', q{SELECT gb_enums_internal.online_step('tasks', 'columns')}) for 1, 2;
my $locker = $node->background_psql('postgres');
$locker->query_safe(q{BEGIN; SELECT FROM tasks WHERE id = (SELECT max(id) FROM tasks) FOR UPDATE});
is($node->safe_psql('postgres', 'SELECT gb_enums_internal.others_work()'), 'f', 'who waits for their client does not work');
my ($status, $out, $err) = $node->psql('postgres', q{CALL gb_enum_convert_online('tasks')});
like($err, qr/1 rows of table "public.tasks" are locked/, 'a locked row is waited for, not for ever');
# Who waits for a row of a transaction is seen by it.
$locker->query_safe(q{UPDATE tasks SET v = v WHERE id = (SELECT max(id) FROM tasks)});
is($locker->query_safe('SELECT gb_enums_internal.is_waited_for()'), 'f', 'nobody waits for a row');
my $waiter = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', q{UPDATE tasks SET v = v WHERE id = (SELECT max(id) FROM tasks)} ]);
$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted}) or die 'nobody waits';
is($locker->query_safe('SELECT gb_enums_internal.is_waited_for()'), 't', 'somebody waits for a row');
$locker->query_safe('COMMIT');
$waiter->finish;
$locker->query_safe('BEGIN; SELECT count(*) FROM tasks');
($status, $out, $err) = $node->psql('postgres', "CALL gb_enum_convert_online($conversion)");
like($err, qr/step "checks" of "public.tasks" gave up after 3 attempts/, 'a reader is waited for, not for ever');
like($err, qr/Process \d+ holds AccessShareLock on "public.tasks"/, 'and named');
is($node->safe_psql('postgres', 'SELECT stage FROM gb_enum_conversions'), 'checks', 'it stands where it stopped');
$locker->query_safe('COMMIT');
$node->safe_psql('postgres', "CALL gb_enum_convert_online($conversion)");
is(type_of(), 'task_status', 'and goes on from there');
$node->safe_psql('postgres', q{SELECT gb_enum_convert_undo('tasks')});

# Two at once: one does it, the other finds it done.
my @both = map { IPC::Run::start([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-c', 'SET client_min_messages = warning', '-c', "CALL gb_enum_convert_online($conversion, batch_pages => 2)" ],
	'>', \my $o, '2>', \my $e) } 1 .. 2;
my @failed = grep { $_->finish; $_->result(0) != 0 } @both;
cmp_ok(scalar(@failed), '<=', 1, 'two callers: not both fail');
$node->safe_psql('postgres', "CALL gb_enum_convert_online($conversion)");
is($node->safe_psql('postgres', $out_of_step), '0', 'two callers: it is done once');
$node->safe_psql('postgres', q{SELECT gb_enum_convert_undo('tasks')});
is($node->safe_psql('postgres', $left_over), "0\n0\n0\n0\n0", 'two callers: nothing is left after the undo');

# Two begin at once or one a little after the other, again and again: none of them fails, and nothing is left of it.
$node->safe_psql('postgres', q{
	CREATE TABLE turns (id bigint PRIMARY KEY, status text NOT NULL CHECK (status IN ('pending', 'ready', 'running')), level integer);
	CREATE INDEX turns_status ON turns (status);
	INSERT INTO turns SELECT i, (ARRAY['pending', 'ready', 'running'])[1 + i % 3], i % 4 FROM generate_series(1, 1500) i});
my $turn = q{CALL gb_enum_convert_online('turns', '{"status": "task_status", "level": "risk_level"}', batch_pages => 2)};
my @problems;
for my $round (1 .. 16)
{
	my @errors = ('') x 2;
	my @calls = map {
		Time::HiRes::sleep(rand(0.15)) if $_ == 1;
		IPC::Run::start([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-c', 'SET client_min_messages = warning', '-c', $turn ], '2>', \$errors[$_]) } 0, 1;
	$_->finish for @calls;
	my ($status, $out, $third) = $node->psql('postgres', "SET client_min_messages = warning; $turn");
	push @problems, map { "round $round: $_" } grep { $_ } @errors, $third,
		$node->safe_psql('postgres', q{SELECT nullif(count(*), 0) FROM turns WHERE status::text IS DISTINCT FROM status_gb_old OR level::integer IS DISTINCT FROM level_gb_old});
	$node->safe_psql('postgres', q{SELECT gb_enum_convert_undo('turns')});
	my $left = $node->safe_psql('postgres', $left_over);
	push @problems, "round $round: left $left" if $left ne "0\n0\n0\n0\n0";
}
is(join("\n", @problems), '', 'two callers, round by round: both come through');

# The table is dropped while a conversion of it begins: the error says that.
@problems = ();
for my $round (1 .. 20)
{
	$node->safe_psql('postgres', q{CREATE TABLE dropped (id bigint PRIMARY KEY, status text NOT NULL);
		INSERT INTO dropped SELECT i, 'ready' FROM generate_series(1, 20000) i});
	my $call = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', 'SET client_min_messages = warning', '-c', q{CALL gb_enum_convert_online('dropped', '{"status": "task_status"}')} ], '2>', \my $error);
	Time::HiRes::sleep(rand(0.08));
	$node->safe_psql('postgres', 'DROP TABLE dropped');
	$call->finish;
	push @problems, $error unless $error =~ /does not exist|has been dropped/;
}
is(join("\n", @problems), '', 'a table that is dropped while a conversion of it begins');
$node->safe_psql('postgres', 'DROP TABLE turns');

# One calls while the other builds an index: the build, which waits for old snapshots, does not wait for who waits for it.
my $calls = q{SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CALL gb_enum_convert_online%' AND backend_type = 'client backend'};
my $call = sub { return IPC::Run::start([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-c', 'SET client_min_messages = warning', '-c', "CALL gb_enum_convert_online($conversion)" ], '>', \my $o, '2>', \my $e) };
my $old = $node->background_psql('postgres');
$old->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM ledger');
my @callers = $call->();
$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting for old snapshots'})
	or die 'no index is being built';
push @callers, $call->();
$node->poll_query_until('postgres', "SELECT ($calls) = 2") or die 'there is no second caller';
$old->query_safe('COMMIT');
ok($node->poll_query_until('postgres', "SELECT ($calls) = 0"), 'the build of an index and a second caller do not wait for each other')
	or $node->safe_psql('postgres', $calls =~ s/count\(\*\)/pg_terminate_backend(pid)/r);
$_->finish for @callers;
is(type_of(), 'task_status', 'and it is done');
$node->safe_psql('postgres', q{SELECT gb_enum_convert_undo('tasks')});

# Who undoes it while an index is built ends the build: it might wait for the snapshot of who waits for it.
$old->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM ledger');
@callers = $call->();
$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting for old snapshots'})
	or die 'no index is being built';
($status, $out, $err) = $node->psql('postgres', q{SELECT gb_enum_convert_finish('tasks')});
like($err, qr/is not done yet/, 'a finish during the build of an index comes too early');
($status, $out, $err) = $node->psql('postgres', q{CALL gb_partition_convert('tasks', 'id', '1000')});
like($err, qr/Its columns are being converted/, 'a conversion into a partitioned table during the build of an index is refused');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_progress_create_index}), '1', 'and neither ends the build');
is($node->psql('postgres', q{SET client_min_messages = warning; SELECT gb_enum_convert_undo('tasks')}), 0, 'an undo during the build of an index does not wait for it');
$_->finish for @callers;
is($node->safe_psql('postgres', $left_over), "0\n0\n0\n0\n0", 'an undo during the build of an index: nothing is left');
$old->query_safe('COMMIT');

# The build ends with the session of the caller, too: it would be in the way of all others, and nobody would wait for it.
$old->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM ledger');
@callers = $call->();
$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting for old snapshots'})
	or die 'no index is being built';
$node->safe_psql('postgres', $calls =~ s/count\(\*\)/pg_terminate_backend(pid)/r);
$_->finish for @callers;
is($node->psql('postgres', q{SET client_min_messages = warning; SELECT gb_enum_convert_undo('tasks')}), 0, 'an undo after the session was terminated during the build of an index');
is($node->safe_psql('postgres', $left_over), "0\n0\n0\n0\n0", 'and nothing is left');
$old->query_safe('COMMIT');

# The server is killed in the middle of each step, and while an index is being built.
my $kill = sub {
	my ($session) = @_;
	kill_server($node);
	eval { $session->quit };
};
my %killed;
$node->safe_psql('postgres', qq{SELECT gb_enums_internal.convert_online_begin('tasks', gb_enums_internal.convert_named('{"status": "task_status", "level": "risk_level"}'), 1000, 1, '1 s', 3)});
while ((my $stage = $node->safe_psql('postgres', 'SELECT stage FROM gb_enum_conversions')) ne 'done')
{
	last if ++$killed{$stage} > 30;
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	$session->query_safe('SET client_min_messages = warning; BEGIN');
	$session->query_safe(q{SELECT gb_enums_internal.online_step('tasks', 'columns')});
	$kill->($session);
	is($node->safe_psql('postgres', $wrong), '0', "killed in stage $stage: no row lost");
	if ($node->safe_psql('postgres', q{SELECT gb_enums_internal.online_step('tasks', 'columns')}) eq 'index')
	{
		# An old snapshot is what the build waits for.
		my $reader = $node->background_psql('postgres', on_error_stop => 0);
		$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM ledger');
		my $builder = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', q{CALL gb_enum_convert_online('tasks')} ], '>', \my $o, '2>', \my $e);
		$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting for old snapshots'})
			or die "no index is being built: $e";
		if ($killed{$stage} == 1)
		{
			# Who cancels the call ends the build as well.
			$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL gb_enum_convert_online%' AND backend_type = 'client backend'});
			eval { $builder->finish };
			like($e, qr/canceling statement due to user request/, 'the call is cancelled while an index is built');
			ok($node->poll_query_until('postgres', 'SELECT count(*) = 0 FROM pg_stat_progress_create_index'), 'and the build ends');
		}
		$kill->($reader);
		eval { $builder->finish };
		is($node->safe_psql('postgres', q{SELECT count(*) > 0 FROM pg_index WHERE NOT indisvalid}), 't', 'killed while an index is built: it is left invalid');
		$node->safe_psql('postgres', q{CREATE PROCEDURE build() LANGUAGE plpgsql AS $$ BEGIN
			WHILE gb_enums_internal.convert_online_index('tasks') IS NOT NULL LOOP CALL gb_enums_internal.run_concurrently('tasks'::regclass, gb_enums_internal.convert_online_index('tasks')); END LOOP; END $$;
			CALL build(); DROP PROCEDURE build()});
		is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_index WHERE NOT indisvalid}), '0', 'and built anew');
	}
}
cmp_ok(scalar(keys %killed), '>=', 8, 'killed in each of the stages ' . join(', ', sort keys %killed));
is(type_of(), 'task_status', 'it is an enumeration');
is($node->safe_psql('postgres', $out_of_step), '0', 'the old columns are in step');
for my $end ('undo', 'finish')
{
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	$session->query_safe('BEGIN');
	$session->query_safe("SELECT gb_enum_convert_$end('tasks')");
	$kill->($session);
	is($node->safe_psql('postgres', $wrong), '0', "killed in $end: no row lost");
	is(type_of(), 'task_status', "killed in $end: it is what it was");
}
$node->safe_psql('postgres', q{SELECT gb_enum_convert_finish('tasks')});
is($node->safe_psql('postgres', $left_over), "0\n0\n0\n0\n0", 'finished: nothing is left');
is($node->safe_psql('postgres', $wrong), '0', 'finished: no row lost');
is($node->safe_psql('postgres', q{SELECT count(*) FROM open_tasks WHERE status = 'running'::text}), $node->safe_psql('postgres', q{SELECT count(*) FROM tasks WHERE status::text = 'running'}), 'finished: the view is over it');

$node->stop;
done_testing();
