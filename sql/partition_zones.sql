-- bounds are the set's, whatever the session's zone, formats and search_path are
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
SET client_min_messages = notice;
CREATE SCHEMA part_zones;
SET search_path = part_zones, public;

-- days of 23 and 25 hours follow one another, hours skip none
CREATE TABLE ny (at timestamptz) PARTITION BY RANGE (at);
SET timezone = 'Asia/Tokyo';
SELECT gb_partition_create('ny', t, '1 day', 'America/New_York')
FROM unnest('{2024-03-09 12:00-05,2024-03-10 12:00-04,2024-03-11 12:00-04,2024-11-02 12:00-04,2024-11-03 12:00-05,2024-11-04 12:00-05}'::timestamptz[]) t;
SET timezone = 'UTC';
SET datestyle = iso;
SELECT c.partition::regclass, c.lower_bound, c.upper_bound, c.upper_at - c.lower_at AS length, c.gap_before
FROM gb_enums_internal.partition_ranges('ny', 'America/New_York', NULL, NULL, NULL) c;
CREATE TABLE ny_hours (at timestamptz) PARTITION BY RANGE (at);
SELECT gb_partition_create('ny_hours', t, '1 hour', 'America/New_York')
FROM generate_series('2024-11-03 04:30+00'::timestamptz, '2024-11-03 07:30+00', '1 hour') t;
SELECT gb_partition_create('ny_hours', t, '1 hour', 'America/New_York')
FROM generate_series('2024-03-10 06:30+00'::timestamptz, '2024-03-10 07:30+00', '1 hour') t;
SELECT count(*) FILTER (WHERE gap_before) AS gaps, count(*) FROM gb_enums_internal.partition_ranges('ny_hours', 'UTC', NULL, NULL, NULL);

-- a set whose bounds are another zone's is refused with the zone that fits
CREATE TABLE from_ny (at timestamptz) PARTITION BY RANGE (at);
SET timezone = 'America/New_York';
CREATE TABLE from_ny_2024_01 PARTITION OF from_ny FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE from_ny_2024_02 PARTITION OF from_ny FOR VALUES FROM ('2024-07-01') TO ('2024-08-01');
SET timezone = 'UTC';
SELECT create_monthly_partition('from_ny', '2024-08-15'::date);
SELECT create_monthly_partition('from_ny', '2024-01-15'::date);
SELECT gb_partition_create('from_ny', '2024-08-15', time_zone => 'America/New_York');

-- the same bounds from any session, against the server's own arithmetic, in many zones
CREATE TABLE wanted AS
SELECT z.zone, e.every, t.at, s.lower_at, s.upper_at, s.lower_bound
FROM unnest('{UTC,America/New_York,America/Sao_Paulo,America/St_Johns,Europe/Berlin,Africa/Casablanca,Asia/Kolkata,Asia/Kathmandu,Asia/Tehran,Australia/Lord_Howe,Pacific/Apia,Pacific/Chatham,Antarctica/Troll}'::text[]) z(zone),
     (VALUES (interval '1 month'), ('1 day'), ('1 year'), ('7 days'), ('3 months')) e(every),
     (SELECT '2005-01-01 00:00+00'::timestamptz + n * interval '31 hours 7 minutes 13 seconds' * 29 AS at FROM generate_series(0, 120) n) t,
     LATERAL gb_enums_internal.partition_slots('ny', z.zone, NULL, NULL, NULL, t.at, e.every, NULL, 1) s;
SELECT count(*) AS cases,
       count(*) FILTER (WHERE lower_at > at OR upper_at <= at) AS outside,
       count(*) FILTER (WHERE lower_bound::timestamptz <> lower_at) AS misread,
       count(*) FILTER (WHERE date_trunc(CASE every WHEN '1 month' THEN 'month' WHEN '1 day' THEN 'day' WHEN '1 year' THEN 'year'
                                          WHEN '7 days' THEN 'week' ELSE 'quarter' END, at, zone) <> lower_at) AS unlike_the_server
FROM wanted;
-- one after the other for ten years
WITH RECURSIVE zones AS (SELECT zone FROM wanted GROUP BY 1),
days AS (
    SELECT zone, s.lower_at, s.upper_at FROM zones, gb_enums_internal.partition_slots('ny', zone, NULL, NULL, NULL, '2005-01-01 12:00+00', '1 day', NULL, 3653) s)
SELECT count(*), count(*) FILTER (WHERE before IS NOT NULL AND before <> lower_at) AS gaps_or_overlaps, count(*) FILTER (WHERE lower_at >= upper_at) AS empty
FROM (SELECT *, lag(upper_at) OVER (PARTITION BY zone ORDER BY lower_at) AS before FROM days) d;
-- from other sessions
CREATE TEMP TABLE other_sessions (zone text, style text, different bigint);
SELECT format($sql$SET timezone = %L; SET datestyle = %L;
    INSERT INTO other_sessions SELECT current_setting('timezone'), current_setting('datestyle'), count(*) FROM wanted w,
    LATERAL gb_enums_internal.partition_slots('ny', w.zone, NULL, NULL, NULL, w.at, w.every, NULL, 1) s
    WHERE (s.lower_at, s.upper_at, s.lower_bound) IS DISTINCT FROM (w.lower_at, w.upper_at, w.lower_bound)$sql$, z, d)
FROM (VALUES ('America/New_York', 'German'), ('Pacific/Apia', 'SQL, DMY'), ('Asia/Kolkata', 'Postgres, MDY')) v(z, d) \gexec
SELECT * FROM other_sessions;

-- a hostile search_path changes nothing
RESET timezone;
RESET datestyle;
CREATE SCHEMA evil;
CREATE FUNCTION evil.equals(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'evil operator'; END $$;
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.equals);
CREATE OPERATOR evil.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.equals);
CREATE FUNCTION evil.format(text, text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'evil format'; END $$;
CREATE FUNCTION evil.set_config(text, text, boolean) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'evil set_config'; END $$;
SET search_path = evil, part_zones, pg_catalog, public;
SELECT public.gb_partition_create('ny', '2025-01-15', '1 day', 'America/New_York');
SELECT public.create_monthly_partition('from_ny', '2025-01-15'::date);
SET search_path = public;
SET client_min_messages = warning;
DROP SCHEMA part_zones, evil CASCADE;
