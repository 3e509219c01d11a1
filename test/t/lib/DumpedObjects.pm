# The objects of dump_objects.sql, and tests that all of them have survived a dump or an upgrade.
package DumpedObjects;

use strict;
use warnings;

use Exporter 'import';
use File::Basename qw(dirname);
use GbEnums;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(make_objects state_of check_state);

# A database with all the objects, on a server that has none of them yet.
sub make_objects
{
    my ($node, $dbname) = @_;
    $node->safe_psql('postgres', "CREATE ROLE regress_dump_owner; CREATE DATABASE $dbname");
    $node->command_ok(
        [ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-f', dirname(__FILE__) . '/../dump_objects.sql', $dbname ],
        'the objects are made');
    return;
}

# pg_upgrade loses members of the server's own operator family. The statements that add them again do not make them
# members of the extension.
sub dumped_catalog
{
    my ($node, $dbname) = @_;
    return join "\n", grep { !/^member .* operator family integer_ops / } split /\n/, catalog($node, $dbname);
}

# A plain dump, as lines without order: pg_dump orders the members of an operator family by OID.
sub dump_lines
{
    my ($node, $dbname) = @_;
    my ($dump, $stderr) = run_command([ 'pg_dump', '-d', $node->connstr($dbname) ]);
    die "pg_dump failed: $stderr" if $stderr ne '';
    return join "\n", sort map { s/[ ,;]+$//r } grep { !/^\\(un)?restrict / } split /\n/, $dump;
}

# The rows of the tables, with typed values as text and as codes, and the answers of the extension about them.
sub contents
{
    my ($node, $dbname) = @_;
    my @tables = split /\n/, $node->safe_psql($dbname,
        q{SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
          WHERE relkind IN ('r', 'm', 'v') AND nspname IN ('public', 'evolved', 'theirs', 'other', '0 early', 'zz late')
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE (d.classid, d.objid, d.deptype) = ('pg_class'::regclass, c.oid, 'e')) ORDER BY 1});
    return $node->safe_psql($dbname, join(";\n",
        'SELECT * FROM gb_enums ORDER BY enum::text, code',
        map({ "SELECT '$_', t.* FROM $_ t ORDER BY t::text" } @tables),
        'SELECT id, status::int, ticket::int, elsewhere::int, odd::int FROM typed ORDER BY id',
        'SELECT id, step::int, path::int[] FROM evolved.orders ORDER BY id',
        # Codes without a name are in the tables on purpose; nothing else is wrong.
        'SELECT * FROM gb_enum_check() ORDER BY enumeration::text, problem'));
}

# All properties that a dump and an upgrade must keep.
sub state_of
{
    my ($node, $dbname) = @_;
    my %state = (
        catalog => dumped_catalog($node, $dbname),
        contents => contents($node, $dbname),
        dump => dump_lines($node, $dbname));
    die 'there is nothing to compare' unless $state{contents} =~ /^a_view\|/m && $state{contents} =~ /^evolved.orders\|/m;
    return \%state;
}

# The plan of a query, without costs.
sub plan_of
{
    my ($node, $dbname, $query, %settings) = @_;
    my $set = join '', map { "SET $_ = $settings{$_};" } sort keys %settings;
    return $node->safe_psql($dbname, "$set EXPLAIN (COSTS OFF) $query");
}

# The error with which a statement is refused.
sub refusal
{
    my ($node, $dbname, $sql) = @_;
    my ($code, $stdout, $stderr) = $node->psql($dbname, $sql);
    return $stderr;
}

# Tests that a database is as state_of() found it elsewhere, that it works, and that its enumerations can be changed.
# Changes the database.
sub check_state
{
    my ($node, $dbname, $state, $name) = @_;
    my $sql = sub { return $node->safe_psql($dbname, $_[0]) };
    subtest $name => sub {
        is_same_text(dumped_catalog($node, $dbname), $state->{catalog}, 'the catalogs are equal');
        is_same_text(contents($node, $dbname), $state->{contents}, 'the tables are equal');
        is_same_text(dump_lines($node, $dbname), $state->{dump}, 'its dump is equal');
        check_indexes($node, $dbname);
        is($sql->(q{SELECT a_first(), zz_last(), a_plpgsql(), "0 over"(), evolved.a_step()}),
            q{Over; "done", that is \o/|t|lowest|t|on its "way"}, "functions' defaults are the same");
        is($sql->(q{INSERT INTO "0 before" DEFAULT VALUES RETURNING s, t}),
            q{new|Over; "done", that is \o/}, "columns' defaults are the same");
        $sql->('TRUNCATE "0 before"');
        for my $place ('"0 early"', '"zz late"')
        {
            is($sql->("SELECT $place.argument(), $place.body(); INSERT INTO $place.rows (id) VALUES (99) RETURNING t, s, p, ts, r, is_over, next;
                    SELECT t, p FROM $place.seen WHERE id = 99; DELETE FROM $place.rows WHERE id = 99"),
                qq{open ready 7 {back,7}|t\nopen|ready|not yet|{new,open}|[back,7]|f|not yet\nopen|not yet}, "so is all in schema $place");
        }
        is($sql->(q{CALL "0 procedure"(); SELECT count(*) FROM "0 before"}), '0', "a procedure's are, too");
        check_evolved($node, $dbname);
        check_privileges($node, $dbname);
    };
    return;
}

sub check_indexes
{
    my ($node, $dbname) = @_;
    my $sql = sub { return $node->safe_psql($dbname, $_[0]) };
    is($sql->('SELECT count(*) FROM pg_index WHERE NOT (indisvalid AND indisready AND indislive)'),
        0, 'every index is valid');
    is($sql->('SELECT count(*) FROM pg_opclass WHERE oid >= 16384 AND NOT amvalidate(oid)'),
        0, 'every operator class is valid');
    my $only_index = { enable_seqscan => 'off', enable_bitmapscan => 'off' };
    my $plan = sub { my ($query, $settings) = @_; return plan_of($node, $dbname, $query, %$settings) };
    like($plan->(q{SELECT * FROM typed WHERE ticket = 'open' AND status = 'failed'}, $only_index),
        qr/Index (Only )?Scan using typed_/, 'an index on a typed column is used');
    like($plan->(q{SELECT id FROM typed WHERE ticket = 'open' ORDER BY id}, $only_index),
        qr/using typed_open/, 'a partial index is used');
    like($plan->(q{SELECT * FROM raw_named WHERE ticket = 'closed'}, $only_index),
        qr/using raw_(ticket|as)/, 'an index on a raw column is used through a view');
    like($plan->(q{SELECT * FROM typed WHERE ticket = ANY ('{new,x}'::text[])}, $only_index),
        qr/Index Cond: \(ticket = ANY/, 'an index is used for texts');
    is($sql->(q{SET enable_seqscan = off; SELECT count(*) FROM typed WHERE ticket = ANY ('{new,x}'::text[])}),
        200, 'and finds their rows');
    like($plan->(q{SELECT * FROM typed WHERE history @> '{closed}'}, { enable_seqscan => 'off' }),
        qr/on typed_gin/, 'a GIN index is used');
    like($plan->(q{SELECT * FROM by_list WHERE ticket = 'new'}, {}), qr/on by_list_open/, 'partitions are pruned');
    like($plan->(q{SELECT * FROM evolved.orders WHERE step OPERATOR(evolved.=) 'refunded'}, $only_index),
        qr/using orders_step/, 'an index is used for a value that was added later');
    is($sql->(q{SET enable_seqscan = off;
            SELECT count(*) FROM evolved.orders WHERE step OPERATOR(evolved.=) 'refunded'}),
        66, 'and finds its rows');
  SKIP:
    {
        skip('this server has no amcheck', 1)
            if $sql->(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'}) eq '0';
        $sql->('CREATE EXTENSION IF NOT EXISTS amcheck');
        cmp_ok(
            $sql->(q{SELECT count(bt_index_check(i.indexrelid, true)::text) FROM pg_index i
                JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
                WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.oid >= 16384}),
            '>', 10, 'no btree index has a wrong order or lacks a row');
    }
    return;
}

# Tests that values are accepted, refused and added as before.
sub check_evolved
{
    my ($node, $dbname) = @_;
    my $sql = sub { return $node->safe_psql($dbname, $_[0]) };
    like(refusal($node, $dbname, q{SELECT 'stalled'::ticket_status}),
        qr/"stalled" of enum ticket_status is deprecated.*HINT:  Use "open" instead/s,
        'a deprecated value is refused again');
    like(refusal($node, $dbname, q{SELECT 'draft'::evolved.step}),
        qr/"draft" of enum evolved.step is deprecated.*HINT:  Use "on its "way"" instead/s,
        'so is one that was deprecated while rows had it');
    like(refusal($node, $dbname, q{SELECT 'paid back'::evolved.step}), qr/invalid input value for enum evolved.step/,
        'an alias that was dropped is unknown');
    is($sql->(q{INSERT INTO evolved.orders VALUES (1001, 'sent'), (1002, 'settled'), (1003, 'returned'), (1004, DEFAULT)
            RETURNING step, step::int}),
        qq{on its "way"|1\npaid|2\nrefunded|40\ndraft|0}, 'aliases, an old name and a deprecated default are read');
    is($sql->(q{SELECT gb_enum_add_value('ticket_status', 'later'); SELECT 'later'::ticket_status::int}),
        "6\n6", 'a value can be added');
    is($sql->(q{SELECT gb_enum_add_value('evolved.step', 'void'); INSERT INTO evolved.orders VALUES (1005, 'void');
            SELECT gb_enum_rename_value('evolved.step', 'void', 'voided'), gb_enum_undeprecate('evolved.step', 'lost'),
                gb_enum_deprecate('evolved.step', 'voided', 'lost'), gb_enum_drop_alias('evolved.step', 'sent');
            SELECT step, step::int FROM evolved.orders WHERE id IN (1001, 1005) ORDER BY id}),
        qq{41\n|||\non its "way"|1\nvoided|41}, 'and changed in every way');
    is($sql->(q{SELECT gb_enum_create('fresh', '{a,b}', like => 'ticket_status'); SELECT 'closed'::ticket_status::fresh}),
        "fresh\nclosed", 'and a new one can be made like it');
    return;
}

# Tests that roles have the privileges that they had, and no others.
sub check_privileges
{
    my ($node, $dbname) = @_;
    my $as = 'SET ROLE regress_dump_owner;';
    my $sql = sub { return $node->safe_psql($dbname, "$as $_[0]") };
    is($sql->(q{SELECT gb_enum_add_value('theirs.state', 'more');
                INSERT INTO theirs.states VALUES (DEFAULT), ('more') RETURNING s; SELECT public.a_provider()}),
        "3\nunknown\nmore\ngroq", "an owner changes his own, and another's casts are the same");
    is($sql->(q{SELECT gb_enum_add_value('other.ticket_status', 'more', 77); SELECT 'more'::other.ticket_status}),
        "77\nmore", 'so does who was given the type');
    like(refusal($node, $dbname, qq{$as SELECT gb_enum_add_value('evolved.step', 'x')}), qr/must be owner of type evolved.step/,
        'and nobody else');
    is($sql->(q{SELECT count(*) FROM evolved.step_values(); CREATE TABLE theirs.t (s evolved.step);
                SELECT 'settled'::text::evolved.step}),
        "7\npaid", 'what was granted is');
    like(refusal($node, $dbname, "$as SELECT $_"), qr/permission denied for function/, "$_ is still denied")
        for 'evolved.step_name(1::smallint)', q{theirs.state_code('on')};
    return;
}

1;
