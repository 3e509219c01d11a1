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
        $node->safe_psql($_[0], 'REFRESH MATERIALIZED VIEW matview');
    });

$node->stop;
done_testing();
