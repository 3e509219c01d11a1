# The extension does not change what queries mean in which no enumeration occurs: the types of their results and
# parameters, their errors, and the operators and functions that they use are those of a database without the extension.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('shapes', jit => 'off');
$node->safe_psql('postgres', 'CREATE DATABASE without');
$node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$FindBin::RealBin/shapes.sql", 'without' ], 'the queries are made');
$node->safe_psql('postgres', 'CREATE DATABASE with_it TEMPLATE without');
# Its own enumerations have their operators where queries look for them; so has one in a schema in front of all.
$node->safe_psql('with_it', q{
    CREATE EXTENSION gb_enums;
    CREATE SCHEMA before;
    SELECT gb_enum_create('own', '{x,y}'), gb_enum_create('before.own', '{x,y}')});
my $in_front = 'SET search_path = before, shapes, public';

my %running = map { $_ => IPC::Run::start([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($_),
            '-c', $in_front, '-c', 'SET client_min_messages = warning', '-c', 'CALL understand()' ]) } qw(without with_it);
ok($_->finish, 'the queries are read') for @running{qw(without with_it)};
my %answers = map { $_ => $node->safe_psql($_, 'SELECT shape, answer FROM shapes.shapes JOIN shapes.understood USING (id) ORDER BY id') } qw(without with_it);
is_same_text($answers{with_it}, $answers{without}, 'their types and errors are the same');
cmp_ok(scalar(() = $answers{without} =~ /^.*\|(?!ERROR).*$/mg), '>', 5_000, 'many are no error');
cmp_ok(scalar(() = $answers{without} =~ /\|ERROR 42883 operator/g), '>', 5_000, 'many have no operator');

# What is used is not shown by types.
my $used = q{SELECT pg_describe_object(refclassid, refobjid, 0) FROM pg_depend d
    WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid <> 'pg_class'::regclass AND refobjid IN
        (SELECT objid FROM pg_depend e WHERE e.deptype = 'e' UNION SELECT oid FROM pg_operator WHERE oprnamespace IN ('public'::regnamespace, 'before'::regnamespace))
    AND objid IN (SELECT oid FROM pg_rewrite WHERE ev_class IN (SELECT oid FROM pg_class WHERE relnamespace IN ('shapes'::regnamespace, 'before'::regnamespace)))};
$node->safe_psql('with_it', "$in_front; CALL store()");
cmp_ok($node->safe_psql('with_it', q{SELECT count(*) FROM pg_views WHERE viewname ~ '^v[0-9a-f]{32}$'}), '>', 10, 'views hold the queries');
is($node->safe_psql('with_it', $used), '', 'no query uses anything of the extension');
$node->safe_psql('with_it', "$in_front; CREATE VIEW used AS SELECT 'x'::own = 1 AS a, 'x'::public.own = 'x'::text AS b, 'low'::task_priority < 2 AS c");
like($node->safe_psql('with_it', $used), qr/^operator =\(before\.own,text\)$|^operator =/m, '... and would be found if it did');

$node->stop;
done_testing();
