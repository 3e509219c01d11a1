# Dump and restore, in every format and in parallel, twice over: nothing is lost, whatever the order
# in which the objects come back.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use DumpedObjects;
use GbEnums;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('dump');
my $directory = PostgreSQL::Test::Utils::tempdir;
make_objects($node, 'original');
my $state = state_of($node, 'original');

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
    check_state($node, "${name}_2", $state, "$name, restored twice");
    check_state($node, "${name}_1", $state, "$name, restored once");
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
        my ($target) = @_;
        $node->safe_psql($target, "REFRESH MATERIALIZED VIEW $_")
            for 'matview', '"0 early".kept', '"zz late".kept';
    });

two_generations(
    'in_sections',
    sub { run_ok('pg_dump', '-Fc', '-f', $_[1], $_[0]) },
    sub {
        my ($target, $file) = @_;
        run_ok('pg_restore', '-e', "--section=$_", '-d', $target, $file) for 'pre-data', 'data', 'post-data';
    });
# Into an empty database, and again over what is there then.
two_generations('over_itself',
    sub { run_ok('pg_dump', '--clean', '--if-exists', '-f', $_[1], $_[0]) },
    sub { $psql->(@_) for 1, 2 });

# Some schemas only: without others, or named together with the extension and what enumerations are made of.
$node->safe_psql('postgres', "CREATE DATABASE $_") for 'whole', 'without', 'part';
$node->safe_psql('whole', <<'SQL');
CREATE EXTENSION gb_enums;
CREATE SCHEMA app;
SELECT gb_enum_create('app.ticket', '{new,open}');
SELECT gb_enum_create('app.alike', like => 'app.ticket');
CREATE TABLE app.tickets (t app.ticket DEFAULT 'open');
INSERT INTO app.tickets VALUES (DEFAULT), ('new');
CREATE SCHEMA archive;
CREATE TABLE archive.left_out ();
SELECT gb_enum_create('step', '{pending,running,done}');
CREATE TABLE app.steps (s step, PRIMARY KEY (s));
INSERT INTO app.steps VALUES ('running'), ('done'), ('pending');
CREATE VIEW app.begun AS SELECT n, step_name(n) AS name FROM generate_series(1, 2) n;
ALTER TYPE step SET SCHEMA app;
ALTER TYPE app.step RENAME TO stage;
CREATE ROLE regress_dump_maker;
GRANT CREATE, USAGE ON SCHEMA app TO regress_dump_maker;
SELECT gb_enum_grant('regress_dump_maker');
SQL
my $part = q{SELECT t, app.ticket_name(t::smallint), t::app.alike FROM app.tickets ORDER BY 1; SELECT to_regclass('archive.left_out'); SELECT * FROM gb_enum_check()};
my $restored = "new|new|new\nopen|open|open\n";
# An enumeration that was moved and renamed is where its type is; a role that makes enumerations makes them.
my $moved = q{SET search_path = app; SET enable_seqscan = off;
    SELECT count(*), min(s), max(s), stage_name(1::smallint) FROM steps WHERE s < 'done'; SELECT name FROM begun ORDER BY n;
    EXPLAIN (COSTS OFF) SELECT * FROM steps WHERE s < 'done'};
my $as_moved = qr/^2\|pending\|running\|running\nrunning\ndone\n.*Index Cond: \(s < 'done'::stage\)$/s;
like($node->safe_psql('whole', $moved), $as_moved, 'an enumeration was moved');
run_ok('pg_dump', '-N', 'archive', '-f', "$directory/without", 'whole');
$psql->('without', "$directory/without");
is($node->safe_psql('without', $part), $restored, 'without a schema, restored');
like($node->safe_psql('without', $moved), $as_moved, 'one that was moved, restored');
is($node->safe_psql('without', q{SET ROLE regress_dump_maker; SET search_path = app, public; SELECT gb_enum_create('fresh', '{a,b}');
    SELECT gb_enum_add_value('fresh', 'c'), count(*) FROM gb_enum_check(); SELECT gb_enum_remove_value('fresh', 'a'), gb_enum_drop('fresh')}),
    "fresh\n2|0\n|", 'who was granted it makes, checks and drops one after a restore');
run_ok('pg_dump', '-e', 'gb_enums', '-n', 'gb_enums_internal', '-n', 'app', '-f', "$directory/part", 'whole');
$psql->('part', "$directory/part");
# (pg_dump has casts only in a dump of everything.)
$node->safe_psql('part', q{SELECT repair FROM gb_enum_check() \gexec});
is($node->safe_psql('part', $part), $restored, 'a part, restored');
like($node->safe_psql('part', $moved), $as_moved, 'one that was moved, in a part, restored');

$node->stop;
done_testing();
