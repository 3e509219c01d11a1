# What an enumeration weighs: catalog objects, and statements and bytes of a schema dump. These are counts, so they are the
# same on every machine; `make bench` measures times.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('weight');
$node->append_conf('postgresql.conf', "max_connections = 100\nshared_buffers = '128MB'");    # the server's defaults
$node->restart;
$node->safe_psql('postgres', 'CREATE EXTENSION gb_enums');
my $empty = weight();
cmp_ok($empty->{members}, '<=', 12 * 90 + 950, 'objects of the extension');

my $own = 40;
for my $i (1 .. $own)
{
    $node->safe_psql('postgres', "SELECT gb_enum_create('own_$i', '{new,open,closed}')");
}
my $full = weight();
my %each = map { $_ => ($full->{$_} - $empty->{$_}) / $own } keys %$full;
note(join ', ', map { sprintf '%s %.1f', $_, $each{$_} } sort keys %each);
cmp_ok($each{objects}, '==', 91, 'objects of an enumeration, with its array type');
is($each{members}, 0, 'none of them belongs to the extension');
cmp_ok($each{statements}, '<=', 100, 'statements in a dump');
cmp_ok($each{bytes}, '<=', 30_000, 'bytes in a dump');

my ($result, $out, $error) = $node->psql('postgres', 'SET client_min_messages = warning; DROP EXTENSION gb_enums CASCADE');
is($result, 0, "DROP EXTENSION with $own enumerations has room in a lock table of the default size") or diag($error);
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_type WHERE typname ~ '^own_'}), 0, '... and they are gone');

$node->stop;
done_testing();

# Objects of the kinds that enumerations consist of, members of the extension but for types of arrays and rows (which are some
# from 17 on), and the size of a dump.
sub weight
{
    my %weight;
    ($weight{objects}, $weight{members}) = split /\|/, $node->safe_psql('postgres', q{
        SELECT (SELECT count(*) FROM pg_type) + (SELECT count(*) FROM pg_proc) + (SELECT count(*) FROM pg_operator)
               + (SELECT count(*) FROM pg_cast) + (SELECT count(*) FROM pg_opclass) + (SELECT count(*) FROM pg_opfamily),
               (SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
                   AND NOT (classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type t WHERE t.oid = objid AND (t.typrelid <> 0 OR t.typcategory = 'A'))))});
    my $file = PostgreSQL::Test::Utils::tempdir . '/dump.sql';
    # ALTER ... OWNER TO for each object would be a fifth more bytes.
    $node->command_ok(['pg_dump', '--schema-only', '--no-owner', '-f', $file, $node->connstr('postgres')], 'pg_dump');
    my $dump = slurp_file($file);
    $weight{statements} = () = $dump =~ /;$/mg;
    $weight{bytes} = length $dump;
    return \%weight;
}
