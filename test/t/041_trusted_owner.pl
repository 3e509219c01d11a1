# The extension is trusted: the owner of a database, who is no superuser, creates it. The server runs the script as
# a superuser then. Here the owner tries to gain by that what only superusers may: with objects and settings from before, as
# the owner of the extension and of its schema, and with members of their own. (Overloads are in 013_traps.pl.)

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use Installation;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('trusted');
$node->safe_psql('postgres', q{
    CREATE ROLE its_owner LOGIN; CREATE ROLE other LOGIN; CREATE ROLE victim;
    SET allow_in_place_tablespaces = on; CREATE TABLESPACE reserved LOCATION ''});
my @as_owner = (extra_params => [ '-U', 'its_owner' ]);
my @as_other = (extra_params => [ '-U', 'other' ]);

# A database of its_owner's, after statements of theirs.
sub make_database
{
    my ($dbname, $before) = @_;
    $node->safe_psql('postgres', "CREATE DATABASE $dbname OWNER its_owner");
    $node->safe_psql($dbname, $before, @as_owner) if $before;
    return $dbname;
}

# Statements that its_owner cannot run.
sub is_refused
{
    my ($dbname, $sql, $sqlstate, $name) = @_;
    my (undef, undef, $stderr) = $node->psql($dbname, "\\set VERBOSITY sqlstate\n$sql", on_error_stop => 1, @as_owner);
    like($stderr, qr/ERROR:  $sqlstate\b/, "refused: $name");
    return;
}

sub is_without_superusers
{
    my ($name) = @_;
    is($node->safe_psql('postgres', q{SELECT string_agg(rolname, ' ') FROM pg_roles WHERE (rolsuper OR rolcreaterole OR rolcreatedb) AND oid >= 16384}),
        '', "$name: no role has become more than it was");
    return;
}

# ---- Before it is created ----------------------------------------------------------------------

for my $taken (
    [ 'CREATE SCHEMA gb_enums_internal', '42P06', 'the internal schema is theirs' ],
    [ q{CREATE FUNCTION gb_enum_name(enum regtype, code integer) RETURNS text LANGUAGE sql RETURN 'mine'}, '42723', 'a function is theirs' ],
    [ 'CREATE VIEW gb_enums AS SELECT 1', '42P07', 'a view is theirs' ],
    [ 'CREATE TYPE risk_level AS (a int)', '42710', 'a type is theirs' ])
{
    my ($statement, $sqlstate, $name) = @$taken;
    my $dbname = make_database('taken', $statement);
    my $before = catalog($node, $dbname);
    is_refused($dbname, 'CREATE EXTENSION gb_enums', $sqlstate, $name);
    is(catalog($node, $dbname), $before, "... and nothing is left behind");
    $node->safe_psql('postgres', 'DROP DATABASE taken');
}

make_database('schemas');
$node->safe_psql('schemas', 'CREATE SCHEMA theirs AUTHORIZATION victim');
is_refused('schemas', "CREATE EXTENSION gb_enums SCHEMA $_", '42501', "into schema $_") for qw(theirs pg_catalog information_schema pg_toast);
# CREATE without USAGE: the script, which a superuser runs, does not give what the schema's owner has not given.
$node->safe_psql('schemas', 'GRANT CREATE ON SCHEMA theirs TO its_owner');
is_refused('schemas', 'CREATE EXTENSION gb_enums SCHEMA theirs', '42501', 'into a schema that they may not use');
is($node->safe_psql('schemas', q{SELECT has_schema_privilege('its_owner', 'theirs', 'USAGE')}), 'f', '... which stays so');
is_refused('schemas', q{CREATE TEMP TABLE t (a int); SELECT format('CREATE EXTENSION gb_enums SCHEMA pg_temp_%s', substr(nspname, 9)) FROM pg_namespace WHERE oid = pg_my_temp_schema() \gexec},
    '42939|0A000', 'into a temporary schema');
$node->safe_psql('postgres', 'CREATE DATABASE not_theirs');
is_refused('not_theirs', 'CREATE EXTENSION gb_enums', '42501', 'in a database in which they may not create');

# What the owner's session is set to changes nothing of what is made.
{
    my @settings = (q{default_tablespace = reserved}, q{check_function_bodies = off}, q{plpgsql.extra_errors = 'all'}, q{plpgsql.extra_warnings = 'all'},
        q{transform_null_equals = on}, q{quote_all_identifiers = on}, q{array_nulls = off}, q{datestyle = 'SQL, DMY'}, q{row_security = off},
        q{default_toast_compression = pglz}, q{default_statistics_target = 1}, q{client_min_messages = error});
    push @settings, 'standard_conforming_strings = off' if $node->safe_psql('postgres', 'SHOW server_version_num') < 190000;
    make_database('settings');
    $node->safe_psql('settings', join('; ', (map { "SET $_" } @settings), 'CREATE EXTENSION gb_enums'), @as_owner);
    $node->safe_psql('postgres', 'CREATE DATABASE by_superuser OWNER its_owner');
    $node->safe_psql('by_superuser', 'CREATE EXTENSION gb_enums');
    is($node->safe_psql('settings', 'SELECT relname FROM pg_class WHERE oid >= 16384 AND reltablespace <> 0'), '', 'nothing is in a tablespace that the owner may not use');
    $node->safe_psql('by_superuser', q{SELECT gb_enum_grant('its_owner')});
    my $catalog = catalog($node, 'settings') =~ s/\\"(pg_catalog|pg_temp)\\"/$1/gr;  # quoted, as the setting wants it
    is_same_text($catalog, catalog($node, 'by_superuser'), 'the extension is the same as a superuser makes it, whatever is set');
}

# ---- What the owner may, and what not ----------------------------------------------------------

make_database('owned');
$node->safe_psql('owned', 'CREATE EXTENSION gb_enums', @as_owner);
is($node->safe_psql('owned', q{SELECT gb_enum_create('own', '{a,b}'); SELECT gb_enum_add_value('own', 'c'), gb_enum_grant('other')}, @as_owner), "own\n2|",
    'the owner makes enumerations, and lets others make them');
$node->safe_psql('owned', 'GRANT CREATE ON SCHEMA public TO other', @as_owner);
is($node->safe_psql('owned', q{SELECT gb_enum_create('of_other', '{a,b}')}, @as_other), 'of_other', 'who then do');
is($node->psql('owned', q{SELECT gb_enum_grant('victim')}, @as_other), 3, 'but cannot hand it on');
$node->safe_psql('owned', q{SELECT gb_enum_revoke('other')}, @as_owner);
is($node->psql('owned', q{SELECT gb_enum_add_value('of_other', 'c')}, @as_other), 3, 'until it is taken back');

is($node->safe_psql('owned', q{
    SELECT count(*) FILTER (WHERE proowner <> 10), count(*) FILTER (WHERE prosecdef),
           count(*) FILTER (WHERE has_function_privilege('its_owner', oid, 'EXECUTE') AND NOT has_function_privilege('public', oid, 'EXECUTE')
                            AND oid NOT IN (SELECT gb_enums_internal.functions_of_makers()))
    FROM pg_proc JOIN pg_depend ON classid = 'pg_proc'::regclass AND objid = oid AND deptype = 'e'}),
    '0|0|0', 'all functions are a superuser\'s, none runs with its owner\'s rights, and the owner calls what makers call and no more');

# Every member, and everything that an owner of an object could do with it.
my $members = q{SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'};
my $count = $node->safe_psql('owned', $members);
cmp_ok($count, '>', 1500, 'members');
is($node->safe_psql('owned', <<'SQL', @as_owner), '', 'no member can be altered, replaced, taken out or dropped');
CREATE SCHEMA mine;
CREATE TEMP TABLE done (statement text, sqlstate text);
DO $$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        WITH member AS (
            SELECT d.classid, d.objid, i.type, i.identity
            FROM pg_depend d
            JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND e.extname = 'gb_enums'
            CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
            WHERE d.deptype = 'e' AND i.identity NOT LIKE '%[]')
        SELECT format(f, upper(CASE type WHEN 'composite type' THEN 'type' ELSE type END), identity)
        FROM member
        CROSS JOIN unnest(ARRAY['ALTER EXTENSION gb_enums DROP %s %s', 'DROP %s %s CASCADE', 'COMMENT ON %s %s IS NULL']
                          || CASE WHEN type <> 'cast' THEN ARRAY['ALTER %s %s OWNER TO its_owner'] END) f
        UNION ALL
        SELECT format(f, identity)
        FROM member
        CROSS JOIN unnest(ARRAY['ALTER ROUTINE %s RENAME TO mine', 'ALTER ROUTINE %s SECURITY DEFINER', 'ALTER ROUTINE %s SET search_path = public',
                                'ALTER ROUTINE %s SET SCHEMA mine', 'GRANT EXECUTE ON ROUTINE %s TO other WITH GRANT OPTION']) f
        WHERE type IN ('function', 'procedure')
        UNION ALL
        SELECT pg_get_functiondef(objid) FROM member WHERE type IN ('function', 'procedure')
    LOOP
        BEGIN
            EXECUTE statement;
            INSERT INTO done VALUES (statement, '00000');
        EXCEPTION WHEN OTHERS THEN
            INSERT INTO done VALUES (statement, SQLSTATE);
        END;
    END LOOP;
END $$;
SELECT sqlstate, count(*), min(statement) FROM done
-- What is in their schema they could drop, but for the extension. GRANT of what they may call is a warning. The type of a
-- table's rows, which is a member from 17 on, has the table's owner.
WHERE sqlstate <> '42501' AND NOT (statement LIKE 'DROP %' AND sqlstate = '2BP01') AND NOT (statement LIKE 'GRANT %' AND sqlstate = '00000')
  AND NOT (statement LIKE 'ALTER TYPE % OWNER TO its_owner' AND sqlstate = '42809')
GROUP BY 1;
SQL
is($node->safe_psql('owned', $members), $count, '... and all are there');
is($node->safe_psql('owned', q{SELECT count(*) FROM pg_proc, aclexplode(proacl) a WHERE a.grantor = 'its_owner'::regrole}), 0, '... nor was anything granted');

for my $statement ('CREATE TABLE gb_enums_internal.mine (a int)', 'CREATE FUNCTION gb_enums_internal.mine() RETURNS int LANGUAGE sql RETURN 1',
    'ALTER SCHEMA gb_enums_internal RENAME TO ours', q{SELECT gb_enums_internal.define('public', 'mine', '', '0 a')},
    q{SELECT gb_enums_internal.package_enum('mine', '0 a')}, 'CREATE FUNCTION f(cstring) RETURNS own LANGUAGE gb_enum AS $$ 0 a $$',
    'ALTER EVENT TRIGGER gb_enums_drop DISABLE', q{SELECT gb_enums_internal.package_drop('task_status')}, q{ALTER TYPE task_status RENAME TO mine},
    map { ("INSERT INTO gb_enums_internal.$_ DEFAULT VALUES", "DELETE FROM gb_enums_internal.$_", "TRUNCATE gb_enums_internal.$_", "SELECT 1 FROM gb_enums_internal.$_ FOR UPDATE") }
    split /\n/, $node->safe_psql('owned', q{SELECT relname FROM pg_class WHERE relnamespace = 'gb_enums_internal'::regnamespace AND relkind = 'r'}))
{
    is_refused('owned', $statement, '42501', $statement);
}
# The owner of the extension is told why.
is_refused('owned', $_, '55000', $_) for q{SELECT gb_enum_add_value('task_status', 'mine')}, q{SELECT gb_enum_drop('task_status')}, q{SELECT gb_enum_follow_type('task_status')};
is_refused('owned', q{SELECT gb_enum_release('gb_enums')}, '55000', 'the extension is no package');
is_refused('owned', 'ALTER EXTENSION gb_enums SET SCHEMA pg_temp', '42P01|3F000|0A000', 'it is not moved');

# ---- Members of their own ----------------------------------------------------------------------

# An owner adds objects of theirs to the extension, called like those that its functions look for.
$node->safe_psql('owned', <<'SQL', @as_owner);
CREATE FUNCTION gb_enum_create(integer) RETURNS regtype LANGUAGE plpgsql AS $$ BEGIN ALTER ROLE its_owner SUPERUSER; RETURN NULL; END $$;
CREATE FUNCTION gb_enum_check() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN ALTER ROLE its_owner SUPERUSER; END $$;
CREATE FUNCTION own_like(own) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN ALTER ROLE its_owner SUPERUSER; RETURN 'x'; END $$;
CREATE TABLE partition_set (parent regclass);
SELECT gb_enum_create('added', '{a,b}');
CREATE TABLE uses (a added, o own);
ALTER EXTENSION gb_enums ADD FUNCTION gb_enum_create(integer);
ALTER EXTENSION gb_enums ADD FUNCTION gb_enum_check();
ALTER EXTENSION gb_enums ADD FUNCTION own_like(own);
ALTER EXTENSION gb_enums ADD TABLE partition_set;
ALTER EXTENSION gb_enums ADD TYPE added;
SQL
$node->safe_psql('owned', <<'SQL');
SELECT gb_enum_grant('other'), gb_enum_revoke('other');
SELECT * FROM gb_enum_check('added', true);
SELECT * FROM gb_enums;
SELECT * FROM gb_enum_suggest('public', scan => true);
CALL gb_partition_maintain();
SQL
is_without_superusers('with members of their own');
is_refused('owned', q{SELECT gb_enum_add_value('added', 'c')}, '55000', 'an enumeration that was added is the extension\'s');
$node->safe_psql('owned', "ALTER EXTENSION gb_enums DROP $_", @as_owner)
    for 'FUNCTION gb_enum_create(integer)', 'FUNCTION gb_enum_check()', 'FUNCTION own_like(own)', 'TABLE partition_set', 'TYPE added';
is($node->safe_psql('owned', q{SELECT gb_enum_add_value('added', 'c')}, @as_owner), 2, '... until it is taken out');
$node->safe_psql('owned', 'DROP FUNCTION gb_enum_create(integer), gb_enum_check(), own_like(own); DROP TABLE uses, partition_set; SELECT gb_enum_drop($$added$$)', @as_owner);

# ---- The next version --------------------------------------------------------------------------

SKIP:
{
    my $extension = copy_installation($node) or skip('this server finds extensions only where it is installed itself', 1);
    my $source = "$FindBin::RealBin/../../src/sql";
    append_to_file("$extension/gb_enums--1.0--1.0.test.sql", slurp_file("$source/guard.sql") . slurp_file("$source/type/enumerations.sql")
        . q{SELECT gb_enums_internal.define(gb_enums_internal.extension_schema(), 'own', 'a new one', $$ 0 theirs $$);});
    is_refused('owned', q{ALTER EXTENSION gb_enums UPDATE TO '1.0.test'}, '42710', 'a version with an enumeration that is called like theirs');
    is($node->safe_psql('owned', q{SELECT string_agg(name, ' ') FROM own_values()}), 'a b c', '... which is as it was');
    $node->safe_psql('owned', q{ALTER TYPE own RENAME TO mine; ALTER EXTENSION gb_enums UPDATE TO '1.0.test'}, @as_owner);
    is($node->safe_psql('owned', q{SELECT typname, typowner = 10 FROM pg_type WHERE typname IN ('own', 'mine') ORDER BY 1}), "mine|f\nown|t", 'the owner updates it');
}

# ---- Dumps, and the owner leaves ---------------------------------------------------------------

{
    my $dbname = make_database('dumped');
    $node->safe_psql($dbname, q{CREATE EXTENSION gb_enums; CREATE TABLE t (id int, s task_status); INSERT INTO t VALUES (1, 'ready');
        CREATE INDEX ON t (s) WHERE s < 'completed'}, @as_owner);
    my $dump = PostgreSQL::Test::Utils::tempdir . '/dump';
    $node->command_ok([ 'pg_dump', '-U', 'its_owner', '-f', $dump, 'dumped' ], 'the owner dumps the database');
    make_database('restored');
    my ($code, undef, $stderr) = $node->psql('restored', "\\i $dump", on_error_stop => 0, @as_owner);
    is(join(' ', $stderr =~ /ERROR:  (.*)/g), 'permission denied for table partition_set', 'and restores it, but for the list of managed tables');
    is($node->safe_psql('restored', q{SELECT * FROM t WHERE s = 'ready'}), '1|ready', '... with its rows');
    is($node->safe_psql('restored', q{SELECT gb_enum_create('after', '{a}')}, @as_owner), 'after', '... and makes enumerations');

    # With enumerations of one's own, a superuser restores: who made some makes more.
    $node->safe_psql($dbname, q{SELECT gb_enum_create('own', '{a,b}'); ALTER TABLE t ADD o own}, @as_owner);
    $node->safe_psql('postgres', 'CREATE DATABASE restored_by_superuser OWNER its_owner');
    $node->command_ok([ 'pg_dump', '-f', "$dump.all", 'dumped' ], 'a superuser dumps');
    $node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$dump.all", 'restored_by_superuser' ], 'and restores');
    is($node->safe_psql('restored_by_superuser', q{SELECT gb_enum_create('more', '{a}'), gb_enum_add_value('own', 'c')}, @as_owner), 'more|2', 'the owner goes on');
    is_refused('restored_by_superuser', q{SELECT gb_enum_grant('other')}, '42501', 'the extension is the superuser\'s now');

    # The role is dropped: nothing in a dump speaks of it.
    $node->safe_psql('postgres', 'CREATE ROLE heir');
    $node->safe_psql($dbname, 'ALTER DATABASE dumped OWNER TO heir; REASSIGN OWNED BY its_owner TO heir; DROP OWNED BY its_owner');
    unlike(dump_of($node, $dbname), qr/its_owner|"\d+"/, 'a dump after the owner has left');
    $node->safe_psql('owned', 'DROP EXTENSION gb_enums CASCADE', @as_owner);
    is($node->safe_psql('owned', q{SELECT count(*) FROM pg_proc WHERE oid >= 16384}), 0, 'the owner drops the extension, and nothing stays');
}
is_without_superusers('in the end');

$node->stop;
done_testing();
