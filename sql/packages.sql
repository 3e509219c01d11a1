-- Extensions that have enumerations: the files, and what needs none. (test/t/040_package.pl has the rest, with files.)
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;
CREATE SCHEMA packages;
SET search_path = packages, public;
SELECT gb_enum_create('state', description => 'how far it is', definition => E'\n# $$\n0 new "it''s new"\n1 open\n');
SELECT gb_enum_create('kind', '{bug}', "like" => 'risk_level');
SELECT gb_enum_create('sub_kind', '{crash}', "like" => 'kind');
CREATE TABLE t (s state DEFAULT 'open');

-- The files of a first version: a control file, and a script in which kin comes first.
SELECT * FROM gb_enum_package('packages-of_mine', '{sub_kind,state,kind}') \gx
SELECT file FROM gb_enum_package('packages-of_mine', '{state}', '2026.11');
-- They are made again and again, and nothing is there that was not.
SELECT count(*) FROM pg_namespace WHERE nspname ~ 'trial';

-- What is refused.
SELECT * FROM gb_enum_package(NULL, '{state}');
SELECT * FROM gb_enum_package('p', NULL);
SELECT * FROM gb_enum_package('p', '{NULL}');
SELECT * FROM gb_enum_package('p', '{{state,NULL}}');
-- of any number of dimensions
SELECT string_agg(content, '') = (SELECT string_agg(content, '') FROM gb_enum_package('p', '{state}')) AS same FROM gb_enum_package('p', '{{state},{state}}');
SELECT * FROM gb_enum_package('p', '{}');
SELECT * FROM gb_enum_package('p', '{integer}');
SELECT * FROM gb_enum_package('p', ARRAY[0::regtype]);
SELECT * FROM gb_enum_package('p', '{task_status}');
SELECT * FROM gb_enum_package('p', '{sub_kind}');
SELECT * FROM gb_enum_package('../p', '{state}');
SELECT * FROM gb_enum_package('p--q', '{state}');
SELECT * FROM gb_enum_package('gb_enums', '{state}');
SELECT * FROM gb_enum_package('p', '{state}', '1/2');
SELECT * FROM gb_enum_package('plpgsql', '{state}');
CREATE SCHEMA packages_too;
SELECT gb_enum_create('packages_too.other', '{a}');
SELECT * FROM gb_enum_package('p', '{state,packages_too.other}');
SELECT gb_enum_set_description('packages_too.other', 'a', 'at @extschema@');
SELECT * FROM gb_enum_package('p', '{packages_too.other}');

SELECT gb_enums_internal.package_enum('state', '0 new');
SELECT gb_enums_internal.package_drop('state');
-- A client in another encoding would write files that are not in UTF8, but what is in ASCII is the same in both.
SET client_encoding = 'LATIN1';
SELECT file FROM gb_enum_package('p', '{packages.state}');
SELECT gb_enum_set_description('packages.state', 'new', U&'\00e9');
SELECT file FROM gb_enum_package('p', '{packages.state}');
RESET client_encoding;
SELECT file FROM gb_enum_package('p', '{packages.state}');
SELECT gb_enum_adopt(NULL);
SELECT gb_enum_adopt('');
SELECT gb_enum_adopt('plpgsql');
SELECT gb_enum_adopt('plpgsql', 'packages') = '{}' AS nothing_to_adopt;
SET search_path = '';
SELECT public.gb_enum_adopt('packages_of_nobody');
SET search_path = packages, public;
SELECT gb_enum_release(NULL);
SELECT gb_enum_release('packages_of_nobody');
SELECT gb_enum_release('plpgsql');
-- Which other member the DETAIL names depends on what the extension has.
\set VERBOSITY terse
SELECT gb_enum_release('gb_enums');
\set VERBOSITY default
BEGIN READ ONLY;
SELECT gb_enum_release('plpgsql');
ROLLBACK;

-- Who may: superusers and makers.
CREATE ROLE regress_packages;
GRANT USAGE ON SCHEMA packages TO regress_packages;
SET ROLE regress_packages;
SELECT * FROM gb_enum_package('p', '{state}');
SELECT gb_enum_adopt('p');
SELECT gb_enum_release('p');
RESET ROLE;

-- Versions: the last number plus 1.
SELECT v, gb_enums_internal.next_version(v) FROM unnest('{1.0,1.9,2,1.0.2,1.0beta,2026.11,1.09,99999999999999999999,NULL}'::text[]) v;

SET client_min_messages = warning;
DROP SCHEMA packages, packages_too CASCADE;
RESET client_min_messages;
DROP ROLE regress_packages;
