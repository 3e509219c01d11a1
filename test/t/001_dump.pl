# Dump and restore, in every format and in parallel, twice over: nothing is lost, whatever the order
# in which the objects come back.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('dump');
my $directory = PostgreSQL::Test::Utils::tempdir;

$node->safe_psql('postgres', 'CREATE ROLE regress_dump_owner');
$node->safe_psql('postgres', 'CREATE DATABASE original');
$node->command_ok(
    [ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-f', "$FindBin::RealBin/dump_objects.sql", 'original' ],
    'the objects are made');

# Members of the server's own operator family are no part of a dump, except with the extension that
# made them; the planner does without them.
sub dumped_catalog
{
    my ($dbname) = @_;
    return join "\n", grep { !/ operator family integer_ops / } split /\n/, catalog($node, $dbname);
}

# A plain dump, as lines without order: pg_dump orders the members of an operator family by OID.
sub dump_lines
{
    my ($dbname) = @_;
    my ($dump, $stderr) = run_command([ 'pg_dump', '-d', $node->connstr($dbname) ]);
    die "pg_dump failed: $stderr" if $stderr ne '';
    return join "\n", sort map { s/[ ,;]+$//r } grep { !/^\\(un)?restrict / } split /\n/, $dump;
}

# What the tables hold, typed values as text and as codes, and what the extension says of them.
sub contents
{
    my ($dbname) = @_;
    my @tables = split /\n/, $node->safe_psql($dbname,
        q{SELECT oid::regclass::text FROM pg_class
          WHERE relkind IN ('r', 'm', 'v') AND relnamespace = 'public'::regnamespace ORDER BY 1});
    my $contents = $node->safe_psql($dbname, 'SELECT * FROM gb_enums ORDER BY enum::text, code');
    $contents .= $node->safe_psql($dbname, qq{SELECT '$_', t.* FROM $_ t ORDER BY t::text}) for @tables;
    $contents .= $node->safe_psql($dbname,
        'SELECT id, status::int, ticket::int, elsewhere::int, odd::int FROM typed ORDER BY id');
    return $contents;
}

my $original_catalog = dumped_catalog('original');
my $original_dump = dump_lines('original');
my $original_contents = contents('original');
like($original_contents, qr/^a_view\|/m, 'there is something to compare');

# As a query's plan, without costs.
sub plan_of
{
    my ($dbname, $query, %settings) = @_;
    my $set = join '', map { "SET $_ = $settings{$_};" } sort keys %settings;
    return $node->safe_psql($dbname, "$set EXPLAIN (COSTS OFF) $query");
}

sub check_database
{
    my ($dbname, $name) = @_;
    subtest $name => sub {
        is_same_text(dumped_catalog($dbname), $original_catalog, 'the catalogs are equal');
        is_same_text(contents($dbname), $original_contents, 'the tables are equal');
        is_same_text(dump_lines($dbname), $original_dump, 'its dump is equal');
        is($node->safe_psql($dbname,
                'SELECT count(*) FROM pg_index WHERE NOT (indisvalid AND indisready AND indislive)'),
            0, 'every index is valid');
        is($node->safe_psql($dbname,
                'SELECT count(*) FROM pg_opclass WHERE oid >= 16384 AND NOT amvalidate(oid)'),
            0, 'every operator class is valid');
        my $only_index = { enable_seqscan => 'off', enable_bitmapscan => 'off' };
        like(plan_of($dbname, q{SELECT * FROM typed WHERE ticket = 'open' AND status = 'failed'}, %$only_index),
            qr/Index (Only )?Scan using typed_/, 'an index on a typed column is used');
        like(plan_of($dbname, q{SELECT id FROM typed WHERE ticket = 'open' ORDER BY id}, %$only_index),
            qr/using typed_open/, 'a partial index is used');
        like(plan_of($dbname, q{SELECT * FROM raw_named WHERE ticket = 'closed'}, %$only_index),
            qr/using raw_(ticket|as)/, 'an index on a raw column is used through a view');
        like(plan_of($dbname, q{SELECT * FROM typed WHERE history @> '{closed}'}, enable_seqscan => 'off'),
            qr/on typed_gin/, 'a GIN index is used');
        like(plan_of($dbname, q{SELECT * FROM by_list WHERE ticket = 'new'}),
            qr/on by_list_open/, 'partitions are pruned');
        is($node->safe_psql($dbname, q{SELECT a_first(), zz_last(), a_plpgsql()}),
            q{Over; "done", that is \o/|t|lowest}, "functions' defaults are the same");
        is($node->safe_psql($dbname,
                q{INSERT INTO "0 before" DEFAULT VALUES RETURNING s, t}),
            q{new|Over; "done", that is \o/}, "columns' defaults are the same");
        $node->safe_psql($dbname, 'TRUNCATE "0 before"');
        my ($code, $stdout, $stderr) = $node->psql($dbname, q{SELECT 'stalled'::ticket_status});
        like($stderr, qr/"stalled" of enum ticket_status is deprecated.*HINT:  Use "open" instead/s,
            'a deprecated value is refused again');
        is($node->safe_psql($dbname,
                q{SELECT gb_enum_add_value('ticket_status', 'later'); SELECT 'later'::ticket_status::int}),
            "6\n6", 'a value can be added');
        is($node->safe_psql($dbname,
                q{SET ROLE regress_dump_owner; SELECT gb_enum_add_value('theirs.state', 'more');
                  INSERT INTO theirs.states VALUES (DEFAULT), ('more') RETURNING s; SELECT public.a_provider()}),
            "3\nunknown\nmore\ngroq", "by its owner too, and another's casts are the same");
    };
}

# Restores what `dump` makes by `restore` into a new database, and that database's likewise.
sub two_generations
{
    my ($name, $dump, $restore) = @_;
    my $source = 'original';
    for my $generation (1, 2)
    {
        my $target = "${name}_$generation";
        my $file = "$directory/$target";
        $node->safe_psql('postgres', "CREATE DATABASE $target TEMPLATE template0");
        $dump->($source, $file);
        $restore->($target, $file);
        $source = $target;
    }
    # Both, the first one last: checking changes it.
    check_database("${name}_2", "$name, restored twice");
    check_database("${name}_1", "$name, restored once");
}

sub run_ok
{
    my (@command) = @_;
    $node->command_checks_all(\@command, 0, [qr/^/], [qr/^$/], join(' ', map { s{.*/}{}r } @command));
}
my $psql = sub { run_ok('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-f', $_[1], $_[0]) };

two_generations('plain', sub { run_ok('pg_dump', '-f', $_[1], $_[0]) }, $psql);
two_generations('inserts',
    sub { run_ok('pg_dump', '--rows-per-insert=100', '-f', $_[1], $_[0]) }, $psql);
for my $jobs (1, 4)
{
    two_generations("custom_j$jobs", sub { run_ok('pg_dump', '-Fc', '-f', $_[1], $_[0]) },
        sub { run_ok('pg_restore', '-e', "-j$jobs", '-d', $_[0], $_[1]) });
}
two_generations('directory_j4', sub { run_ok('pg_dump', '-Fd', '-j4', '-f', $_[1], $_[0]) },
    sub { run_ok('pg_restore', '-e', '-j4', '-d', $_[0], $_[1]) });
two_generations(
    'schema_then_data',
    sub {
        run_ok('pg_dump', '--schema-only', '-f', "$_[1].schema", $_[0]);
        run_ok('pg_dump', '--data-only', '-f', "$_[1].data", $_[0]);
    },
    sub {
        $psql->($_[0], "$_[1].schema");
        $psql->($_[0], "$_[1].data");
        $node->safe_psql($_[0], 'REFRESH MATERIALIZED VIEW matview');
    });

$node->stop;
done_testing();
