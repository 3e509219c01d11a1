-- The whole demonstration, from data to errors. Each part is a script of its own. Run them in this order in an
-- empty database.

\set QUIET on
\pset footer off
\pset format wrapped
\pset columns 120
SET client_min_messages = warning;

CREATE EXTENSION gb_enums;

\ir source.sql
\ir forms.sql
\ir sizes.sql
\ir queries.sql
\ir convert.sql
\ir schema.sql
\ir whole_schema.sql
\ir partitions.sql
\ir errors.sql
