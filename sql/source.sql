-- Source code for enumerations. (test/source compiles what this shows, and worse.)
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;
CREATE SCHEMA "of source";
SET search_path = "of source", public;
SELECT gb_enum_create('"the ""odd"" one"', description => 'names that */ no language """ takes', definition => $$
   -1 self          "*/ closes \"\"\" what\n// opens \\" alias "it's \"me\""
    1 "2nd place"
    2 "a b"         deprecated use "a-b"
    3 "a-b"         "Both are \"a b\" without the sign"
    4 "--"          deprecated
    5 ação
    6 完成
    7 true
    retired 9 gone
$$);

-- Each language.
\pset format unaligned
\pset tuples_only on
SELECT gb_enum_source(language, ARRAY['"the ""odd"" one"'::regtype])
FROM unnest('{rust,typescript,python,java,kotlin,go,cpp,csharp,json_schema,protobuf,graphql,markdown}'::text[]) language;
\pset tuples_only off

-- Two enumerations of one name; a value of one and the name of another; what is named twice, or in another order.
CREATE SCHEMA of_source;
SELECT gb_enum_create('state', definition => '5 only');
SELECT gb_enum_create('of_source.state', '{first,second}');
SELECT gb_enum_create('state_only', '{a}');
SELECT gb_enum_source('protobuf', ARRAY['of_source.state', '"of source".state', 'of_source.state', 'state_only']::regtype[]);
SELECT gb_enum_source('go', '{state,state_only}') ~ 'StateOnlyA StateOnly = 0' AS types_come_first;

-- All of them.
SELECT gb_enum_source('markdown') ~ '\n## the "odd" one\n.*\n## task\\_status\n' AS all,
       gb_enum_source('markdown') = gb_enum_source('markdown', NULL) AS the_same,
       gb_enum_source('markdown', '{}') AS none;
SELECT language, gb_enum_source(language) IS NOT NULL AS has_source
FROM unnest('{rust,typescript,python,java,kotlin,go,cpp,csharp,json_schema,protobuf,graphql,markdown}'::text[]) language;

-- The query for the start of a program finds what is no longer as it was, whatever the search_path is.
SELECT substring(gb_enum_source('go', '{state,state_only}') FROM 'const CheckQuery = "(.*)"') AS query \gset
SELECT replace(:'query', '\"', '"') AS query \gset
SET search_path = '';
:query;
BEGIN;
SELECT public.gb_enum_rename_value('"of source".state', 'only', 'still');
SELECT public.gb_enum_drop('"of source".state_only');
:query;
ROLLBACK;
RESET search_path;
SET search_path = "of source", public;
SELECT substring(gb_enum_source('go', '{}') FROM 'const CheckQuery = "(.*)"') AS query \gset
:query;

-- What is refused.
SELECT gb_enum_source('cobol');
SELECT gb_enum_source('Rust');
SELECT gb_enum_source(NULL);
SELECT gb_enum_source('rust', '{NULL}');
SELECT gb_enum_source('rust', '{integer}');
SELECT gb_enum_source('rust', ARRAY[0::regtype]);
SELECT gb_enum_source('rust', array_fill('state'::regtype, '{10001}'));

-- An enumeration whose definition cannot be read is an error where it is named, and else left out.
BEGIN;
UPDATE pg_proc SET prosrc = 'nonsense' WHERE oid = (SELECT typinput FROM pg_type WHERE oid = 'state_only'::regtype);
SELECT gb_enum_source('markdown') ~ 'state\\_only' AS shown;
SELECT gb_enum_source('markdown', '{state_only}');
ROLLBACK;

-- The most values there can be have a source; one that would be too long is refused.
SELECT gb_enum_create('large', (SELECT array_agg('value ' || n) FROM generate_series(1, 32768) n));
SELECT language, count(*) AS mentions
FROM unnest('{csharp,protobuf,rust}'::text[]) language, regexp_matches(gb_enum_source(language, '{large}'), 'value[ _]?32768\M', 'gi')
GROUP BY language ORDER BY count(*);
SELECT gb_enum_create('larger', definition => (SELECT string_agg(format('%s n%s "%s"', n, n, repeat('long ', 200)), E'\n') FROM generate_series(1, 4500) n));
SELECT gb_enum_source('protobuf', '{larger}');

SET client_min_messages = warning;
DROP SCHEMA "of source", of_source CASCADE;
