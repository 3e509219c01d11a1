# A backend's memory does not grow with what it looks up, nor with how often a definition changes; and
# a server that is killed while enumerations are made comes back whole.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('memory', restart_after_crash => 'on');
$node->safe_psql('postgres', q{CREATE EXTENSION gb_enums; CREATE TABLE held (status task_status)});

my $session = $node->background_psql('postgres');
my $pid = $session->query_safe('SELECT pg_backend_pid()');

# What the server knows to be used, and what the process has of its own (not the shared buffers it
# happens to touch), in bytes. Looking needs memory itself, so the first look is not counted.
sub memory
{
    my $used = 'SELECT sum(used_bytes) FROM pg_backend_memory_contexts';
    $session->query_safe($used);
    my $contexts = $session->query_safe($used);
    my ($resident) = -r "/proc/$pid/status" ? slurp_file("/proc/$pid/status") =~ /RssAnon:\s+(\d+)/ : 0;
    return ($contexts, $resident * 1024);
}

# Whether running `again` costs no memory once it was run.
sub does_not_grow
{
    my ($name, $again, $bound) = @_;
    $again->() for 1 .. 2;
    my ($contexts, $resident) = memory();
    $again->();
    my ($contexts_after, $resident_after) = memory();
    cmp_ok($contexts_after - $contexts, '<=', $bound, "$name: the server's contexts");
    cmp_ok($resident_after - $resident, '<=', $bound + 512 * 1024, "$name: the process");
}

# Every kind of lookup, on columns, so that nothing is computed while planning; in one row each, so
# that what a row leaves behind until the end of the query would show.
my $lookups = 1_000_000;
for my $lookup (
    q{task_status_name((i % 9)::smallint)}, q{task_status_name(i % 9)},
    q{task_status_code(names[i % 4])}, q{task_status_description((i % 9)::smallint)},
    q{task_status_description(i % 9)}, q{gb_enum_name('task_status', i % 9)},
    q{gb_enum_name(types[i % 2], i % 5)}, q{gb_enum_code('task_status', names[i % 4])},
    q{gb_enum_description('risk_level', i % 9)},
    q{as_task_status((i % 9)::smallint)::text}, q{as_task_status((i % 9)::smallint) = names[i % 4]},
    q{known[i % 3]::task_status}, q{(i % 8)::task_status}, q{as_task_status((i % 9)::smallint) < i % 5},
    q{as_task_status((i % 9)::smallint)::text::varchar}, q{array_send(ARRAY[as_task_status((i % 9)::smallint)])})
{
    my $query = qq{SELECT count(x) FROM (SELECT $lookup AS x
        FROM generate_series(1, $lookups) i,
            (SELECT '[0:3]={running,failed,unknown,""}'::text[] AS names, '[0:2]={running,failed,ready}'::text[] AS known,
                    '[0:1]={task_status,risk_level}'::regtype[] AS types OFFSET 0) a OFFSET 0) s};
    does_not_grow($lookup, sub { $session->query_safe($query) }, 16 * 1024);
}
# Input and output, text and binary, as COPY does them.
my $file = PostgreSQL::Test::Utils::tempdir . '/copy';
for my $format ('text', 'binary')
{
    $session->query_safe("TRUNCATE held; INSERT INTO held SELECT as_task_status((i % 8)::smallint) FROM generate_series(1, 200000) i");
    does_not_grow("COPY $format",
        sub { $session->query_safe("COPY held TO '$file' (FORMAT $format); TRUNCATE held; COPY held FROM '$file' (FORMAT $format)") },
        64 * 1024);
}
# An error each, and a statement each.
does_not_grow('errors', sub { $session->query_safe(q{DO $$ BEGIN FOR i IN 1 .. 5000 LOOP
    BEGIN PERFORM ('no such ' || i)::task_status; EXCEPTION WHEN invalid_text_representation THEN END;
    BEGIN PERFORM i::task_status; EXCEPTION WHEN invalid_parameter_value THEN END;
    END LOOP; END $$}) }, 64 * 1024);
does_not_grow('plans', sub { $session->query_safe(q{DO $$ BEGIN FOR i IN 1 .. 5000 LOOP
    EXECUTE format('SELECT count(*) FROM held WHERE status = %L::text AND status < %s LIMIT 0', 'running' || i, i);
    END LOOP; END $$}) }, 64 * 1024);

# Redefinition ---------------------------------------------------------------------------------------

my $redefine = q{DO $$ BEGIN FOR i IN 1 .. 100 LOOP
    PERFORM gb_enums_internal.define('public', 'changing', 'changes', format('0 zero "%s"%s1 %s', repeat('d', 10000), E'\n', %s));
    PERFORM changing_name(1), 'zero'::changing;
    END LOOP; END $$};
does_not_grow('100 new definitions with the same names',
    sub { $session->query_safe($redefine =~ s/%s\)\);/CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END));/r) }, 64 * 1024);
# A query may hold a name, but not longer than its transaction.
my $generation = 0;
does_not_grow('100 new definitions with new names',
    sub { ++$generation; $session->query_safe($redefine =~ s/%s\)\);/'name_of_${generation}_' || i));/r) }, 64 * 1024);

# Used and dropped --------------------------------------------------------------------------------------

# What is the extension's own in a backend, in bytes.
sub own_memory
{
    return $session->query_safe(q{SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name LIKE 'gb_enums%'});
}
$session->query_safe(q{CREATE FUNCTION use_and_drop(enumerations int, of_values int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    used bigint;
BEGIN
    FOR i IN 1 .. enumerations LOOP
        PERFORM gb_enum_create('passing_' || i, (SELECT array_agg('value_' || v) FROM generate_series(1, of_values) v));
        EXECUTE format('SELECT %L::text::passing_%s::text', 'value_1', i);
    END LOOP;
    used := sum(total_bytes) FROM pg_backend_memory_contexts WHERE name LIKE 'gb_enums%';
    FOR i IN 1 .. enumerations LOOP
        PERFORM gb_enum_drop(('passing_' || i)::regtype);
    END LOOP;
    RETURN used;
END $$});
my $before = own_memory();
my $used = $session->query_safe('SELECT use_and_drop(1, 32768)');
cmp_ok($used - $before, '>', 4 * 1024 * 1024, 'an enumeration of 32,768 values takes its memory');
cmp_ok(own_memory() - $before, '<', 8 * 1024, '... until it is dropped');
$session->query_safe('SELECT use_and_drop(20, 10)') for 1 .. 5;
cmp_ok(own_memory() - $before, '<', 100 * 400, 'of 100 that were used and dropped little more than their OIDs is left');

# Many partitions -----------------------------------------------------------------------------------------

# The most that a process ever had, in bytes.
sub peak
{
    my ($of) = @_;
    my ($kilobytes) = -r "/proc/$of/status" ? slurp_file("/proc/$of/status") =~ /VmHWM:\s+(\d+)/ : 0;
    return $kilobytes * 1024;
}
$node->safe_psql('postgres', q{
    SELECT gb_enum_create('wide', '{a,b,unused}');
    CREATE TABLE parted (id int, a wide, b wide, c wide) PARTITION BY RANGE (id);
    DO $$ BEGIN FOR i IN 1 .. 200 LOOP
        EXECUTE format('CREATE TABLE parted_%1$s PARTITION OF parted FOR VALUES FROM (%1$s) TO (%2$s)', i, i + 1);
    END LOOP; END $$});
for my $call (q{SELECT count(*) FROM gb_enum_check()}, q{SELECT gb_enum_remove_value('wide', 'unused')})
{
    my $other = $node->background_psql('postgres');
    my $of = $other->query_safe('SELECT pg_backend_pid()');
    # What the server knows of the tables is not counted, nor are the pages of catalogs that it shares with others.
    $other->query_safe(q{SELECT count(*) FROM parted; SELECT count(*) FROM gb_enum_check('task_status')});
    my $at_first = peak($of);
    $other->query_safe($call);
    cmp_ok(peak($of) - $at_first, '<', 64 * 1024 * 1024, "no memory for each column of each partition: $call");
    $other->quit;
}
$session->quit;

# Killed in the middle ---------------------------------------------------------------------------------

$node->safe_psql('postgres', q{CREATE TABLE made (name text); CHECKPOINT});
for my $round (1 .. 3)
{
    # Each enumeration and the row that counts it in one transaction, as fast as it goes.
    my ($in, $out, $err) = ('', '', '');
    my $maker = IPC::Run::start(
        [ 'psql', '-Xq', '-d', $node->connstr('postgres'), '-c', qq{DO \$\$ BEGIN FOR i IN 1 .. 100 LOOP
            PERFORM gb_enums_internal.define('public', format('killed_%s_%s', $round, i)::name, 'x', '0 zero "z"');
            INSERT INTO made VALUES (format('killed_%s_%s', $round, i)); COMMIT; END LOOP; END \$\$} ],
        \$in, \$out, \$err);
    $node->poll_query_until('postgres',
        "SELECT count(*) > 3 FROM made WHERE name LIKE 'killed\\_$round\\_%'") or die 'nothing is made';
    # One killed backend takes the whole server down; what shared memory held is gone.
    my $backend = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE query LIKE 'DO %'});
    my $log = -s $node->logfile;
    kill 'KILL', $backend;
    $maker->finish;
    # The client may know before the server does.
    $node->wait_for_log(qr/all server processes terminated; reinitializing/, $log);
    $node->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()') or die 'the server does not come back';
    like($err, qr/server closed the connection unexpectedly/, "round $round: killed in the middle");

    is($node->safe_psql('postgres', q{
            SELECT string_agg(coalesce(made.name, 'none') || ' ' || coalesce(typname, 'none'), ',')
            FROM made FULL JOIN (SELECT typname FROM pg_type WHERE typname LIKE 'killed%' AND typtype = 'b') t
                ON made.name = typname
            WHERE made.name IS NULL OR typname IS NULL}),
        '', "round $round: each enumeration is whole or not there");
    is($node->safe_psql('postgres', q{SELECT count(*) FROM gb_enums WHERE enum::text LIKE 'killed%' AND name = 'zero'}),
        $node->safe_psql('postgres', q{SELECT count(*) FROM made}), "round $round: all of them can be read");
    is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_type WHERE typname LIKE 'killed%' AND NOT typisdefined}),
        0, "round $round: no shell is left");
}
$node->safe_psql('postgres', q{SELECT gb_enums_internal.define('public', 'afterwards', 'x', '0 zero')});
is($node->safe_psql('postgres', q{SELECT 'zero'::afterwards}), 'zero', 'and another can be made');

$node->stop;
done_testing();
