# The next version, made as CONTRIBUTING.md says: a script in src/sql/upgrade, from which make builds the files. A database that
# is in use is updated: with tables, enumerations of one's own, an extension of one's own, managed partitions and a conversion
# that has not ended. It is as if it had been made with the new version, and so is what its dump restores.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use Cwd qw(getcwd);
use DumpedObjects;
use GbEnums;
use Installation;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('next');
my $extension = copy_installation($node) or plan skip_all => 'this server finds extensions only where it is installed itself';
my $root = "$FindBin::RealBin/../..";
my $directory = PostgreSQL::Test::Utils::tempdir;

# ---- The files of version 1.1 ------------------------------------------------------------------

# What is new: a function; a view with one more column; and a function of the last version does something else.
my $new = <<'SQL';

CREATE FUNCTION @extschema@.gb_enum_count(enum regtype) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT count(*) FROM @extschema@.gb_enum_values(enum);
    END;
COMMENT ON FUNCTION @extschema@.gb_enum_count(regtype) IS 'how many values an enumeration has';
SQL
my $sources = "$root/src/sql";
my $registry = slurp_file("$sources/partition/online/registry.sql");
my ($view) = $registry =~ /^(CREATE VIEW \@extschema\@\.gb_partition_conversions AS.*?;\n)/ms or die 'no view';
my $new_view = $view =~ s/ AS partitions_copied$/ AS partitions_copied, c.rows_locked/mr;
isnt($new_view, $view, 'the view gets a column');
my $package = slurp_file("$sources/manage/package.sql");
my ($function) = $package =~ /^(CREATE FUNCTION gb_enums_internal\.next_version\(.*?^    END;\n)/ms or die 'no function next_version';
my $new_function = $function =~ s/'\.1'/'.2'/r;
isnt($new_function, $function, 'the function does something else');

my $tree = "$directory/tree";
mkdir $tree or die "$tree: $!";
command_ok([ 'cp', '-R', map({ "$root/$_" } qw(Makefile gb_enums.control src)), $tree ], 'a tree');
sub write_file
{
    my ($name, $content) = @_;
    unlink "$tree/$name";
    append_to_file("$tree/$name", $content);
    return;
}
mkdir "$tree/src/sql/upgrade";
write_file('gb_enums.control', slurp_file("$extension/gb_enums.control") =~ s/^default_version = '1\.0'/default_version = '1.1'/mr);
write_file('src/sql/partition/online/registry.sql', $registry =~ s/\Q$view\E/$new_view/r);
write_file('src/sql/manage/package.sql', ($package =~ s/\Q$function\E/$new_function/r) . $new);
write_file('src/sql/upgrade/1.0--1.1.sql', join('', map { s/^CREATE (VIEW|FUNCTION)/CREATE OR REPLACE $1/r } $new_view, $new_function) . $new);
{
    # The variables of a make that runs the tests are not for this one.
    local %ENV = %ENV;
    delete @ENV{ grep { /^(MAKE|MFLAGS)/ } keys %ENV };
    command_ok([ 'make', '-s', '-C', $tree, 'gb_enums--1.1.sql', 'gb_enums--1.0--1.1.sql' ], 'make builds both scripts');
}

# Where servers find the new files.
sub place_files
{
    unlink "$extension/gb_enums.control";
    command_ok([ 'cp', map({ "$tree/$_" } qw(gb_enums.control gb_enums--1.1.sql gb_enums--1.0--1.1.sql)), $extension ], 'the files are placed');
    return;
}

# ---- A database in use --------------------------------------------------------------------------

make_objects($node, 'lived');
place_package($extension, $node, 'lived', q{SELECT gb_enum_create('packaged', '{a,b}'); SELECT * FROM gb_enum_package('packages', '{packaged}')});
$node->safe_psql('lived', <<'SQL');
SELECT gb_enum_adopt('packages');
CREATE TABLE packaged_rows (p packaged PRIMARY KEY);
INSERT INTO packaged_rows VALUES ('a'), ('b');
CREATE TABLE history (at timestamptz NOT NULL, s ticket_status) PARTITION BY RANGE (at);
SELECT gb_partition_manage('history', premake => 2);
CALL gb_partition_maintain('history');
INSERT INTO history VALUES (now(), 'open');
CREATE TABLE old_tasks (id int PRIMARY KEY, status text NOT NULL);
INSERT INTO old_tasks VALUES (1, 'ready'), (2, 'running');
CALL gb_enum_convert_online('old_tasks', '{"status": "task_status"}');
SQL
$node->safe_psql('postgres', 'CREATE DATABASE empty');
$node->safe_psql('empty', 'CREATE EXTENSION gb_enums');
my $before = state_of($node, 'lived');
my $session = $node->background_psql('lived', on_error_stop => 0);
$session->query_safe(q{PREPARE open AS SELECT count(*) FROM history WHERE s = 'open'; PREPARE name AS SELECT task_status_name(2)});
is($session->query_safe('EXECUTE open; EXECUTE name'), "1\nrunning", 'a session uses it');

# ---- The update ---------------------------------------------------------------------------------

place_files();
# Somebody has a function with the name of the new one: nothing is replaced, and nothing is half done.
$node->safe_psql('lived', q{CREATE FUNCTION gb_enum_count(enum regtype) RETURNS bigint LANGUAGE sql RETURN 0});
my (undef, undef, $stderr) = $node->psql('lived', 'ALTER EXTENSION gb_enums UPDATE');
like($stderr, qr/ERROR:  function "gb_enum_count" already exists with same argument types/, 'a taken name stops the update');
is($node->safe_psql('lived', q{SELECT gb_enum_count('task_status'), extversion FROM pg_extension WHERE extname = 'gb_enums'}), '0|1.0', '... and undoes it');
$node->safe_psql('lived', q{DROP FUNCTION gb_enum_count(regtype)});

$node->safe_psql('lived', 'ALTER EXTENSION gb_enums UPDATE');
is($node->safe_psql('lived', q{SELECT extversion, gb_enum_count('task_status'), gb_enum_count('packaged'), gb_enums_internal.next_version('x')
    FROM pg_extension WHERE extname = 'gb_enums'}), '1.1|8|2|x.2', 'the new version is there, with what is new in it');
is($session->query_safe('EXECUTE open; EXECUTE name'), "1\nrunning", 'the session goes on');
$session->quit;

# The catalog without the rows that a version number stands in.
sub facts { return join "\n", grep { !/^object extension / } split /\n/, catalog($node, $_[0]) }
$node->safe_psql('empty', 'ALTER EXTENSION gb_enums UPDATE');
$node->safe_psql('postgres', 'CREATE DATABASE fresh');
$node->safe_psql('fresh', 'CREATE EXTENSION gb_enums');
is_same_text(facts('empty'), facts('fresh'), 'an updated database is as a new one');

my $after = state_of($node, 'lived');
is_same_text($after->{contents}, $before->{contents}, 'all rows are as they were');
is_same_text($after->{dump}, $before->{dump}, 'its dump is as it was');
is($node->safe_psql('lived', q{SELECT problem FROM gb_enum_check() WHERE repair IS NOT NULL AND problem !~ '^code .* has no name'}), '',
    'nothing is to be repaired, but for codes that are in the tables on purpose');

# ---- It goes on ---------------------------------------------------------------------------------

my $dump = "$directory/dump";
$node->command_ok([ 'pg_dump', '-f', $dump, 'lived' ], 'a dump of the updated database');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', $dump, 'restored' ], '... is restored with the new version');
is($node->safe_psql('restored', q{SELECT p, gb_enum_count('packaged') FROM packaged_rows ORDER BY p}), "a|2\nb|2", '... with the extension of one\'s own');
is($node->safe_psql('restored', q{SELECT count(*) FROM gb_partition_status WHERE parent = 'history'::regclass AND kind = 'current'}),
    $node->safe_psql('lived', q{SELECT count(*) FROM gb_partition_status WHERE parent = 'history'::regclass AND kind = 'current'}), '... and with managed partitions');
check_state($node, 'restored', $after, 'restored');

is($node->safe_psql('lived', q{SELECT gb_enum_add_value('ticket_status', 'later'); CALL gb_partition_maintain('history', must_succeed => true);
    SELECT gb_enum_convert_finish('old_tasks'); SELECT id FROM old_tasks WHERE status = 'running'}), "6\nold_tasks\n2", 'values are added, partitions maintained, the conversion ended');
place_package($extension, $node, 'lived', q{BEGIN; SELECT gb_enum_release('packages'); SELECT gb_enum_add_value('packaged', 'c'); SELECT * FROM gb_enum_package('packages', '{packaged}'); ROLLBACK});
is($node->safe_psql('lived', q{ALTER EXTENSION packages UPDATE; INSERT INTO packaged_rows VALUES ('c') RETURNING p}), 'c', 'the extension of one\'s own has its next version');

$node->stop;
done_testing();
