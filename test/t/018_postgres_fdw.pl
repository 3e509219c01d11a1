# Two databases, one with foreign tables of the other: what postgres_fdw ships means there what it means here. Each form
# gives the same rows over a table and over the same table there, with "extensions 'gb_enums'" and without; nothing of an
# enumeration whose definitions differ is decided there; and what is stored is read, whatever the settings say.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('shards');
sub here  { return $node->safe_psql('here',  $_[0]) }
sub there { return $node->safe_psql('there', $_[0]) }

# The same rows on both sides, with codes that have no name. task_status has a deprecated value, and own another
# definition on each side: codes are exchanged, names are missing, an alias is known here only.
my $status = join "\n", '0 pending', '1 ready', '2 running', '3 paused', '4 waiting_approval', '5 completed', '6 failed', '7 cancelled deprecated use failed';
my $tables = q{
    CREATE TABLE jobs (id int, status task_status, raw smallint, i2 smallint, i4 int, i8 bigint, label text, short varchar(20), o own, oraw smallint);
    INSERT INTO jobs SELECT g, as_task_status((g % 9)::smallint), g % 9, g % 5, g % 7, g % 11, (ARRAY['running', 'bogus', 'pending', 'cancelled', NULL])[1 + g % 5],
        (ARRAY['ready', 'Ready', 'failed', ''])[1 + g % 4], CASE g % 4 WHEN 0 THEN 'alpha'::own WHEN 1 THEN 'beta' WHEN 3 THEN 'same' END, g % 5
    FROM generate_series(1, 45) g;
    INSERT INTO jobs (id) VALUES (100);
    CREATE TABLE steps (id int, status task_status, raw smallint, label text);
    INSERT INTO steps SELECT g, as_task_status((g % 10)::smallint), g % 10, 'running' FROM generate_series(1, 20) g;};
for my $side ([ 'there', q{0 alpha\n1 beta\n2 gamma\n3 same\n9 old deprecated use same} ], [ 'here', q{0 beta\n1 alpha alias first\n3 same\n4 delta\n9 old deprecated use same} ])
{
    my ($database, $definition) = @$side;
    $node->safe_psql('postgres', "CREATE DATABASE $database");
    $node->safe_psql($database, qq{CREATE EXTENSION gb_enums;
        SELECT gb_enums_internal.define('public', 'task_status', '', '$status');
        SELECT gb_enum_create('own', definition => E'$definition'); $tables
        ALTER DATABASE $database SET gb_enums.deprecated_input = error;});
}
my $connection = sprintf "host '%s', port '%s', dbname 'there', fdw_tuple_cost '100'", $node->host, $node->port;
here(qq{CREATE EXTENSION postgres_fdw;
    CREATE SERVER shipping FOREIGN DATA WRAPPER postgres_fdw OPTIONS ($connection, extensions 'gb_enums');
    CREATE SERVER plain FOREIGN DATA WRAPPER postgres_fdw OPTIONS ($connection);
    CREATE SCHEMA shipping; CREATE SCHEMA plain;
    CREATE USER MAPPING FOR CURRENT_USER SERVER shipping; CREATE USER MAPPING FOR CURRENT_USER SERVER plain;
    IMPORT FOREIGN SCHEMA public LIMIT TO (jobs, steps) FROM SERVER shipping INTO shipping;
    IMPORT FOREIGN SCHEMA public LIMIT TO (jobs, steps) FROM SERVER plain INTO plain;});

# What a query gives (as a sorted list of rows, or the error), and how it is planned. Its tables are in the search_path.
# With an argument it is prepared first.
here(q{
    CREATE FUNCTION answer(query text, type text, argument text, plan boolean) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
        line text;
        lines text[] := '{}';
        failure text;
    BEGIN
        DEALLOCATE ALL;
        BEGIN
            IF type <> '' THEN
                EXECUTE format('PREPARE prepared(%s) AS %s', type, query);
                query := format('EXECUTE prepared(%s)', argument);
            END IF;
            FOR line IN EXECUTE CASE WHEN plan THEN 'EXPLAIN (VERBOSE, COSTS OFF) ' ELSE '' END || query LOOP
                lines := lines || CASE WHEN NOT plan THEN line WHEN line ~ '(Remote SQL|Filter|Cond|Key):' THEN trim(line) END;
            END LOOP;
            -- What was changed is taken back.
            RAISE SQLSTATE 'P0099';
        EXCEPTION WHEN SQLSTATE 'P0099' THEN NULL;
                  WHEN OTHERS THEN failure := 'error: ' || sqlerrm;
        END;
        RETURN coalesce(failure, (SELECT string_agg(l, CASE WHEN plan THEN ' ## ' ELSE ',' END ORDER BY CASE WHEN plan THEN '' ELSE l END) FROM unnest(lines) l WHERE l IS NOT NULL), '');
    END $$;
    CREATE TABLE forms (query text, type text DEFAULT '', argument text DEFAULT '');
    CREATE FUNCTION answers(OUT form forms, OUT mode text, OUT place text, OUT rows text, OUT expected text, OUT plan text) RETURNS SETOF record LANGUAGE plpgsql AS $$
    DECLARE
        pair record;
    BEGIN
        FOR pair IN SELECT f, m FROM forms f, unnest(CASE f.type WHEN '' THEN '{auto}' ELSE '{force_custom_plan,force_generic_plan}' END::text[]) m LOOP
            form := pair.f;
            mode := pair.m;
            PERFORM set_config('plan_cache_mode', mode, true), set_config('search_path', 'public', true);
            expected := answer(form.query, form.type, form.argument, false);
            FOREACH place IN ARRAY CASE mode WHEN 'force_custom_plan' THEN '{shipping}' ELSE '{shipping,plain}' END::text[] LOOP
                PERFORM set_config('search_path', place || ', public', true);
                rows := answer(form.query, form.type, form.argument, false);
                plan := answer(form.query, form.type, form.argument, true);
                RETURN NEXT;
            END LOOP;
        END LOOP;
    END $$;});

# Tests forms. $shipped says what must be so: all are shipped by the server with the extension, or none is. The other server
# ships nothing that names an enumeration.
sub test_forms
{
    my ($name, $insert, $shipped) = @_;
    my $problems = here(qq{SET client_min_messages = error; TRUNCATE forms; INSERT INTO forms $insert;
        CREATE TEMP TABLE answered AS SELECT * FROM answers();
        SELECT concat_ws(E'\n    ', problem, (form).query || ' ' || (form).type || ' ' || (form).argument || ' ' || mode || ' ' || place, 'expected ' || left(expected, 300), 'rows     ' || left(rows, 300), 'plan ' || plan)
        FROM answered,
            LATERAL (SELECT 'other rows' WHERE rows <> expected OR rows LIKE 'error%'
                     UNION ALL SELECT 'names an enumeration' WHERE place = 'plain' AND plan ~ 'Remote SQL:[^#]*(task_status|gb_enum|own)'
                     UNION ALL SELECT 'names an enumeration of users' WHERE plan ~ 'Remote SQL:[^#]*own'
                     UNION ALL SELECT 'is not shipped' WHERE place = 'shipping' AND '$shipped' = 'shipped' AND plan ~ '(Filter|Cond|Key):'
                     UNION ALL SELECT 'is shipped' WHERE place = 'shipping' AND '$shipped' = 'local' AND plan !~ '(Filter|Cond|Key):') p(problem)
        LIMIT 5});
    is($problems, '', $name);
    cmp_ok(here('SELECT count(*) FROM forms'), '>', 0, "$name: are there");
    return;
}

# The operator table of the reference: six operators, both sides, a typed column and a raw one, with each kind of operand.
my $operators = q{(VALUES ('%1$s = %2$s'), ('%1$s <> %2$s'), ('%1$s < %2$s'), ('%1$s <= %2$s'), ('%1$s > %2$s'), ('%1$s >= %2$s'), ('%2$s = %1$s'), ('%2$s < %1$s')) op(op)};
my $where = q{'SELECT id FROM jobs WHERE ' || format(op, c, v)};
test_forms('constants and columns', qq{SELECT $where FROM $operators, unnest('{status,as_task_status(raw)}'::text[]) c,
    unnest(ARRAY['''running''', '''cancelled''::text', '''bogus''::text', '2::smallint', '2', '2::bigint', '8', '99', '-1', '99999', 'raw', 'i2', 'i4', 'i8', 'label', 'short', 'as_task_status(i2)']) v
    WHERE c <> 'status' OR v <> 'status'}, 'shipped');
test_forms('parameters', qq{SELECT $where, type, argument FROM $operators, unnest('{status,as_task_status(raw)}'::text[]) c, (VALUES ('\$1')) v(v),
    (VALUES ('task_status', '''running'''), ('task_status', 'as_task_status(8::smallint)'), ('task_status', 'as_task_status(7::smallint)'), ('text', '''running'''), ('text', '''cancelled'''),
            ('text', '''bogus'''), ('varchar', '''running'''), ('smallint', '2'), ('smallint', '8'), ('integer', '2'), ('integer', '99999'), ('bigint', '2'), ('bigint', '-99999')) p(type, argument)}, 'shipped');
test_forms('values with other columns', qq{SELECT $where, 'task_status', '''running''' FROM $operators, unnest('{raw,i4,i8,label,short}'::text[]) c, (VALUES ('\$1')) v(v)
    UNION ALL SELECT $where, '', '' FROM $operators, unnest('{raw,i4,i8,label,short}'::text[]) c, (VALUES ('''running''::task_status'), ('as_task_status(8::smallint)'), ('as_task_status(7::smallint)')) v(v)}, 'shipped');
test_forms('lists', q{VALUES ('SELECT id FROM jobs WHERE status IN (''running'', ''pending'')', '', ''), ('SELECT id FROM jobs WHERE status NOT IN (''running'', ''pending'')', '', ''),
    ('SELECT id FROM jobs WHERE status IN (1, 2, 8)', '', ''), ('SELECT id FROM jobs WHERE as_task_status(raw) IN (''running'', ''pending'')', '', ''),
    ('SELECT id FROM jobs WHERE status = ANY ($1)', 'task_status[]', 'ARRAY[as_task_status(7::smallint), as_task_status(8::smallint)]'), ('SELECT id FROM jobs WHERE status = ANY ($1)', 'smallint[]', '''{1,8}'''),
    ('SELECT id FROM jobs WHERE raw = ANY (''{running,pending}''::task_status[])', '', '')}, 'shipped');
# An array of texts has a collation that is not a column's, and postgres_fdw ships no comparison with that.
test_forms('lists of texts', q{VALUES ('SELECT id FROM jobs WHERE status = ANY ($1)', 'text[]', '''{running,bogus,cancelled}'''), ('SELECT id FROM jobs WHERE status <> ALL ($1)', 'varchar[]', '''{running,bogus}''')}, 'local');
test_forms('lookups', q{SELECT 'SELECT id FROM jobs WHERE ' || w, t, a FROM (VALUES ('raw = task_status_code(''running'')', '', ''), ('raw = task_status_code($1)', 'text', '''running'''), ('raw < task_status_code($1)', 'varchar', '''failed'''),
    ('task_status_code(label) = 2', '', ''), ('task_status_code(label) = raw', '', ''), ('task_status_code(label) = status', '', ''), ('task_status_name(raw) IS NULL', '', ''), ('task_status_name(raw) = label', '', ''),
    ('as_task_status(raw) IS NULL', '', ''), ('as_task_status(raw)::text = label', '', ''), ('status::text = label', '', ''), ('status::int = i4', '', ''), ('as_task_status(raw)::bigint = i8', '', ''),
    ('status IS DISTINCT FROM ''running''', '', ''), ('as_task_status(raw) IS DISTINCT FROM ''running''', '', ''), ('status IS DISTINCT FROM as_task_status(8::smallint)', '', ''), ('NOT (status = label)', '', ''), ('NOT (as_task_status(raw) < label)', '', ''),
    ('CASE status WHEN ''running'' THEN i4 ELSE id END = i4', '', '')) f(w, t, a)}, 'shipped');
test_forms('lookups that postgres_fdw leaves here', q{SELECT 'SELECT id FROM jobs WHERE ' || w FROM unnest(ARRAY['task_status_name(raw) = ''running''', 'gb_enum_name(''task_status'', raw) = label',
    'gb_enum_code(''task_status'', label) = raw', 'NULLIF(status, ''running'') IS NULL', 'status LIKE ''r%''', 'COALESCE(status, ''running'') = ''running''', 'CASE as_task_status((raw + 32759)::smallint) WHEN ''bogus''::text THEN 0 ELSE 1 END = 1']) w}, 'local');
test_forms('groups and order', q{SELECT q FROM unnest(ARRAY['SELECT (status, count(*)) FROM jobs GROUP BY status', 'SELECT (as_task_status(raw), count(*)) FROM jobs GROUP BY as_task_status(raw)',
    'SELECT (task_status_name(raw), count(*)) FROM jobs GROUP BY task_status_name(raw)', 'SELECT (task_status_description(raw), count(*)) FROM jobs GROUP BY task_status_description(raw)',
    'SELECT (min(status), max(status), min(as_task_status(raw)), max(as_task_status(raw))) FROM jobs', 'SELECT (min(status), max(as_task_status(raw))) FROM jobs WHERE status IN (''running'', ''ready'')',
    'SELECT (status, id) FROM jobs ORDER BY status, id LIMIT 30', 'SELECT (status, id) FROM jobs ORDER BY as_task_status(raw) DESC, id LIMIT 30', 'SELECT count(DISTINCT status) FROM jobs']) q}, 'shipped');
test_forms('groups of generic lookups', q{SELECT q FROM unnest(ARRAY['SELECT (gb_enum_name(''task_status'', raw), count(*)) FROM jobs GROUP BY gb_enum_name(''task_status'', raw)',
    'SELECT (gb_enum_name(''own'', oraw), count(*)) FROM jobs GROUP BY gb_enum_name(''own'', oraw)']) q}, 'local');

my $joins = q{unnest(ARRAY['a.status = b.status', 'a.raw = b.status', 'a.status = b.raw', 'a.status = b.id', 'a.id < b.status', 'a.status = b.label', 'a.short = b.status', 'a.status >= b.label', 'as_task_status(a.raw) = b.status',
    'as_task_status(a.raw) = as_task_status(b.raw)', 'as_task_status(a.raw) < b.label', 'a.status = b.label AND a.raw < b.status', 'a.status = as_task_status(b.raw)', 'a.status IN (b.status, ''running'')', 'task_status_code(a.label) = b.status']) j};
test_forms('joins', qq{SELECT format('SELECT (count(*), sum(a.id * b.id)) FROM jobs a %s JOIN steps b ON %s', kind, j) FROM $joins, unnest('{INNER,LEFT}'::text[]) kind}, 'shipped');
test_forms('changes that join', qq{SELECT format(change, j) FROM $joins, unnest(ARRAY['UPDATE jobs a SET id = a.id FROM steps b WHERE %s RETURNING a.id', 'DELETE FROM jobs a USING steps b WHERE %s RETURNING (a.id, a.status)']) change}, '');
test_forms('joins with a table here', qq{SELECT format(q, j) FROM $joins, unnest(ARRAY['SELECT (count(*), sum(a.id * b.id)) FROM jobs a JOIN public.steps b ON %s', 'SELECT (count(*), sum(a.id * b.id)) FROM public.jobs a JOIN steps b ON %s']) q}, '');
test_forms('changes', q{SELECT q FROM unnest(ARRAY['UPDATE jobs SET status = ''ready'' WHERE status = ''running'' RETURNING (id, status)', 'UPDATE jobs SET status = as_task_status(raw) WHERE raw = 8 RETURNING (id, status)',
    'UPDATE jobs SET raw = status WHERE status < 99 RETURNING (id, raw)', 'UPDATE jobs SET status = as_task_status((id + 100)::smallint), label = status WHERE id < 9 RETURNING (id, status, label)',
    'UPDATE jobs SET o = ''first'' WHERE as_own(oraw) = ''alpha'' RETURNING (id, o)', 'DELETE FROM jobs WHERE status = as_task_status(7::smallint) RETURNING (id, status)',
    'INSERT INTO jobs (id, status, o) VALUES (501, as_task_status(99::smallint), ''first'') RETURNING (id, status, o)', 'INSERT INTO jobs (id, status) SELECT id, status FROM public.steps RETURNING (id, status)']) q}, '');

# A parameterized scan there, with codes that have no name here.
here(q{ALTER SERVER shipping OPTIONS (ADD use_remote_estimate 'true'); CREATE INDEX ON steps (status); CREATE INDEX ON steps (raw); CREATE INDEX ON steps ((status::smallint)); ANALYZE shipping.jobs; ANALYZE steps;
    ALTER DATABASE here SET enable_hashjoin = off; ALTER DATABASE here SET enable_mergejoin = off;});
there(q{INSERT INTO jobs (id, status, raw) SELECT 1000 + g, 'ready', 1 FROM generate_series(1, 20000) g; CREATE INDEX ON jobs (status); CREATE INDEX ON jobs (raw); VACUUM ANALYZE jobs});
my $by_value = q{FROM public.steps b JOIN LATERAL (SELECT * FROM %s.jobs a WHERE a.%s = b.%s OFFSET 0) a ON a.id < 1000};
for my $columns ([ 'status', 'status' ], [ 'status', 'raw' ], [ 'raw', 'status' ])
{
    my ($a, $b) = @$columns;
    my $query = sub { my $from = sprintf $by_value, $_[0], $a, $b; return "SELECT count(*), sum(a.id * b.id) $from WHERE b.id > 6" };
    is(here($query->('shipping')), here($query->('public')), "a scan by $b of each row: rows");
    like(here('EXPLAIN (VERBOSE, COSTS OFF) ' . $query->('shipping')), qr/Remote SQL: .*WHERE .*\$1/, "a scan by $b of each row: is one");
}
# A merge join of rows that are sorted there, with an index here.
for my $condition ('a.status = b.raw', 'a.raw = b.status', 'as_own(a.raw) = as_own(b.raw)')
{
    my $merge = sub { return "SET enable_mergejoin = on; SET enable_nestloop = off; SET enable_sort = off; $_[0] SELECT count(*), sum(a.id * b.id) FROM $_[1].jobs a JOIN public.steps b ON $condition WHERE a.id < 1000" };
    is(here($merge->('', 'shipping')), here($merge->('', 'public')), "a merge join, $condition: rows");
    like(here($merge->('EXPLAIN (VERBOSE, COSTS OFF)', 'shipping')), qr/Merge Cond.*Remote SQL: [^\n]* ORDER BY/s, "a merge join, $condition: is one");
}
there('DELETE FROM jobs WHERE id > 1000');
here(q{ALTER SERVER shipping OPTIONS (DROP use_remote_estimate); ALTER DATABASE here RESET enable_hashjoin; ALTER DATABASE here RESET enable_mergejoin});

# An enumeration whose definition is another one there: only codes are shipped, never names.
test_forms('another definition: typed', qq{SELECT $where FROM $operators, (VALUES ('o')) c(c), unnest(ARRAY['''alpha''', '''first''::text', '1', '99999', 'i4', 'label', 'oraw', 'as_own(oraw)']) v}, 'local');
test_forms('another definition: raw', qq{SELECT $where FROM $operators, (VALUES ('as_own(oraw)')) c(c), unnest(ARRAY['''alpha''', '''first''::text', '''bogus''::text', '1', '99999', 'i4', 'as_own(i2)']) v}, 'shipped');
test_forms('another definition: parameters', qq{SELECT $where, type, argument FROM $operators, unnest('{o,as_own(oraw)}'::text[]) c, (VALUES ('\$1')) v(v),
    (VALUES ('own', '''first'''), ('text', '''first'''), ('text', '''same'''), ('text', '''gamma'''), ('varchar', '''alpha'''), ('smallint', '1'), ('integer', '1'), ('bigint', '1')) p(type, argument)}, '');
test_forms('another definition: other forms', q{SELECT q, t, a FROM (VALUES ('SELECT id FROM jobs WHERE o IN (''alpha'', ''first'')', '', ''), ('SELECT id FROM jobs WHERE as_own(oraw) IN (''alpha'', ''same'')', '', ''),
    ('SELECT id FROM jobs WHERE as_own(oraw) = label', '', ''), ('SELECT id FROM jobs WHERE own_name(oraw) = label', '', ''), ('SELECT id FROM jobs WHERE own_code(label) = oraw', '', ''), ('SELECT id FROM jobs WHERE own_code($1) = oraw', 'text', '''first'''),
    ('SELECT id FROM jobs WHERE gb_enum_code(''own'', $1) = oraw', 'text', '''first'''), ('SELECT id FROM jobs WHERE gb_enum_code($1, label) = oraw', 'regtype', '''own'''), ('SELECT (gb_enum_name($1, oraw), count(*)) FROM jobs GROUP BY gb_enum_name($1, oraw)', 'regtype', '''own'''),
    ('SELECT id FROM jobs WHERE oraw = ANY ($1)', 'own[]', '''{alpha,first}'''), ('SELECT (o, count(*)) FROM jobs GROUP BY o', '', ''), ('SELECT (as_own(oraw), count(*)) FROM jobs GROUP BY as_own(oraw)', '', ''), ('SELECT (own_name(oraw), count(*)) FROM jobs GROUP BY own_name(oraw)', '', ''),
    ('SELECT (min(o), max(o), min(as_own(oraw)), max(as_own(oraw))) FROM jobs', '', ''), ('SELECT o FROM jobs ORDER BY o DESC LIMIT 7', '', ''), ('SELECT o FROM jobs ORDER BY as_own(oraw), id LIMIT 7', '', ''),
    ('SELECT (count(*), sum(a.id * b.id)) FROM jobs a JOIN steps b ON a.o = b.id', '', ''), ('SELECT (count(*), sum(a.id * b.id)) FROM jobs a JOIN steps b ON as_own(a.oraw) = b.label', '', ''),
    ('SELECT (count(*), sum(a.id * b.id)) FROM jobs a JOIN steps b ON as_own(a.oraw) = as_own(b.raw)', '', ''), ('SELECT (count(*), sum(a.id * b.id)) FROM jobs a JOIN steps b ON a.o = as_own(b.raw)', '', '')) f(q, t, a)}, '');
there(q{UPDATE jobs SET o = 'gamma' WHERE id = 7});
my ($code, $out, $err) = $node->psql('here', 'SELECT o FROM plain.jobs');
like($err, qr/invalid input value for enum own: "gamma"/, 'a name that is not known here is an error');
there(q{UPDATE jobs SET o = 'same' WHERE id = 7});

# What was deprecated since is read and written, though both sides refuse it from people.
there(q{SET gb_enums.deprecated_input = accept; UPDATE jobs SET o = 'old' WHERE id = 8});
here(q{SET gb_enums.deprecated_input = accept; UPDATE jobs SET o = 'old' WHERE id = 8});
test_forms('deprecated', q{SELECT q FROM unnest(ARRAY['SELECT (status, o) FROM jobs', 'SELECT (o, count(*)) FROM jobs GROUP BY o', 'SELECT id FROM jobs WHERE o = as_own(9::smallint)', 'SELECT (ARRAY[status], ARRAY[o]) FROM jobs WHERE id < 9',
    'UPDATE jobs SET id = id WHERE id = 8 RETURNING (id, o)', 'INSERT INTO jobs (id, o, status) SELECT id, o, status FROM public.jobs WHERE id IN (7, 8) RETURNING (id, o, status)', 'SELECT j FROM jobs j WHERE id = 8']) q}, '');
for my $refused ('here', 'there')
{
    ($code, $out, $err) = $node->psql($refused, q{INSERT INTO jobs (o) VALUES ('old')});
    like($err, qr/"old" of enum own is deprecated/, "$refused: people are refused");
    ($code, $out, $err) = $node->psql($refused, q{SELECT '99'::text::own});
    like($err, qr/invalid input value for enum own: "99"/, "$refused: and so are codes without a name");
}
# The settings by which a session of postgres_fdw is known; older minor releases set UTC.
for my $zone ('GMT', 'UTC', 'Europe/London')
{
    my $session = "SET search_path = pg_catalog; SET timezone = '$zone'; SET datestyle = ISO; SET intervalstyle = postgres; SET extra_float_digits = 3;";
    ($code, $out, $err) = $node->psql('there', "$session SELECT 'old'::text::public.own, '99'::text::public.own");
    is($out, $zone eq 'Europe/London' ? '' : 'old|99', "a session that postgres_fdw may have opened, $zone");
}
is(here(q{COPY (SELECT status FROM shipping.jobs WHERE id BETWEEN 7 AND 8 ORDER BY id) TO STDOUT}), "cancelled\n8", 'COPY writes what is there');
my $file = $node->basedir . '/jobs.copy';
for my $format ('text', 'binary')
{
    is(here(qq{CREATE TABLE copied (o own); COPY (SELECT o FROM shipping.jobs WHERE id IN (7, 8)) TO '$file' (FORMAT $format);
        SET gb_enums.deprecated_input = accept; COPY copied FROM '$file' (FORMAT $format); RESET gb_enums.deprecated_input;
        PREPARE again(own) AS INSERT INTO shipping.jobs (id, o) SELECT 900, o FROM copied WHERE o = \$1 RETURNING o; BEGIN; EXECUTE again(as_own(9::smallint)); ROLLBACK;
        INSERT INTO copied SELECT o FROM copied; SELECT o, count(*) FROM copied GROUP BY o ORDER BY o; DROP TABLE copied}), "old\nsame|2\nold|2", "COPY, $format: what is deprecated comes back");
}
is(here(q{ANALYZE shipping.jobs; SELECT array_length(most_common_vals, 1) FROM pg_stats WHERE (schemaname, tablename, attname) = ('shipping', 'jobs', 'status')}), 9, 'ANALYZE reads it');

# A partition there, another here.
here(q{CREATE TABLE parted (LIKE jobs) PARTITION BY RANGE (id);
    CREATE TABLE parted_here PARTITION OF parted FOR VALUES FROM (1000) TO (2000); CREATE INDEX ON parted_here (status);
    CREATE FOREIGN TABLE parted_there PARTITION OF parted FOR VALUES FROM (0) TO (1000) SERVER shipping OPTIONS (table_name 'jobs');
    INSERT INTO parted SELECT id + 1000, status, raw, i2, i4, i8, label, short, o, oraw FROM jobs;
    CREATE VIEW named AS SELECT id, as_task_status(raw) AS status, as_own(oraw) AS o FROM parted;
    CREATE VIEW expected AS SELECT id + k AS id, status, raw, label, o FROM jobs, unnest('{0,1000}'::int[]) k;});
for my $condition (q{status = 'running'}, q{status < 8}, q{status = 'cancelled'::text}, q{status <> 'bogus'::text}, q{status IN (1, 8)}, q{status = ANY (ARRAY[as_task_status(7::smallint)])})
{
    my $count = here("SELECT count(*), sum(id) FROM expected WHERE $condition");
    is(here("SELECT count(*), sum(id) FROM parted WHERE $condition"), $count, "partitions: $condition");
    is(here("SELECT count(*), sum(id) FROM named WHERE $condition"), $count, "partitions, by codes: $condition");
}
is(here(q{SELECT status, o, count(*) FROM parted GROUP BY 1, 2 ORDER BY 1, 2}), here(q{SELECT status, o, count(*) FROM expected GROUP BY 1, 2 ORDER BY 1, 2}), 'partitions: groups');

# Columns there that are no enumeration. Declared as what they are, with names over them here, all is right; declared as an
# enumeration they are read, and filtered here by a server that does not ship.
there('CREATE TABLE others (id int, code smallint, name varchar(20)); INSERT INTO others SELECT id, raw, task_status_name(raw) FROM jobs');
my $others = q{FOREIGN TABLE %s.%s (id int, code %s, name %s) SERVER %1$s OPTIONS (schema_name 'public', table_name 'others')};
for my $server ('shipping', 'plain')
{
    here('CREATE ' . sprintf $others, $server, 'others', 'smallint', 'varchar(20)');
    here("CREATE VIEW $server.named AS SELECT id, as_task_status(code) AS code, as_task_status(task_status_code(name)) AS name FROM $server.others");
}
here('CREATE ' . sprintf $others, 'plain', 'declared', 'task_status', 'task_status');
for my $relation ('shipping.named', 'plain.named', 'plain.declared')
{
    is(here("SELECT id, code, name FROM $relation ORDER BY id"), here('SELECT id, status, task_status_name(raw) FROM jobs ORDER BY id'), "$relation: is read");
    for my $condition (q{C = 'running'}, q{C < 'completed'}, q{C >= 'paused'}, q{C IN ('failed', 'ready')}, q{C = 'bogus'::text}, 'C > 3')
    {
        for my $column ('code', 'name')
        {
            my $filter = sub { my ($c) = @_; return $condition =~ s/C/$c/r };
            my $expected = $column eq 'code' ? 'status' : 'CASE WHEN raw < 8 THEN status END';
            is(here("SELECT count(*), sum(id) FROM $relation WHERE " . $filter->($column)), here('SELECT count(*), sum(id) FROM jobs WHERE ' . $filter->($expected)),
                "$relation: $column, $condition");
        }
    }
}

$node->stop;
done_testing();
