# The way out of a database with more enumerations than a lock table of the default size has room for, some of them in
# extensions of one's own. DROP EXTENSION names what people know, and the statements of gb_uninstall_plan() keep every row.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use Installation;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('uninstall');
$node->append_conf('postgresql.conf', "max_connections = 100\nshared_buffers = '128MB'");    # the server's defaults
$node->restart;
$node->safe_psql('postgres', 'CREATE DATABASE empty');
$node->safe_psql('postgres', 'CREATE DATABASE app');
my $extension = copy_installation($node);

my $own = 120;
$node->safe_psql('app', "CREATE EXTENSION gb_enums; CREATE TABLE many (id int); INSERT INTO many SELECT generate_series(1, 100)");
for my $i (1 .. $own)
{
    $node->safe_psql('app', "SELECT gb_enum_create('own_$i', '{new,open,closed}')");
}
$node->safe_psql('app', join('; ', map { "ALTER TABLE many ADD c_$_ own_$_ DEFAULT 'open'" } 1 .. 5));
$node->safe_psql('app', q{CREATE TABLE tasks (id int PRIMARY KEY, status task_status NOT NULL); INSERT INTO tasks SELECT i, (i % 8)::smallint::task_status FROM generate_series(1, 1000) i});
if ($extension)
{
    # One package requires the other.
    $node->safe_psql('app', q{SELECT gb_enum_create('base', '{a,b}')});
    place_package($extension, $node, 'app', q{SELECT * FROM gb_enum_package('base', '{base}')});
    $node->safe_psql('app', q{SELECT gb_enum_adopt('base'); SELECT gb_enum_create('derived', '{c}', "like" => 'base')});
    place_package($extension, $node, 'app', q{SELECT * FROM gb_enum_package('derived', '{derived}')});
    $node->safe_psql('app', q{SELECT gb_enum_adopt('derived'); CREATE TABLE packaged (d derived, b base); INSERT INTO packaged VALUES ('c', 'a')});
}

my @tables = ('many', 'tasks', $extension ? 'packaged' : ());
my $rows = sub { return join '', map { $node->safe_psql('app', "COPY (SELECT * FROM $_ ORDER BY 1) TO STDOUT") . "\n" } @tables };
my $before = $rows->();

my (undef, undef, $error) = $node->psql('app', 'DROP EXTENSION gb_enums');
like($error, qr/^psql:<stdin>:1: ERROR:  cannot drop extension gb_enums because other objects depend on it\nDETAIL:  c_1, c_2, c_3, c_4, c_5 of table public\.many\n/, 'tables come first');
like($error, qr/\nenumeration public\.own_1\n/, '... and enumerations by name');
like($error, qr/\nand \d+ more\nHINT:  SELECT \* FROM gb_uninstall_plan\(\)/, '... in a list that ends');
cmp_ok(scalar(split /\n/, $error), '<', 60, '... on one screen');
(undef, undef, $error) = $node->psql('app', 'SET client_min_messages = error; DROP EXTENSION gb_enums CASCADE');
like($error, qr/out of shared memory/, 'CASCADE has no room for so many');

my $statements = "SELECT statement FROM gb_uninstall_plan() WHERE statement IS NOT NULL ORDER BY step \\gexec\n";
is($node->safe_psql('app', q{SELECT string_agg(detail, '; ') FROM gb_uninstall_plan() WHERE kind = 'stop'}), '', 'nothing stops the way out');
my ($status, undef, $failed) = $node->psql('app', $statements, on_error_stop => 1);
is($status, 0, 'the statements of the plan are executed') or diag($failed);
is($rows->(), $before, 'rows are as they were');
$node->safe_psql('app', 'DROP TABLE ' . join(', ', @tables));
my $objects = join ' UNION ALL ', map { "SELECT '$_', count(*) FROM $_" }
    qw(pg_proc pg_type pg_operator pg_amop pg_amproc pg_opfamily pg_opclass pg_namespace pg_language pg_cast pg_description pg_class pg_rewrite
    pg_attribute pg_attrdef pg_aggregate pg_depend pg_init_privs pg_event_trigger pg_extension);
$objects .= ' ORDER BY 1';
is($node->safe_psql('app', $objects), $node->safe_psql('empty', $objects), 'no object is left');

# An extension with tables and functions of its own: they go with it, so tables stop the plan, and DROP EXTENSION of both is the
# server's.
if ($extension)
{
    append_to_file("$extension/with_table.control", "default_version = '1.0'\nrelocatable = false\nrequires = 'gb_enums'\n");
    append_to_file("$extension/with_table--1.0.sql", q{SELECT gb_enums_internal.package_enum('made', '0 a');
        CREATE TABLE @extschema@.kept (made @extschema@.made, risk public.risk_level CHECK (risk <> 'high'));
        CREATE FUNCTION @extschema@.is_low(public.risk_level) RETURNS boolean LANGUAGE sql RETURN $1 = 'low';});
    $node->safe_psql('empty', q{CREATE EXTENSION gb_enums; CREATE EXTENSION with_table; INSERT INTO kept VALUES ('a', 'low')});
    my $stops = q{SELECT detail FROM gb_uninstall_plan() WHERE kind = 'stop'};
    is($node->safe_psql('empty', $stops), 'Table "public.kept" belongs to extension "with_table", with which it would be dropped. '
            . 'To keep it: ALTER EXTENSION with_table DROP TABLE public.kept', 'a table of another extension stops the plan');
    is($node->safe_psql('empty', 'BEGIN; DROP EXTENSION gb_enums, with_table; SELECT count(*) FROM pg_extension; ROLLBACK'), 1, 'both are dropped together');
    (undef, undef, $error) = $node->psql('empty', 'CREATE TABLE more (made made); DROP EXTENSION gb_enums, with_table');
    like($error, qr/DETAIL:  made of table public\.more\nHINT/, '... unless something else uses either');
    $node->safe_psql('empty', 'DROP TABLE more; ALTER EXTENSION with_table DROP TABLE kept');
    is($node->safe_psql('empty', $stops), '', 'a table that was taken out does not stop it');
    $node->psql('empty', $statements, on_error_stop => 1);
    is($node->safe_psql('empty', 'SELECT string_agg(extname, $$ $$) FROM pg_extension; SELECT made, risk FROM kept'), "plpgsql\na|low", '... and keeps its rows');
}

$node->stop;
done_testing();
