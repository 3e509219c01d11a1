# Somebody else's database: its owner may create what they like in the schema that the extension goes to, and may set which
# schemas a superuser's session looks names up in. Here the owner plants an overload for every function and operator that
# the extension's objects call, with just the types that they are called with, and tables and types that are called like the
# server's. None of them ever runs, and no object of ours depends on one: not when the extension is created, not when it is
# updated, and not when a superuser calls what it has for people to call.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use Installation;
use StoredCalls;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('traps');
my $source = "$FindBin::RealBin/../../src";

# What is called --------------------------------------------------------------------------------

$node->safe_psql('postgres', 'CREATE DATABASE reference');
$node->safe_psql('reference', q{CREATE EXTENSION gb_enums; SELECT gb_enum_create('own', '{a,b}')});
my @trees = split /\n/, $node->safe_psql('reference', q{SELECT replace(tree, E'\n', ' ') FROM (
    SELECT unnest(ARRAY[ev_qual::text, ev_action::text]) FROM pg_rewrite WHERE oid >= 16384
    UNION ALL SELECT unnest(ARRAY[prosqlbody::text, proargdefaults::text]) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT conbin::text FROM pg_constraint WHERE oid >= 16384
    UNION ALL SELECT adbin::text FROM pg_attrdef WHERE oid >= 16384) t(tree) WHERE tree <> ''});
my @calls = stored_calls(@trees);
cmp_ok(scalar @calls, '>', 150, 'expressions that are stored call functions and operators: ' . @calls);
is(scalar(grep { my $call = $_; grep { !defined } @$call } @calls), 0, 'with arguments whose types are known');

# Words that are followed by a parenthesis, in bodies that are text and in what the library has the server run.
my %words;
for my $file (split /\n/, `find "$source" -name '*.sql' -o -name '*.cpp'`)
{
    my $text = slurp_file($file);
    $words{ lc $1 } = 1 while $text =~ /\b([A-Za-z_]\w*)\s*\(/g;
}
cmp_ok(scalar keys %words, '>', 500, 'the sources were found');

# Traps: what they are called, their arguments' types and their result's, as SQL. They take what an expression gave, and what
# the server's own function of that name takes, in case its schema is not the first to be looked at.
sub array_literal { return '{' . join(',', map { defined $_ ? qq{"$_"} : 'NULL' } @_) . '}' }
my $wanted = join ",\n", map { my ($kind, $oid, @types) = @$_; "('$kind', ${oid}::oid, '" . array_literal(@types) . "'::text[])" } @calls;
my $words = array_literal(sort keys %words);
my @traps = map { [ split /\t/, $_, -1 ] } split /\n/, $node->safe_psql('reference', <<"SQL");
SET search_path = pg_catalog;
CREATE TEMP TABLE called (kind text, oid oid, types text[]);
INSERT INTO called VALUES $wanted;
WITH exact AS (
    SELECT c.kind, c.oid, ARRAY(
        SELECT CASE WHEN t LIKE 'array of %' THEN (SELECT typarray FROM pg_type WHERE oid = substr(t, 10)::oid)
                    WHEN t LIKE 'element of %' THEN (SELECT typelem FROM pg_type WHERE oid = substr(t, 12)::oid)
                    ELSE t::oid END
        FROM unnest(c.types) WITH ORDINALITY u(t, n) ORDER BY n) AS types
    FROM called c
), common(type) AS (
    SELECT unnest(ARRAY['int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'oid', 'text', 'varchar', 'name', '"char"', 'bool', 'regclass', 'regtype',
        'timestamp', 'timestamptz', 'date', 'interval', 'jsonb', 'uuid', 'oid[]', 'text[]', 'name[]', 'int2[]', 'regclass[]', 'aclitem[]']::regtype[])::oid
), declared AS (
    SELECT 'operator', o.oid, array_remove(ARRAY[o.oprleft, o.oprright], 0::oid) FROM pg_operator o
    WHERE o.oprnamespace = 'pg_catalog'::regnamespace
      AND o.oprright IN (SELECT type FROM common) AND (o.oprleft = 0 OR o.oprleft IN (SELECT type FROM common))
    UNION ALL
    SELECT 'function', p.oid, p.proargtypes::oid[] FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY ('$words')
      AND NOT EXISTS (SELECT FROM unnest(p.proargtypes::oid[]) a WHERE a NOT IN (SELECT type FROM common))
)
SELECT DISTINCT concat_ws(E'\\t', w.kind, coalesce(o.oprname, quote_ident(p.proname)), coalesce(s.arguments, ''),
                          CASE WHEN r.typtype = 'p' THEN 'text' ELSE format_type(r.oid, NULL) END)
FROM (SELECT * FROM exact UNION SELECT * FROM declared) w(kind, oid, types)
LEFT JOIN pg_operator o ON w.kind = 'operator' AND o.oid = w.oid
LEFT JOIN pg_proc p ON w.kind = 'function' AND p.oid = w.oid
JOIN pg_type r ON r.oid = coalesce(o.oprresult, p.prorettype)
CROSS JOIN LATERAL (SELECT string_agg(format_type(a, NULL), ', ' ORDER BY n) AS arguments FROM unnest(w.types) WITH ORDINALITY u(a, n)) s
-- What is not the server's cannot be called by another's name; and a type that is ours is not there yet.
WHERE coalesce(o.oprnamespace, p.pronamespace) = 'pg_catalog'::regnamespace AND NOT EXISTS (SELECT FROM unnest(w.types) a WHERE a >= 16384)
  AND NOT EXISTS (SELECT FROM unnest(w.types) a JOIN pg_type t ON t.oid = a WHERE t.typtype = 'p')
ORDER BY 1;
SQL
cmp_ok(scalar @traps, '>', 500, 'traps: ' . @traps);

# The statements that plant them in a schema.
sub plant
{
    my ($schema) = @_;
    my @statements = (
        "CREATE TABLE $schema.trapped (what pg_catalog.text)", "GRANT INSERT ON $schema.trapped TO PUBLIC",
        # What is called like a catalog or a type of the server's, where that schema is looked at first.
        (map { "CREATE TABLE $schema.$_ (nothing pg_catalog.int4)" }
            qw(pg_class pg_proc pg_type pg_attribute pg_constraint pg_index pg_inherits pg_namespace pg_depend pg_extension pg_enum pg_language)),
        (map { "CREATE TYPE $schema.$_ AS (nothing pg_catalog.int4)" } qw(text name oid regclass regtype timestamptz jsonb)));
    my (%results, $number);
    for my $trap (@traps)
    {
        my ($kind, $name, $arguments, $result) = @$trap;
        next if $results{"$kind $name($arguments)"}++;
        my $function = $kind eq 'function' ? $name : 'trap_' . ++$number;
        my $qualified = join ', ', map { /^(?:regclass|regtype|name|oid|text|jsonb)\b/ ? "pg_catalog.$_" : $_ } split /, /, $arguments;
        $result = "pg_catalog.$result" if $result =~ /^(?:regclass|regtype|name|oid|text|jsonb)\b/;
        push @statements, qq{CREATE FUNCTION $schema.$function($qualified) RETURNS $result LANGUAGE plpgsql AS \$trap\$ BEGIN
            INSERT INTO $schema.trapped VALUES (\$\$$kind $name($arguments)\$\$); RAISE NOTICE 'a trap ran'; RETURN NULL; END \$trap\$};
        next if $kind eq 'function';
        my ($left, $right) = split /, /, $qualified;
        push @statements, "CREATE OPERATOR $schema.$name (FUNCTION = $schema.$function, "
            . (defined $right ? "LEFTARG = $left, RIGHTARG = $right)" : "RIGHTARG = $left)");
    }
    return 'SET search_path = pg_catalog; ' . join('; ', @statements);
}

# A database of somebody's, with traps in a schema of theirs that is the first to be looked at.
sub make_database
{
    my ($dbname, $schema) = @_;
    $node->safe_psql('postgres', "CREATE DATABASE $dbname OWNER its_owner");
    my $script = ($schema eq 'public' ? '' : "CREATE SCHEMA $schema; ") . plant($schema);
    $node->safe_psql($dbname, $script, extra_params => [ '--single-transaction', '-U', 'its_owner' ]);
    $node->safe_psql($dbname, "ALTER DATABASE $dbname SET search_path = $schema, pg_catalog", extra_params => [ '-U', 'its_owner' ]);
    return;
}

# No trap ran, and nothing that is not the owner's depends on one. What was trapped is forgotten.
sub check_traps
{
    my ($dbname, $schema, $name) = @_;
    my $query = sub { return $node->safe_psql($dbname, "SET search_path = pg_catalog; $_[0]") };
    is($query->("SELECT what, count(*) FROM $schema.trapped GROUP BY 1 ORDER BY 1"), '', "$name: no trap ran");
    is($query->(<<'SQL'), '', "$name: nothing depends on one");
WITH traps AS (
    SELECT 'pg_proc'::regclass::oid AS catalog, oid, proowner AS owner FROM pg_proc
    UNION ALL SELECT 'pg_operator'::regclass, oid, oprowner FROM pg_operator
    UNION ALL SELECT 'pg_class'::regclass, oid, relowner FROM pg_class
    UNION ALL SELECT 'pg_type'::regclass, oid, typowner FROM pg_type)
SELECT pg_describe_object(d.classid, d.objid, d.objsubid), pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)
FROM pg_depend d JOIN traps t ON (t.catalog, t.oid) = (d.refclassid, d.refobjid)
LEFT JOIN traps o ON (o.catalog, o.oid) = (d.classid, d.objid)
WHERE t.owner = 'its_owner'::regrole AND o.owner IS NOT NULL AND o.owner <> 'its_owner'::regrole
SQL
    return;
}

# Runs statements as a superuser whose session is as the database's owner wants it.
sub run_as_superuser
{
    my ($dbname, $sql, $name) = @_;
    my ($code, undef, $stderr) = $node->psql($dbname, $sql, on_error_stop => 1);
    is($code, 0, "$name: as superuser") or diag($stderr);
    unlike($stderr, qr/a trap ran/, "$name: no trap is heard of");
    return;
}

# ---- Creating it, and calling all that people call ---------------------------------------------

$node->safe_psql('postgres', 'CREATE ROLE its_owner LOGIN');

# In this file "ext" is the extension's schema. Operators and types are written so that none of these statements themselves
# calls a trap.
my $surface = slurp_file("$FindBin::RealBin/lib/traps.sql");

# An extension with the enumeration "own", in two versions.
my $extension = copy_installation($node);
my $package = q{SELECT * FROM gb_enum_package('tickets', '{own}')};
if ($extension)
{
    place_package($extension, $node, 'reference', $package);
    place_package($extension, $node, 'reference', "BEGIN; SELECT gb_enum_add_value('own', 'c'); $package; ROLLBACK");
    slurp_file("$extension/tickets.control") =~ /'1\.1'/ or die 'there is no second version';
    append_to_file("$extension/tickets.control", "default_version = '1.0'\n");  # the last one counts
}
my @public = split /\n/, $node->safe_psql('reference', q{SELECT DISTINCT proname FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
    WHERE d.deptype = 'e' AND p.pronamespace = 'public'::regnamespace AND proname ~ '^(gb_|create_|as_task_status|task_status)'
    UNION SELECT relname FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
    WHERE d.deptype = 'e' AND c.relnamespace = 'public'::regnamespace AND relkind = 'v'});
is(join(' ', grep { $surface !~ /\bext\.$_\b/ } @public), '', 'everything that people call is called');

for my $place ([ in_public => 'public' ], [ in_theirs => 'theirs' ])
{
    my ($dbname, $schema) = @$place;
    make_database(@$place);
    run_as_superuser($dbname, "CREATE EXTENSION gb_enums SCHEMA $schema", "CREATE EXTENSION $dbname");
    check_traps($dbname, $schema, "CREATE EXTENSION $dbname");
    my $calls = $extension ? $surface : $surface =~ s/^.*'tickets'.*\n//mgr;
    run_as_superuser($dbname, $calls =~ s/\bext\./$schema./gr, "calls $dbname");
    check_traps($dbname, $schema, "calls $dbname");
    next if !$extension;
    # The server runs the scripts of a trusted extension as a superuser, whoever asks for it.
    for my $statement ("CREATE EXTENSION tickets SCHEMA $schema", q{ALTER EXTENSION tickets UPDATE TO '1.1'}, 'DROP EXTENSION tickets')
    {
        my ($code, undef, $stderr) = $node->psql($dbname, $statement, extra_params => [ '-U', 'its_owner' ]);
        is($code, 0, "$dbname: its owner may: $statement") or diag($stderr);
        check_traps($dbname, $schema, "$statement in $dbname");
    }
}

# The owner may create the extension, and chooses where the session looks names up. (Names are looked up among temporary
# tables and types, too.)
for my $place ([ by_owner_in_public => 'public' ], [ by_owner_in_theirs => 'theirs' ])
{
    my ($dbname, $schema) = @$place;
    make_database(@$place);
    my ($code, $stdout, $stderr) = $node->psql($dbname,
        'BEGIN; ' . plant('pg_temp') . "; COMMIT; SET search_path = pg_temp, $schema, pg_catalog; CREATE EXTENSION gb_enums SCHEMA $schema; "
        . 'SET search_path = pg_catalog; SELECT what FROM pg_temp.trapped', on_error_stop => 1, extra_params => [ '-U', 'its_owner' ]);
    is($code, 0, "$dbname: its owner creates the extension") or diag($stderr);
    unlike("$stdout$stderr", qr/a trap ran|operator|function/, "$dbname: no trap is heard of");
    check_traps($dbname, $schema, "CREATE EXTENSION $dbname");
    is($node->safe_psql($dbname, "SET search_path = pg_catalog; SELECT extowner::regrole FROM pg_extension WHERE extname = 'gb_enums'"), 'its_owner', "$dbname: it is theirs");
    run_as_superuser($dbname, ($extension ? $surface : $surface =~ s/^.*'tickets'.*\n//mgr) =~ s/\bext\./$schema./gr, "calls $dbname");
    check_traps($dbname, $schema, "calls $dbname");
}

# A body that is text is read when it runs, by what is set then: a backslash is in literals only that begin with E.
my @plain_backslashes = grep { !/^\S+:\\echo / && s/\bE'(?:[^']|'')*'//gr =~ /\\/ } map { s/^\S*\///r } split /\n/, `grep -H . -r --include=*.sql "$source/sql"`;
is("@plain_backslashes", '', 'no literal depends on standard_conforming_strings');

# How literals are read, and whatever else can be set for a database, is its owner's choice: what is made is the same.
{
    my @settings = (q{transform_null_equals = on}, q{quote_all_identifiers = on}, q{array_nulls = off}, q{check_function_bodies = off}, q{datestyle = 'SQL, DMY'},
        q{intervalstyle = sql_standard}, q{bytea_output = escape}, q{extra_float_digits = -15}, q{timezone = 'Asia/Kolkata'},
        q{default_transaction_isolation = serializable}, q{row_security = off}, q{from_collapse_limit = 1});
    # (From PostgreSQL 19 on, backslashes in plain literals never have a meaning.)
    push @settings, 'standard_conforming_strings = off', 'escape_string_warning = off' if $node->safe_psql('postgres', 'SHOW server_version_num') < 190000;
    $node->safe_psql('postgres', 'CREATE DATABASE settings OWNER its_owner');
    $node->safe_psql('postgres', 'CREATE DATABASE no_settings OWNER its_owner');
    my $install = q{CREATE EXTENSION gb_enums; SELECT public.gb_enum_create('own', '{a,b}')};
    $node->safe_psql('no_settings', $install);
    $node->safe_psql('settings', "ALTER DATABASE settings SET $_", extra_params => [ '-U', 'its_owner' ]) for @settings;
    run_as_superuser('settings', $install, 'settings');
    $node->safe_psql('postgres', 'ALTER DATABASE settings RESET ALL');
    my $catalog = catalog($node, 'settings') =~ s/\\"(pg_catalog|pg_temp)\\"/$1/gr;  # quoted, as the setting wants it
    is_same_text($catalog, catalog($node, 'no_settings'), 'the extension is the same whatever is set for the database');
}

# A schema may be renamed by its owner, and another have its name then: with functions that are called like ours.
{
    my @as_owner = (extra_params => [ '-U', 'its_owner' ]);
    make_database('renamed', 'theirs');
    $node->safe_psql('renamed', 'SET search_path = pg_catalog; CREATE EXTENSION gb_enums SCHEMA theirs');
    $node->safe_psql('renamed', 'ALTER SCHEMA theirs RENAME TO moved; CREATE SCHEMA theirs; ' . plant('theirs'), @as_owner);
    my $ours = $node->safe_psql('renamed', <<'SQL', @as_owner);
SET search_path = '';
SELECT pg_catalog.format('CREATE FUNCTION theirs.%I(%s) RETURNS pg_catalog.text LANGUAGE plpgsql AS $trap$ BEGIN
    INSERT INTO theirs.trapped VALUES (%L); RAISE NOTICE ''a trap ran''; RETURN NULL; END $trap$;', proname, pg_catalog.oidvectortypes(proargtypes), oid::pg_catalog.regprocedure)
FROM pg_catalog.pg_proc WHERE pronamespace = 'moved'::pg_catalog.regnamespace AND prokind = 'f' AND proowner <> 'its_owner'::pg_catalog.regrole
SQL
    cmp_ok(scalar(() = $ours =~ /CREATE FUNCTION/g), '>', 50, 'functions called like ours are planted');
    $node->safe_psql('renamed', $ours, @as_owner);
    run_as_superuser('renamed', ($extension ? $surface : $surface =~ s/^.*'tickets'.*\n//mgr) =~ s/\bext\./moved./gr, 'calls after a rename');
    check_traps('renamed', 'theirs', 'calls after a rename');
}

# The traps do run where a name is looked up among them.
$node->safe_psql('in_public', 'SELECT oid = oid FROM pg_catalog.pg_am');
like($node->safe_psql('in_public', 'SET search_path = pg_catalog; SELECT DISTINCT what FROM public.trapped'), qr/^operator =\(oid, oid\)$/, 'a trap that is called runs');

# ---- Updating it -------------------------------------------------------------------------------

SKIP:
{
    skip('this server finds extensions only where it is installed itself', 1) if !$extension;
    # A script as the next version's would be: it makes views and functions with bodies again, keeps types, and ends with
    # the definitions.
    my $replaced = join('', map { slurp_file("$source/sql/convert/suggest/$_.sql") } qw(columns names values enums suggest))
        =~ s/^CREATE TYPE .*?;\n//gmsr =~ s/^CREATE (FUNCTION|VIEW)/CREATE OR REPLACE $1/gmr;
    append_to_file("$extension/gb_enums--1.0--1.0.test.sql",
        slurp_file("$source/sql/guard.sql") . $replaced . slurp_file("$source/sql/type/enumerations.sql"));
    make_database('updated', 'theirs');
    $node->safe_psql('updated', 'SET search_path = pg_catalog; CREATE EXTENSION gb_enums SCHEMA theirs');
    run_as_superuser('updated', q{ALTER EXTENSION gb_enums UPDATE TO '1.0.test'}, 'ALTER EXTENSION');
    check_traps('updated', 'theirs', 'ALTER EXTENSION');
}

$node->stop;
done_testing();
