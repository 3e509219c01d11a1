# The extension in a schema of its own: what a query over an enumeration of the extension means does not depend on the
# search_path, in any of the forms of sql/reads_like_text.sql. Nor are two different enumerations compared on any path.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('paths');
my ($forms) = slurp_file("$FindBin::RealBin/../../sql/reads_like_text.sql") =~ /^(INSERT INTO forms .*?;)$/ms;
$node->safe_psql('postgres', q{
    CREATE SCHEMA enums;
    CREATE EXTENSION gb_enums SCHEMA enums;
    CREATE SCHEMA data;
    CREATE SCHEMA mine;
    CREATE SCHEMA theirs;
    SELECT enums.gb_enum_create('mine.own', '{pending,running}'), enums.gb_enum_create('theirs.own', '{pending,running}');
    CREATE TABLE data.reads (id int, c enums.task_status, other varchar(20), note text);
    INSERT INTO data.reads VALUES (1, 'running', 'ready', 'running'), (2, 'pending', NULL, 'x'), (3, NULL, 'low', NULL), (4, 'ready', 'ready', 'ready');
    CREATE TABLE data.many AS SELECT enums.as_task_status((i % 8)::int2) AS c, (i % 8)::int2 AS raw FROM generate_series(1, 4000) i;
    CREATE INDEX many_c ON data.many (c);
    CREATE INDEX many_raw ON data.many (raw);
    CREATE INDEX many_open ON data.many (c) WHERE c < 'completed';
    ANALYZE data.many;
    SET search_path = data;
    CREATE TABLE forms (n serial, form text);} . $forms . q{
    INSERT INTO forms (form) VALUES ($$c > 'ready'$$), ('c < 2'), ('c IN (1, 2)'), ('c = ANY (ARRAY[1, 2])'), ('c = 2::bigint'), ('2::int2 <= c'), ('min(c)'), ('max(c)'),
        ($$c BETWEEN SYMMETRIC 'running' AND 'ready'$$), ('SELECT c FROM tab ORDER BY c DESC LIMIT 1'), ('SELECT c FROM tab ORDER BY c USING > OFFSET 1 LIMIT 1'),
        ('c IS NOT DISTINCT FROM other'), ('row(c, id) = row(note, id)'), ($$(c, id) IN (('running', 1))$$), ('SELECT a.id FROM tab a NATURAL JOIN tab b'),
        ('SELECT c FROM tab GROUP BY CUBE (c)'), ('GREATEST(c, $$ready$$)'), ('first_value(c) OVER (ORDER BY c DESC)'), ('mode() WITHIN GROUP (ORDER BY c)'),
        ('id::int2 = c'), ('c::int'), ('$$running$$ = c'), ('ARRAY[c] @> ARRAY[c]'), ('c <> ALL (ARRAY[note, other])'), ('enums.task_status_name(id)'), ('enums.as_task_status(id::int2) = c'),
        ('SELECT v FROM tab, LATERAL (SELECT NULLIF(c, note) AS v OFFSET 0) x'), ('SELECT id FROM tab WHERE c NOT IN (SELECT c FROM tab WHERE id = 1)');
    -- What a form gives, with its type; or its error.
    CREATE FUNCTION of_form(form text) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
        result text;
    BEGIN
        EXECUTE format('SELECT concat(string_agg(DISTINCT pg_typeof(f)::text, '', ''), '': '', string_agg(f::text, '' | '' ORDER BY f::text COLLATE "C"))
            FROM (%s) q(f)', replace(CASE WHEN form ~ '^SELECT' THEN form ELSE 'SELECT ' || form || ' FROM tab' END, 'tab', 'data.reads')) INTO result;
        RETURN replace(result, 'enums.', '');
    EXCEPTION WHEN OTHERS THEN
        RETURN sqlstate;
    END $$;
    CREATE FUNCTION of_form_within(form text) RETURNS text LANGUAGE sql SET search_path = '' RETURN data.of_form(form);
    -- The states of comparisons of two types.
    CREATE FUNCTION compared(a regtype, b regtype) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
        op text;
        states text[];
    BEGIN
        FOREACH op IN ARRAY '{=,<>,<,<=,>,>=}'::text[] LOOP
            BEGIN
                EXECUTE format('SELECT NULL::%s %s NULL::%s', a, op, b);
                states := states || 'no error'::text;
            EXCEPTION WHEN OTHERS THEN
                states := states || sqlstate;
            END;
        END LOOP;
        RETURN (SELECT string_agg(DISTINCT s, ' ') FROM unnest(states) s);
    END $$});

my @paths = ('data, enums', 'enums, data', q{''}, 'data', 'mine, theirs', 'enums, mine', 'public, pg_catalog', 'pg_temp');
my %on = map { $_ => {
        forms => $node->safe_psql('postgres', "SET search_path = $_; SELECT form, data.of_form(form) FROM data.forms ORDER BY n"),
        plans => $node->safe_psql('postgres', "SET search_path = $_; SET enable_seqscan = off;"
            . join ';', map { "EXPLAIN (COSTS OFF) SELECT FROM data.many WHERE $_" } q{c = 'running'}, q{c = 'running'::text}, q{c < 2}, q{c IN ('failed', 'ready')},
            q{c = ANY ('{failed,ready}'::text[])}, q{enums.as_task_status(raw) = 'running'}, q{enums.as_task_status(raw) IN ('failed', 'ready')})
            =~ s/\benums\.//gr,
        pairs => $node->safe_psql('postgres', "SET search_path = $_;" . q{
            SELECT CASE WHEN a.enum = b.enum THEN 'same' ELSE 'two' END, data.compared(a.enum, b.enum), count(*)
            FROM (SELECT DISTINCT enum FROM enums.gb_enums WHERE enum::text !~ 'own$') a, (SELECT DISTINCT enum FROM enums.gb_enums WHERE enum::text !~ 'own$') b
            GROUP BY 1, 2 ORDER BY 1}) } } @paths;
my $first = $on{$paths[0]};
cmp_ok(scalar(() = $first->{forms} =~ /: /g), '>', 120, 'there are many forms');
unlike($first->{plans}, qr/Seq Scan|Filter/, 'indexes are used');
is($first->{pairs}, "same|no error|12\ntwo|42725|132", 'two different enumerations are not compared');
for my $path (@paths[1 .. $#paths])
{
    is_same_text($on{$path}{forms}, $first->{forms}, "search_path = $path: the same rows and types");
    is($on{$path}{plans}, $first->{plans}, '... by the same plans');
    is($on{$path}{pairs}, $first->{pairs}, '... and the same comparisons are errors');
}
is_same_text($node->safe_psql('postgres', 'SELECT form, data.of_form_within(form) FROM data.forms ORDER BY n'), $first->{forms},
    'the same rows and types in a function with an empty search_path');

# An own enumeration that was made at run time has its operators in its schema: with that on the path it is compared with no
# other; without it, as the text of its name.
sub own_pairs
{
    my ($path) = @_;
    return $node->safe_psql('postgres', "SET search_path = $path;" . q{
        SELECT own, data.compared(own::regtype, enum) AS first, data.compared(enum, own::regtype) AS second, count(*)
        FROM unnest('{mine.own,theirs.own}'::text[]) own, (SELECT DISTINCT enum FROM enums.gb_enums) e WHERE enum <> own::regtype GROUP BY 1, 2, 3 ORDER BY 1, 2});
}
is(own_pairs('mine, theirs'), "mine.own|42725|42725|13\ntheirs.own|42725|42725|13", 'own enumerations on the path are compared with no other');
is(own_pairs(q{''}), "mine.own|no error|no error|13\ntheirs.own|no error|no error|13", '... and off the path by name');
is(own_pairs('mine'), "mine.own|42725|42725|12\nmine.own|no error|no error|1\ntheirs.own|no error|no error|13", '... where one is on it, too');
is($node->safe_psql('postgres', q{SET search_path = ''; SELECT 'running'::mine.own = 'running'::enums.task_status, 'running'::mine.own = 'ready'::enums.task_status}),
    't|f', 'by name means that names are compared');

$node->stop;
done_testing();
