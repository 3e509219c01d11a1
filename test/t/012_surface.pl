# Whoever calls a function of the extension, with whatever arguments, gets a result or an ordinary error: every function
# and procedure there is, those of an enumeration of one's own included, called by a role without rights and by a
# superuser. What must not happen: that the server goes down, an error of the server's own (SQLSTATE XX...), a call that
# takes more than a second, or one that takes more than 64 MB.
#
# The calls are generated from pg_proc, always the same ones. SURFACE_SECONDS=n goes on with others for n seconds,
# SURFACE_SEED=n begins with others.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use JSON::PP;
use Digest::MD5 qw(md5_hex);
use List::Util qw(max min shuffle);
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

use constant { CALLS => 24, CALLS_OF_KNOWN_CODE => 2, FUNCTIONS_IN_A_SESSION => 60, MOST_KB => 64 * 1024 };

# Small shared buffers: what a backend touches of them counts as its memory.
my $node = new_server('surface', restart_after_crash => 'on', shared_buffers => '4MB', log_min_error_statement => 'panic',
    log_min_messages => 'fatal', autovacuum => 'off', jit => 'off', max_stack_depth => '2MB');
$node->safe_psql('postgres', "\\i $FindBin::RealBin/surface_objects.sql");
my $postmaster = slurp_file($node->data_dir . '/postmaster.pid');
my $directory = PostgreSQL::Test::Utils::tempdir;

sub rows
{
    my ($sql) = @_;
    return map { [ split /\t/, $_, -1 ] } split /\n/, $node->safe_psql('postgres', "\\pset fieldsep '\\t'\n$sql");
}
sub column { return map { $_->[0] } rows(@_) }
sub one { return $_[ int rand @_ ] }

# Values to call with -------------------------------------------------------------------------------------

# OIDs by what they are of: those of our objects and of others', some of the server's, and of what is gone.
my %oids;
for (rows(q{
    WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname IN ('own', 'foreign_things')),
    relation AS (SELECT c.* FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM ours)
        OR c.oid IN ('pg_class'::regclass, 'pg_type_oid_index'::regclass, 'pg_stats'::regclass, 'public.gone'::regclass)
        OR c.oid = (SELECT reltoastrelid FROM pg_class WHERE oid = 'own.tasks'::regclass))
    SELECT 'relation', oid FROM relation
    UNION ALL SELECT 'relation', id FROM gone WHERE what IN ('relation', 'registered', 'converted')
    UNION ALL SELECT 'view', oid FROM relation WHERE relkind IN ('v', 'm')
    UNION ALL SELECT 'index', oid FROM relation WHERE relkind IN ('i', 'I')
    UNION ALL SELECT 'parent', oid FROM relation WHERE relkind = 'p'
    UNION ALL SELECT 'constraint', k.oid FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid UNION ALL SELECT 'constraint', id FROM gone WHERE what = 'constraint'
    UNION ALL SELECT 'trigger', t.oid FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid
    UNION ALL SELECT 'policy', p.oid FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
    UNION ALL SELECT 'statistics', s.oid FROM pg_statistic_ext s JOIN relation r ON r.oid = s.stxrelid
    UNION ALL SELECT 'publication', oid FROM pg_publication_rel
    UNION ALL SELECT 'type', t.oid FROM pg_type t WHERE typnamespace IN (SELECT oid FROM ours)
        OR t.oid IN ('int2'::regtype, 'text'::regtype, 'numeric'::regtype, 'anyelement'::regtype, 'cstring'::regtype, 'record'::regtype,
            'task_status'::regtype, 'task_status[]'::regtype, 'pg_class'::regtype) OR t.typname = 'shell'
    UNION ALL SELECT 'type', id FROM gone WHERE what IN ('type', 'enumeration')
    UNION ALL SELECT 'enum', oid FROM pg_type WHERE oid IN ('own.kind'::regtype, 'own.broken'::regtype, 'foreign_things.kind'::regtype, 'foreign_things.broken'::regtype, 'task_status'::regtype)
    UNION ALL SELECT 'function', p.oid FROM pg_proc p WHERE pronamespace IN (SELECT oid FROM ours) OR p.oid IN ('int2in'::regproc, 'as_task_status'::regproc)
        OR p.oid = (SELECT typinput FROM pg_type WHERE oid = 'own.kind'::regtype)
    UNION ALL SELECT 'schema', oid FROM ours UNION ALL SELECT 'schema', oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'public', 'gb_enums_internal')
    UNION ALL SELECT 'role', oid FROM pg_roles WHERE rolname IN ('plain', 'other') OR oid = 10
    UNION ALL SELECT 'label', oid FROM pg_enum
    ORDER BY 1, 2}))
{
    push @{ $oids{ $_->[0] } }, $_->[1];
}
my @no_oids = (0, 1, 4294967295);
my @all_oids = (@no_oids, map { @$_ } map { $oids{$_} } sort keys %oids);

# Expressions as the server has stored them: arguments that nobody can write.
my @trees = map { "(SELECT $_->[1] FROM $_->[0] WHERE ctid = '$_->[2]')" } rows(join(' UNION ALL ', map {
    my ($catalog, $column) = @$_;
    "(SELECT '$catalog', '$column', ctid FROM $catalog WHERE $column IS NOT NULL ORDER BY oid DESC LIMIT 6)"
} rows(q{SELECT attrelid::regclass, attname FROM pg_attribute WHERE atttypid = 'pg_node_tree'::regtype AND attrelid::regclass::text LIKE 'pg_%'
    AND EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = pg_attribute.attrelid AND o.attname = 'oid')})))
    ;

my @strings = ('', 'x', 'task_status', 'own.kind', 'kind', 'own.tasks', 'own.parts', 'status', 'level', 'at', 'pending', 'ready', 'new', '0', '-1', '99999', 'epoch', 'snowflake', 'attach', 'copy',
    'detach', 'move', 'run', 'store', 'convert', 'columns', 'UTC', 'Europe/Berlin', 'no zone', 'own', '%s %n %I', q{'; SELECT 1; --}, '"', "a\nb", "\x01\\", "\x{fc}\x{20ac}\x{1F600}",
    'SELECT 1', q{SELECT 'x'::text}, 'SELECT ROW(1, 2)', 'COMMIT', 'ROLLBACK; SELECT 1', 'COPY own.tasks TO STDOUT', 'BEGIN', 'SELECT', '(', 'CREATE INDEX CONCURRENTLY i ON own.tasks (id)', '0 a "b"', '2024-01-01', 'infinity',
    'fillfactor=70', 'a' x 63, 'b' x 64);
my @long = map { "left(repeat($_, 1048576), 1048576)" } q{'x'}, q{'('}, q{'1 '}, q{'0=a, '}, q{E'\n'};

sub quoted
{
    my ($string) = @_;
    return 'E\'' . $string =~ s/([\\'])/\\$1/gr =~ s/\n/\\n/gr =~ s/\x01/\\x01/gr . '\'';
}

# Documents: what the extension's own tables hold and what callers give, as they are and with something wrong in them.
my $json = JSON::PP->new->canonical->allow_nonref;
my @keys = column(q{SELECT DISTINCT m[1] FROM pg_proc p, regexp_matches(p.prosrc, '(?:->>?|\?)\s*''(\w+)''', 'g') m WHERE pronamespace = 'gb_enums_internal'::regnamespace ORDER BY 1});
my @documents = map { $json->decode($_) } '{}', '[]', 'null', '{"status": "task_status"}', '{"status": {"enum": "task_status", "map": {"x": "ready"}, "trim_blanks": true}, "level": "risk_level"}',
    map { column("SELECT to_jsonb(t)->'$_->[1]' FROM $_->[0] t WHERE $_->[1] IS NOT NULL ORDER BY t::text LIMIT 3") }
    rows(q{SELECT a.attrelid::regclass, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_depend d ON d.objid = c.oid AND d.deptype = 'e'
        WHERE a.atttypid = 'jsonb'::regtype AND c.relkind = 'r' ORDER BY 1, 2});
# A conversion of each table's columns, as the plans have it: to enumerations, and back.
push @documents, map { my $items = $json->decode($_); ($items, $items->[0]) } column(q{
    SELECT jsonb_agg(jsonb_build_object('relation', a.attrelid::bigint, 'column', a.attnum, 'old_type', a.atttypid::bigint,
        'enum', CASE WHEN a.atttypid = 'own.kind'::regtype THEN a.atttypid WHEN a.attname ~ 'status' THEN 'task_status'::regtype ELSE 'risk_level'::regtype END::oid::bigint)
        || CASE WHEN a.atttypid = 'own.kind'::regtype THEN jsonb_build_object('new_type', 25, 'new_typmod', -1)
                WHEN a.attrelid::bigint % 3 = 0 THEN jsonb_build_object('name', a.attname, 'new_name', a.attname || '_new', 'old_name', a.attname || '_old') ELSE '{}' END)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'own'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0
        AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'int2'::regtype, 'int4'::regtype, 'own.mood'::regtype, 'own.kind'::regtype)
    GROUP BY a.attrelid, a.atttypid = 'own.kind'::regtype ORDER BY a.attrelid, 1});
sub json_scalar
{
    return one(undef, $JSON::PP::true, $JSON::PP::false, 0, 1, -1, 32768, 99999999999, 1e300, 0.5, '', 'x', 'task_status', 'status',
        map({ $_ + 0, "$_" } one(@all_oids), one(@{ $oids{relation} }), one(@{ $oids{enum} })), [], {}, [undef], { x => undef }, [ [1] ]);
}
# A copy with something else at some places.
sub changed
{
    my ($document) = @_;
    return json_scalar() if rand() < 0.04;
    return [ map { rand() < 0.05 ? () : rand() < 0.05 ? (changed($_), changed($_)) : changed($_) } @$document ] if ref $document eq 'ARRAY';
    return $document if ref $document ne 'HASH';
    my %copy = map { rand() < 0.05 ? () : ($_ => changed($document->{$_})) } sort keys %$document;
    $copy{ one(@keys) } = json_scalar() if rand() < 0.2;
    return \%copy;
}
sub a_document
{
    my $document = one(@documents);
    my $chance = rand();
    return $document if $chance < 0.2;
    return changed($document) if $chance < 0.8;
    return one(json_scalar(), [ map { json_scalar() } 1 .. 3 ], { map { one(@keys) => json_scalar() } 1 .. 5 });
}

my %composite;
for (rows(q{SELECT t.oid::regtype, (SELECT string_agg(format_type(a.atttypid, NULL), '|' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0),
        (SELECT c.relkind = 'r' FROM pg_class c WHERE c.oid = t.typrelid)
    FROM pg_type t WHERE t.typtype = 'c' AND t.typnamespace = 'gb_enums_internal'::regnamespace}))
{
    $composite{ $_->[0] } = { fields => [ split /\|/, $_->[1] ], stored => $_->[2] eq 't' };
}
my %trusting = map { @$_ } rows(q{SELECT prorettype::regtype, oid::regproc FROM pg_proc WHERE prosrc = 'int2up' AND pronargs = 1 AND pronamespace <> 'pg_catalog'::regnamespace AND pronamespace <> 'gb_enums_internal'::regnamespace});
my %simple = (
    boolean => [qw(true false)],
    smallint => [ map { "'$_'::smallint" } 0, 1, -1, 2, 7, 32767, -32768 ],
    integer => [ map { "'$_'::integer" } 0, 1, -1, 2, 7, 100, 10000, 65536, 2147483647, -2147483648 ],
    bigint => [ map { "'$_'::bigint" } 0, 1, -1, 2, 1000, 2147483648, '9223372036854775807', '-9223372036854775808' ],
    real => [ map { "'$_'::real" } 0, 1, -1, 0.5, 'NaN', 'Infinity', '-Infinity' ],
    interval => [ map { "'$_'::interval" } 0, '1 month', '1 day', '1 hour', '-1 month', '1 microsecond', '2 seconds', '1 month 1 day', '178000000 years', '-178000000 years', '2147483647 days', '2562047788 hours' ],
    (map { my $type = $_; ($type => [ map { "'$_'::$type" } 'infinity', '-infinity', '2024-01-15', '2026-12-31 23:59:59', '4713-01-01 BC', '294276-12-31', '1970-01-01' ]) }
        'timestamp with time zone', 'timestamp without time zone', 'date'),
    pg_node_tree => \@trees,
    cstring => [ map { quoted($_) . '::cstring' } 'new', 'running', '', '0', '99', 'x' x 300 ],
    anyelement => [ q{'ready'::task_status}, 'NULL::task_status', 'NULL::own.kind', 'NULL::own.broken', '1', q{'x'::text}, 'ARRAY[1]', 'ROW(1)', 'NULL::own.tasks', q{'low'::own.mood} ],
    anyenum => [ q{'low'::own.mood}, 'NULL::own.mood', q{'none'::foreign_things.mood} ]);
$simple{anycompatible} = $simple{anyelement};

# An expression of a type, for an argument of that name.
sub value
{
    my ($type, $name, $depth) = @_;
    our $in_c;
    $name //= '';
    $depth //= 0;
    return "NULL::$type" if $type !~ /^(internal|any)/ && rand() < 0.1;
    return 'NULL' if $type =~ /^internal|^any/ && ($type eq 'internal' || rand() < 0.1);
    if ($type =~ /^(?:oid|reg(class|type|namespace|role|proc|procedure))$/)
    {
        my $kind = { class => 'relation', type => 'type', namespace => 'schema', role => 'role', proc => 'function', procedure => 'function' }->{ $1 // '' };
        my ($named) = grep { $name =~ /$_/ } sort keys %oids;
        my $oid = rand() < 0.5 && defined $named ? one(@{ $oids{$named} }) : rand() < 0.7 && defined $kind ? one(@{ $oids{$kind} }) : one(@all_oids, @no_oids);
        return "'$oid'::oid::$type";
    }
    return rand() < 0.06 && $depth == 0 ? one(@long) . "::$type" : quoted(one(@strings)) . "::$type" if $type eq 'text' || $type eq 'name' || $type eq 'character varying';
    return quoted($json->encode(a_document())) . "::$type" if $type =~ /^jsonb?$/;
    return one(@{ $simple{$type} }) if $simple{$type};
    if ($type =~ /^(.*)\[\]$/)
    {
        my $element = $1;
        # Only in C: a query takes as long as it takes to go through them.
        my $many = "array_fill(NULL::$element, ARRAY[" . ($in_c ? 100_000_000 : 1000) . '])';
        my @elements = map { value($element, $name, $depth + 1) } 1 .. 4;
        return one("'{}'::$type", "ARRAY[NULL]::$type", "ARRAY[$elements[0]]::$type", "ARRAY[$elements[0], $elements[1], NULL]::$type",
            "ARRAY[[$elements[0], $elements[1]], [$elements[2], $elements[3]]]::$type", $depth == 0 ? $many : (), "array_fill($elements[0], ARRAY[2, 2, 2], ARRAY[-5, 0, 7])::$type");
    }
    if (my $composite = $composite{$type})
    {
        return "(SELECT s FROM $type s ORDER BY s::text OFFSET " . int(rand(3)) . ' LIMIT 1)' if $composite->{stored} && rand() < 0.4;
        my $nulls = one(0, 0.3, 0.8);
        return 'ROW(' . join(', ', map { rand() < $nulls ? 'NULL' : value($_, '', $depth + 1) } @{ $composite->{fields} }) . ")::$type";
    }
    return one("NULL::$type", map { "$trusting{$type}('$_'::smallint)" } 0, 1, 5, 99, -1, -32768, 32767) if $trusting{$type};
    die "no values of type $type";
}

# Functions to call ----------------------------------------------------------------------------------------

my $functions = q{
    WITH members AS (
        SELECT d.objid AS oid FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid AND e.extname = 'gb_enums' WHERE d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
    ), of_kind AS (
        SELECT d.objid AS oid FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.refobjid = 'own.kind'::regtype
    ), ours AS (
        SELECT oid FROM members UNION SELECT oid FROM of_kind
        UNION SELECT d.objid FROM of_kind o JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_proc'::regclass AND d.refobjid = o.oid)
    SELECT p.oid, format('%I.%I', n.nspname, p.proname), p.prokind, p.prorettype::regtype,
        CASE WHEN l.lanname IN ('c', 'internal', 'gb_enum') OR p.prokind = 'a' THEN concat_ws(' ', l.lanname, CASE WHEN l.lanname <> 'gb_enum' THEN p.prosrc END) ELSE p.oid::text END,
        (SELECT string_agg(format_type(t, NULL), '|' ORDER BY i) FROM unnest(p.proargtypes) WITH ORDINALITY u(t, i)),
        (SELECT string_agg(coalesce(p.proargnames[i], ''), '|' ORDER BY i) FROM generate_series(1, p.pronargs) i)
    FROM ours o JOIN pg_proc p ON p.oid = o.oid JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    ORDER BY p.prokind = 'p', n.nspname, p.proname, p.proargtypes::text};
my @functions = map { my %f; @f{qw(oid name kind result code types names)} = @$_; $f{types} = [ split /\|/, $f{types} ]; $f{names} = [ split /\|/, $f{names}, -1 ]; \%f } rows($functions);

sub a_call
{
    my ($function, $number) = @_;
    my @types = @{ $function->{types} };
    my @arguments = map { $number == 0 ? ($types[$_] =~ /^any/ ? one(grep { /NULL/ } @{ $simple{ $types[$_] } }) : $types[$_] eq 'internal' ? 'NULL' : "NULL::$types[$_]") : value($types[$_], $function->{names}[$_]) } 0 .. $#types;
    return "CALL $function->{name}(" . join(', ', @arguments) . ');' if $function->{kind} eq 'p';
    my $call = "$function->{name}(%s)";
    $call .= ' IS NULL' if $function->{result} =~ /^(internal|language_handler|event_trigger|trigger|anyelement|anycompatible)$/;
    # As constants, which the planner knows, and as what it does not know.
    return 'BEGIN; SELECT ' . ($call =~ s/%s/join(', ', @arguments)/er) . '; ROLLBACK;'
        if $number % 2 == 0 || !@types || grep { /^(internal|cstring|any)/ } @types;
    return 'BEGIN; SELECT ' . ($call =~ s/%s/join(', ', map { "v.a$_" } 0 .. $#types)/er) . ' FROM (SELECT ' . join(', ', map { "$arguments[$_] AS a$_" } 0 .. $#types) . ' OFFSET 0) v; ROLLBACK;';
}

# Calling them ---------------------------------------------------------------------------------------------

my @failures;
my ($calls, $peak) = (0, 0);
my %session;

sub session_of
{
    my ($role) = @_;
    return $session{$role} if $session{$role} && $session{$role}{functions}++ < FUNCTIONS_IN_A_SESSION;
    end_session($role);
    my $psql = $node->background_psql('postgres', on_error_stop => 0, extra_params => [ '-U', $role ]);
    my $pid = $psql->query("SELECT pg_backend_pid();");
    $psql->query("SET statement_timeout = '1s'; SET client_min_messages = 'error'; SELECT 'x'::task_status;\n\\set VERBOSITY sqlstate\n\\o /dev/null\nSELECT 1;");
    $psql->{stderr} = '';
    return $session{$role} = { psql => $psql, pid => $pid, functions => 0, memory => memory_of($pid) };
}

sub end_session
{
    my ($role) = @_;
    eval { $session{$role}{psql}->quit } if $session{$role};
    delete $session{$role};
    return;
}

# The most that a process has had, in kB.
sub memory_of
{
    my ($pid) = @_;
    return -r "/proc/$pid/status" && slurp_file("/proc/$pid/status") =~ /VmHWM:\s+(\d+)/ ? $1 : 0;
}

# Runs calls in one session; gives those that failed, each with why.
sub run_calls
{
    my ($role, @calls) = @_;
    my $session = session_of($role);
    my $file = "$directory/calls.sql";
    unlink $file;
    append_to_file($file, join("\n", @calls) . "\n");
    my $psql = $session->{psql};
    my $alive = eval { $psql->query("\\i $file"); 1 };
    my $stderr = $psql->{stderr};
    $psql->{stderr} = '';
    my @failed;
    my $lost = 0;
    while ($stderr =~ /^psql:[^\n]*?:(\d+): (ERROR|FATAL|PANIC):  (\w+)$/mg)
    {
        my ($line, $severity, $state) = ($1, $2, $3);
        push @failed, [ $calls[ $line - 1 ], $state ] if $severity ne 'ERROR' || $state =~ /^(XX|57014$)/;
    }
    if (!$alive || $stderr =~ /server closed the connection|connection to server was lost/)
    {
        my ($line) = $stderr =~ /calls\.sql:(\d+): [^\n]*server closed/;
        push @failed, [ $calls[ ($line // 1) - 1 ], 'the connection was lost' ];
        %session = ();
        usleep(500_000);
        $node->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()');
        return @failed;
    }
    my $grown = memory_of($session->{pid}) - $session->{memory};
    $peak = max($peak, $grown);
    if ($grown > MOST_KB)
    {
        end_session($role);
        push @failed, [ @calls == 1 ? $calls[0] : 'one of ' . join("\n      ", @calls), "$grown kB" ] ;
    }
    return @failed;
}

sub check
{
    my ($role, $name, @calls) = @_;
    $calls += @calls;
    my $t0 = time();
    our %times;
    my @failed = run_calls($role, @calls);
    $times{$name} += time() - $t0;
    for my $failed (@failed)
    {
        my ($call, $why) = @$failed;
        # A machine that does something else is slow as well: what is too slow is so each time.
        if ($why eq '57014')
        {
            next if grep { !run_calls($role, $call) } 1 .. 3;
            $why = 'more than a second';
        }
        elsif ($why =~ /^XX/)
        {
            my (undef, undef, $stderr) = $node->psql('postgres', $call, extra_params => [ '-U', $role, '-v', 'VERBOSITY=verbose' ]);
            $why = $stderr =~ s/\s+/ /gr;
        }
        push @failures, "$role: $why: $call";
        diag($failures[-1]);
    }
    return;
}

my $began = time();
my $seed = $ENV{SURFACE_SEED} // 0;
my $seconds = $ENV{SURFACE_SECONDS} // 0;
my $rounds = 0;
do
{
    my %seen;
    for my $function (@functions)
    {
        next if $ENV{SURFACE_ONLY} && $function->{name} !~ /$ENV{SURFACE_ONLY}/;
        our $in_c = $function->{code} =~ /^c /;
        my $count = @{ $function->{types} } == 0 ? 1 : $seen{ $function->{code} }++ ? CALLS_OF_KNOWN_CODE : CALLS;
        for my $role ('plain', 'postgres')
        {
            # A function's calls are the same whatever other functions there are.
            srand(hex substr md5_hex(join ' ', $seed + $rounds, $role, $function->{name}, @{ $function->{types} }), 0, 8);
            my @calls = map { a_call($function, $_) } 0 .. $count - 1;
            check($role, $function->{name}, @calls);
        }
    }
    ++$rounds;
} while (time() - $began < $seconds);
our %times; diag(join ', ', map { sprintf '%s %.2f', $_, $times{$_} } (sort { $times{$b} <=> $times{$a} } keys %times)[0..40]);
end_session($_) for keys %session;
note(sprintf('%d functions, %d calls in %d rounds, %.1f s, at most %.1f MB', scalar @functions, $calls, $rounds, time() - $began, $peak / 1024));

is(scalar @failures, 0, 'every call has a result or an ordinary error');
is(slurp_file($node->data_dir . '/postmaster.pid'), $postmaster, 'the server is the same');
$node->stop;
is(join('', grep { /PANIC|terminated by signal/ } split /^/, slurp_file($node->logfile)), '', 'no process of it has crashed');
done_testing();
