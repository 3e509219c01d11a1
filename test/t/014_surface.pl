# Whoever calls a function of the extension, with whatever arguments, gets a result or an ordinary error: every function and
# procedure there is, those of an enumeration of one's own included, called by a role without rights and by a superuser. What
# must not happen: that the server goes down, an error of the server's own (SQLSTATE XX...), a call that takes more than a
# second, or one that takes more than 64 MB.
#
# The calls are generated from pg_proc, always the same ones. SURFACE_SECONDS=n goes on with others for that long,
# SURFACE_SEED=n begins with others, SURFACE_ONLY=regex calls only functions of such names.

use strict;
use warnings;

use Digest::MD5 qw(md5_hex);
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use List::Util qw(max min);
use POSIX ();
use PostgreSQL::Test::Utils;
use SurfaceValues;
use Test::More;
use Time::HiRes qw(time usleep);

use constant { CALLS => 20, CALLS_OF_KNOWN_CODE => 2, FUNCTIONS_IN_A_SESSION => 20, MOST_KB => 64 * 1024 };

# Calls that seem to take longer than a second by what they are for: a pause while others work, up to a minute, what cancels
# its statement at a time that may be over, and what plans the conversion of each table of a schema.
my $rests = qr/\b(?:online_rest|limit_time|schema_planned|gb_enum_convert_schema(?:_plan)?)\(/;

# The shared buffers are small: what a backend touches of them counts as its memory. A second counts from when the server is
# not busy with itself.
my $node = new_server('surface', restart_after_crash => 'on', shared_buffers => '4MB', max_stack_depth => '2MB', jit => 'off',
    autovacuum => 'off', fsync => 'off', log_min_messages => 'fatal', log_min_error_statement => 'panic');
$node->safe_psql('postgres', "\\i $FindBin::RealBin/surface_objects.sql");
my $postmaster = slurp_file($node->data_dir . '/postmaster.pid');
my $directory = PostgreSQL::Test::Utils::tempdir;
my $values = SurfaceValues->new($node);

# The extension's members, and what belongs to an enumeration that was made like others. Functions of one code, which is that
# of a C function or one of the server's, are the same whatever they are called. Procedures change what is there, so they are
# last.
my @functions;
for ($values->rows(<<'SQL'))
    WITH members AS (
        SELECT d.objid AS oid FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid AND e.extname = 'gb_enums'
        WHERE d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
    ), of_kind AS (
        SELECT d.objid AS oid FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass AND d.refobjid = 'own.kind'::regtype AND d.objid <> 'own.of_status'::regproc
    ), ours AS (
        SELECT oid FROM members UNION SELECT oid FROM of_kind
        UNION SELECT d.objid FROM of_kind k
            JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_proc'::regclass AND d.refobjid = k.oid
    )
    SELECT format('%I.%I', n.nspname, p.proname), p.prokind, p.prorettype::regtype,
        CASE l.lanname WHEN 'gb_enum' THEN l.lanname WHEN 'c' THEN 'c ' || p.prosrc WHEN 'internal' THEN concat(p.prokind, p.prosrc)
                       ELSE p.oid::text END,
        (SELECT string_agg(format_type(t, NULL), '|' ORDER BY i) FROM unnest(p.proargtypes) WITH ORDINALITY u(t, i)),
        (SELECT string_agg(coalesce(p.proargnames[i], ''), '|' ORDER BY i) FROM generate_series(1, p.pronargs) i)
    FROM ours o JOIN pg_proc p ON p.oid = o.oid
    JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    ORDER BY p.prokind = 'p', n.nspname, p.proname, p.proargtypes::text
SQL
{
    my ($name, $kind, $result, $code, $types, $names) = @$_;
    push @functions, {
        name => $name, kind => $kind, result => $result, code => $code, in_c => scalar($code =~ /^c /),
        types => [ split /\|/, $types ], names => [ split /\|/, $names, -1 ] };
}

# One call as a line of a script. The first of a function has NULLs only.
sub call
{
    my ($function, $number) = @_;
    my @types = @{ $function->{types} };
    my @arguments = map {
        $number == 0 ? $values->null($types[$_]) : $values->value($types[$_], $function->{names}[$_], $function->{in_c})
    } 0 .. $#types;
    return "CALL $function->{name}(" . join(', ', @arguments) . ');' if $function->{kind} eq 'p';
    # What cannot be shown is called all the same.
    my $shown = $function->{result} =~ /^(internal|language_handler|event_trigger|trigger|any\w+)$/ ? ' IS NULL' : '';
    # As constants, which the planner knows, and as what it does not know.
    my $from = '';
    if ($number % 2 == 1 && !grep { /^(internal|cstring|any)/ } @types)
    {
        $from = ' FROM (SELECT ' . join(', ', map { "$arguments[$_] AS a$_" } 0 .. $#types) . ' OFFSET 0) v' if @types;
        @arguments = map { "v.a$_" } 0 .. $#types;
    }
    return "BEGIN; SELECT $function->{name}(" . join(', ', @arguments) . ")$shown$from; ROLLBACK;";
}

# The same for a function that is called as a trigger: on a table of the role's, with arguments that are columns, types and
# options, and others.
sub trigger_call
{
    my ($function) = @_;
    my @columns = qw(status level number feeling word note k id doubled created_at);
    my @types = ('', '', qw(task_status own.kind risk_level int4 0));
    my $or = sub { my ($meant) = @_; return rand() < 0.8 ? $meant : any_of('', 'x', '0', 'own.kind', '[1]', 'nothing') };
    my @arguments = map { quoted($_) } map {
        ($or->(any_of(@columns)), $or->(any_of(@columns)), $or->(any_of(@types)), $or->(rand() < 0.5 ? '{}' : $values->document))
    } 1 .. any_of(0, 1, 1, 1, 2);
    pop @arguments if rand() < 0.1;
    my $event = any_of(('BEFORE INSERT OR UPDATE') x 2, 'AFTER INSERT OR UPDATE', 'BEFORE DELETE', 'BEFORE TRUNCATE');
    my $each = $event =~ /TRUNCATE/ || rand() < 0.1 ? 'STATEMENT' : 'ROW';
    my $change = any_of(
        "INSERT INTO own.tasks (id, status, level, number, k) VALUES (1000, 'ready', 1, 70000, 'new')",
        'INSERT INTO own.tasks (id) VALUES (1000)', "UPDATE own.tasks SET status = 'failed', level = NULL, k = 'closed'",
        'DELETE FROM own.tasks', 'TRUNCATE own.tasks');
    return "BEGIN; CREATE TRIGGER \"~\" $event ON own.tasks FOR EACH $each EXECUTE FUNCTION $function->{name}("
        . join(', ', @arguments) . "); $change; ROLLBACK;";
}

# Calling them ---------------------------------------------------------------------------------------------

my @failures;
my ($calls, $peak) = (0, 0);
my %sessions;

sub end_session
{
    my ($role) = @_;
    eval { $sessions{$role}{psql}->quit } if $sessions{$role};
    delete $sessions{$role};
    return;
}

sub session
{
    my ($role) = @_;
    return $sessions{$role} if $sessions{$role} && $sessions{$role}{uses}++ < FUNCTIONS_IN_A_SESSION;
    end_session($role);
    my $psql = $node->background_psql('postgres', on_error_stop => 0, extra_params => [ '-U', $role ]);
    my $pid = $psql->query('SELECT pg_backend_pid();');
    $psql->query("SET statement_timeout = '1s'; SET client_min_messages = 'error';\n\\set VERBOSITY sqlstate\n\\o /dev/null\n");
    return $sessions{$role} = { psql => $psql, pid => $pid, uses => 0, memory => memory($pid) };
}

# The most that a process has had, in kB.
sub memory
{
    my ($pid) = @_;
    return -r "/proc/$pid/status" && slurp_file("/proc/$pid/status") =~ /VmHWM:\s+(\d+)/ ? $1 : 0;
}

# The seconds of a processor that the server's sessions which have ended, and this program, have had.
sub processor_time
{
    my ($pid) = $postmaster =~ /^(\d+)/;
    my @stat = -r "/proc/$pid/stat" ? split / /, slurp_file("/proc/$pid/stat") =~ s/^.*\) //r : (0) x 20;
    my @own = times;
    return ($stat[13] + $stat[14]) / POSIX::sysconf(POSIX::_SC_CLK_TCK()) + $own[0] + $own[1];
}

# The seconds in which a process was ready to run, and waited for a processor.
sub seconds_in_queue
{
    my ($pid) = @_;
    return -r "/proc/$pid/schedstat" && slurp_file("/proc/$pid/schedstat") =~ /^\d+ (\d+)/ ? $1 / 1e9 : 0;
}

# Runs lines of a script in a session; gives those that must not have ended as they did, each with why.
sub run
{
    my ($role, @lines) = @_;
    my $session = session($role);
    my $file = "$directory/calls.sql";
    unlink $file;
    append_to_file($file, join("\n", @lines) . "\n");
    my $alive = eval { $session->{psql}->query("\\i $file"); 1 };
    my $stderr = $session->{psql}{stderr};
    $session->{psql}{stderr} = '';
    my @failed;
    while ($stderr =~ /^psql:[^\n]*?:(\d+): (ERROR|FATAL|PANIC):  (\w+)$/mg)
    {
        my ($line, $severity, $state) = ($1, $2, $3);
        push @failed, [ $lines[ $line - 1 ], $state ] if $severity ne 'ERROR' || $state =~ /^(XX|57014$)/;
    }
    if (!$alive || $stderr =~ /server closed the connection|connection to server was lost/)
    {
        my ($line) = $stderr =~ /:(\d+): [^\n]*server closed/;
        push @failed, [ $lines[ ($line // 1) - 1 ], 'the connection was lost' ];
        %sessions = ();
        usleep(500_000);
        $node->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()');
        return @failed;
    }
    my $grown = memory($session->{pid}) - $session->{memory};
    $peak = max($peak, $grown);
    if ($grown > MOST_KB)
    {
        end_session($role);
        push @failed, [ join(' ', @lines), "$grown kB" ];
    }
    return @failed;
}

# Whether a call takes more than a second each time, alone. A machine that does something else lets it wait for a processor, which
# is not its time: the next time it has as long as would have been enough for a second of its own.
sub takes_long
{
    my ($role, $line) = @_;
    my $limit = 1;
    for (1 .. 3)
    {
        end_session($role);
        my $session = session($role);
        $session->{psql}->query(sprintf 'SET statement_timeout = %d', 1000 * $limit);
        my $before = seconds_in_queue($session->{pid});
        my $failed = run($role, $line);
        my $queued = seconds_in_queue($session->{pid}) - $before;
        end_session($role);
        return 0 if !$failed;
        $limit = min($limit / max($limit - $queued, $limit / 10), 10);
    }
    return 1;
}

# The same; what failed is on record. Calls that are the same each time are made again to learn more; of others it counts
# that they have failed, or nothing but whether the server has survived.
sub check
{
    my ($role, $mode, @lines) = @_;
    $calls += @lines;
    for my $failed (run($role, @lines))
    {
        my ($line, $why) = @$failed;
        next if $why eq '57014' && $line =~ $rests || $mode eq 'survive' && $why =~ /^XX/;
        if ($why eq '57014')
        {
            next if !takes_long($role, $line);
            $why = 'more than a second';
        }
        # A session that has done much is large: what takes too much does so each time, alone.
        elsif ($why =~ /kB$/)
        {
            my @each = grep { my $one = $_; !grep { end_session($role); !run($role, $one) } 1 .. 3 } @lines;
            next if !@each;
            $line = $each[0];
        }
        elsif ($why =~ /^XX/ && $mode eq 'repeat')
        {
            $why = ($node->psql('postgres', $line, extra_params => [ '-U', $role, '-v', 'VERBOSITY=verbose' ]))[2] =~ s/\s+/ /gr;
        }
        push @failures, "$role: $why: $line";
        diag($failures[-1]);
    }
    return;
}

my $began = time();
my $seed = $ENV{SURFACE_SEED} // 0;
@functions = grep { $_->{name} =~ /$ENV{SURFACE_ONLY}/ } @functions if $ENV{SURFACE_ONLY};

# A function's calls are the same whatever other functions there are.
sub for_each_function
{
    my ($round, $code) = @_;
    for my $function (@functions)
    {
        for my $role ('plain', 'postgres')
        {
            srand(hex substr md5_hex(join ' ', $round, $role, $function->{name}, @{ $function->{types} }), 0, 8);
            $code->($role, $function);
        }
    }
    return;
}

my $rounds = 0;
do
{
    my %known;
    for_each_function($seed + $rounds, sub {
        my ($role, $function) = @_;
        my $count = @{ $function->{types} } == 0 ? 1 : $known{ $function->{code} }{$role}++ ? CALLS_OF_KNOWN_CODE : CALLS;
        check($role, 'repeat', map { call($function, $_) } 0 .. $count - 1);
        check($role, 'repeat', map { trigger_call($function) } 1 .. CALLS) if $function->{result} eq 'trigger';
    });
    ++$rounds;
} while (time() - $began < ($ENV{SURFACE_SECONDS} // 0));
is(join("\n", @failures), '', 'every call has a result or an ordinary error');

# While objects go --------------------------------------------------------------------------------------------

# One session drops tables and makes them again; what others were about to use is gone, or another by that name. What the
# server's own functions say then of definitions that they were showing is theirs, so only functions in C are held to more than
# to survive.
@failures = ();
my $objects = <<'SQL' =~ s/\s+/ /gr;
    SET ROLE plain; CREATE TABLE own.passing (id integer PRIMARY KEY, status text CHECK (status IN ('ready', 'failed')));
    CREATE VIEW own.passing_view AS SELECT * FROM own.passing WHERE status = 'ready';
    CREATE TABLE own.passing_parts (at timestamptz) PARTITION BY RANGE (at);
    CREATE TABLE own.passing_part PARTITION OF own.passing_parts DEFAULT; RESET ROLE;
SQL
append_to_file("$directory/passing.sql", "SET client_min_messages = error;\n"
    . "$objects\n\\! sleep 0.002\nBEGIN; DROP TABLE own.passing, own.passing_parts CASCADE;\n\\! sleep 0.004\nCOMMIT;\n" x 5000);
my $dropper = IPC::Run::start([ 'psql', '-Xq', '-d', $node->connstr('postgres'), '-f', "$directory/passing.sql" ],
    '>', \my $out, '2>', \my $err);
for_each_function('passing', sub {
    my ($role, $function) = @_;
    return if $function->{kind} eq 'p' || !grep { /^(oid|regclass)/ } @{ $function->{types} };
    my @lines = map { call($function, 2 * $_) } 1 .. ($function->{in_c} ? CALLS : CALLS_OF_KNOWN_CODE);
    for (@lines)
    {
        s/'\d+'::oid::(oid|regclass)\b/"to_regclass('own.passing" . any_of('', '_view', '_parts', '_part') . "')::oid::$1"/ge;
    }
    check($role, $function->{in_c} ? 'once' : 'survive', @lines);
});
$dropper->signal('TERM');
eval { $dropper->finish };
is(join("\n", @failures), '', 'as it has while objects are dropped');
end_session($_) for keys %sessions;
note(sprintf('%d functions, %d calls, %.1f s (%.1f s of them of a processor), at most %.1f MB', scalar @functions, $calls,
    time() - $began, processor_time(), $peak / 1024));

is(slurp_file($node->data_dir . '/postmaster.pid'), $postmaster, 'the server is the same');
$node->stop('immediate');
is(join('', grep { /PANIC|terminated by signal/ } split /^/, slurp_file($node->logfile)), '', 'no process of it has crashed');
done_testing();
