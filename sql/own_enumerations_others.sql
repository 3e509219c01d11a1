-- what other roles make by the functions of an enumeration is theirs: it is not taken for a part of the enumeration
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE ROLE regress_others;
CREATE SCHEMA others;
CREATE SCHEMA others_own AUTHORIZATION regress_others;
GRANT USAGE ON SCHEMA others TO regress_others;
SET search_path = others, public;
SELECT gb_enum_create('tick', '{a,b,c}');
SET ROLE regress_others;
SET search_path = others_own;
CREATE OPERATOR = (FUNCTION = gb_enums_internal.tick_own_eq, LEFTARG = others.tick, RIGHTARG = others.tick);
CREATE OPERATOR = (FUNCTION = gb_enums_internal.tick_own_eq, LEFTARG = text, RIGHTARG = others.tick);
CREATE OPERATOR < (FUNCTION = gb_enums_internal.tick_own_gt, LEFTARG = others.tick, RIGHTARG = others.tick);
CREATE OPERATOR === (FUNCTION = gb_enums_internal.tick_own_eq, LEFTARG = others.tick, RIGHTARG = text);
CREATE AGGREGATE min(others.tick) (SFUNC = gb_enums_internal.smaller, STYPE = others.tick);
CREATE AGGREGATE lowest(others.tick) (SFUNC = gb_enums_internal.smaller, STYPE = others.tick);
-- looks like as_tick() to who looks at its text only
SET check_function_bodies = off;
CREATE FUNCTION as_tick(smallint) RETURNS others.tick LANGUAGE plpgsql AS 'int2up';
RESET check_function_bodies;
RESET ROLE;
SET search_path = others, public;
-- the owner of an enumeration makes something by its functions, too
CREATE CAST (tick AS character) WITH FUNCTION gb_enums_internal.tick_own_to_text(tick);
CREATE OPERATOR === (FUNCTION = gb_enums_internal.tick_own_eq, LEFTARG = text, RIGHTARG = tick);

-- indexes on smallint columns serve the enumeration's own operators, as after a restore
ALTER OPERATOR FAMILY integer_ops USING btree
    DROP OPERATOR 1 (tick, tick), OPERATOR 2 (tick, tick), OPERATOR 3 (tick, tick), OPERATOR 4 (tick, tick), OPERATOR 5 (tick, tick);
SELECT repair FROM gb_enum_check('tick') \gset
SELECT replace(:'repair', 'ADD ', E'ADD\n') AS repair;
:repair;
SELECT count(*) FROM gb_enum_check('tick');
CREATE TABLE raw (id int, t smallint);
INSERT INTO raw SELECT n, n % 3 FROM generate_series(1, 3000) n;
CREATE INDEX ON raw (t);
ANALYZE raw;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM raw WHERE as_tick(t) IN ('a', 'b');
RESET enable_seqscan;
DROP TABLE raw;

-- what is wrong is mended by the enumeration's own functions
CREATE TABLE ticks (t tick, ts tick[]);
INSERT INTO ticks VALUES ('a', ARRAY['a', as_tick('9')]);
CREATE TABLE risks (rs risk_level[]);
INSERT INTO risks VALUES (ARRAY['low', as_risk_level('9')]);
SET check_function_bodies = off;
CREATE FUNCTION others_own.as_risk_level(smallint) RETURNS risk_level LANGUAGE plpgsql AS 'int2up';
RESET check_function_bodies;
SELECT * FROM gb_enum_check('tick');
SELECT * FROM gb_enum_check('risk_level');
DROP TABLE ticks, risks;

-- a drop takes along what was made with the enumeration, and says what else there is
SELECT gb_enum_drop('tick');
DROP OPERATOR others_own.= (tick, tick), others_own.= (text, tick), others_own.< (tick, tick), others_own.=== (tick, text), === (text, tick);
SELECT gb_enum_drop('tick');
DROP AGGREGATE others_own.min(tick), others_own.lowest(tick);
DROP CAST (tick AS character);
SELECT gb_enum_drop('tick');
DROP FUNCTION others_own.as_tick;
SELECT gb_enum_drop('tick');
SELECT count(*) AS left_over FROM pg_depend d WHERE d.objid > 16384 AND pg_describe_object(d.classid, d.objid, 0) ~ '[ "._]tick_own';

-- others' event triggers are told of a drop as of the command that it stands for, and one that refuses it does; and where nothing may be written, nothing is dropped
SELECT gb_enum_create('tock', '{a,b}');
BEGIN READ ONLY;
SELECT gb_enum_drop('tock');
ROLLBACK;
CREATE TABLE others.told (number serial, what text);
CREATE FUNCTION others.tell() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO others.told (what) VALUES (concat_ws(' ', tg_tag, tg_event));
    IF tg_event = 'sql_drop' THEN
        INSERT INTO others.told (what) SELECT concat_ws(' ', object_type, object_identity) FROM pg_event_trigger_dropped_objects()
            WHERE object_type IN ('type', 'operator class') ORDER BY object_type COLLATE "C", object_identity COLLATE "C";
    END IF;
END $$;
CREATE FUNCTION others.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'nobody drops a type here'; END $$;
CREATE EVENT TRIGGER others_start ON ddl_command_start WHEN TAG IN ('DROP TYPE') EXECUTE FUNCTION others.tell();
CREATE EVENT TRIGGER others_drop ON sql_drop WHEN TAG IN ('DROP TYPE') EXECUTE FUNCTION others.tell();
CREATE EVENT TRIGGER others_end ON ddl_command_end WHEN TAG IN ('DROP TYPE') EXECUTE FUNCTION others.tell();
BEGIN;
SELECT gb_enum_drop('tock');
SELECT what FROM others.told ORDER BY number;
ROLLBACK;
CREATE EVENT TRIGGER others_refuse ON ddl_command_start WHEN TAG IN ('DROP TYPE') EXECUTE FUNCTION others.refuse();
SELECT gb_enum_drop('tock');
DROP EVENT TRIGGER others_refuse;
DROP EVENT TRIGGER others_start;
DROP EVENT TRIGGER others_drop;
DROP EVENT TRIGGER others_end;
SELECT gb_enum_drop('tock');

-- an operator by another's function is what its function does, not what it is called
SELECT gb_enum_create('tick', '{a,b,c}');
CREATE OPERATOR others_own.< (FUNCTION = gb_enums_internal.tick_own_gt, LEFTARG = tick, RIGHTARG = tick);
CREATE TABLE ticks (id int, t tick, CONSTRAINT over CHECK (t OPERATOR(others_own.<) 'a'));
SELECT statement FROM gb_enum_revert('ticks', 't', 'smallint') WHERE statement ~ 'CHECK';
DROP SCHEMA others, others_own CASCADE;
DROP ROLE regress_others;
