-- views of every form give after a conversion what they gave before
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE SCHEMA convert_views;
SET search_path = convert_views, public;
CREATE TYPE nat AS ENUM ('low', 'none', 'high', 'medium', 'critical');
CREATE TABLE t (id int PRIMARY KEY, status varchar(20) DEFAULT 'ready', prio text, n nat, r int, c char(12), sm smallint);
INSERT INTO t SELECT i, (ARRAY['pending', 'ready', 'running', 'completed', NULL])[1 + i % 5], (ARRAY['low', 'high', 'urgent', 'normal'])[1 + i % 4],
    (enum_range(NULL::nat))[1 + i % 5], i % 5, (ARRAY['pending', 'ready', 'running'])[1 + i % 3], i % 4 FROM generate_series(1, 60) i;
CREATE TABLE l (id int, o text COLLATE "und-x-icu", p text);
INSERT INTO l SELECT i, (ARRAY['b', 'B', 'a', 'A'])[1 + i % 4], (ARRAY['a', 'C'])[1 + i % 2] FROM generate_series(1, 60) i;
SELECT gb_enum_create('letter', '{a,B,b,A}');
CREATE TABLE u (id int, s text, p varchar(20));
INSERT INTO u SELECT i, (ARRAY['pending', 'ready', 'x'])[1 + i % 3], 'low' FROM generate_series(1, 10) i;
CREATE TABLE shape (n int GENERATED ALWAYS AS IDENTITY, query text);
INSERT INTO shape (query) VALUES
    ($$select status, prio from t$$),
    ($$select distinct status from t$$),
    ($$select distinct status from t order by status$$),
    ($$select status s1, status s2, upper(status) from t$$),
    ($$select status, count(*) from t group by status having count(*)>2 and status <> 'ready'$$),
    ($$select status, prio, count(*) from t group by rollup(status, prio)$$),
    ($$select grouping(status), status from t group by cube(status)$$),
    ($$select status from t order by status desc nulls last limit 7$$),
    ($$select id from t order by status, id limit 9$$),
    ($$select status from t union select s from u$$),
    ($$select status from t intersect select status from t where id<30$$),
    ($$select status from t except select 'ready'$$),
    ($$select status from (select status from t offset 0) x where status='ready'$$),
    ($$select x.st from (select status st, row_number() over (partition by status order by status, id) rn from t) x where rn=2$$),
    ($$with a as (select * from t), b as (select status, prio from a where status in ('ready','pending')) select b.status, a.id from a join b on a.status=b.status and a.prio=b.prio where a.id<20$$),
    ($$with recursive r as (select status, 1 d from t where id=1 union all select t.status, d+1 from r join t on t.id=r.d+1 where d<5) select * from r$$),
    ($$select t.status, u.s from t left join u on t.status=u.s$$),
    ($$select t.status from t where t.status in (select s from u)$$),
    ($$select t.status from t where status not in (select s from u)$$),
    ($$select t.status from t where t.status = any(array(select s from u))$$),
    ($$select s from u where s in (select status from t)$$),
    ($$select s from u where exists (select 1 from t where t.status=u.s)$$),
    ($$select (select t.status from t where t.id=u.id) as st from u$$),
    ($$select u.s = (select t.status from t where t.id=u.id) as st from u$$),
    ($$select status = 'ready' a, status <> 'ready' b, 'ready'=status c, status is null d, status is not null e, status = null f, not status='x' g from t$$),
    ($$select status is distinct from 'ready' a, nullif(status,'ready') b, coalesce(status,'none') c, greatest(status,'m') d, status between 'a' and 'q' e from t$$),
    ($$select case status when 'ready' then 1 when 'zzz' then 2 else 3 end a, case when status='ready' then status else 'other' end b, case when prio='low' then status end c from t$$),
    ($$select array_agg(status order by status) a, string_agg(status,',' order by id) b, min(status) c, max(prio) d, count(distinct status) e, count(status) filter (where status='ready') f from t$$),
    ($$select status like 'p%' a, status ~ '^r' b, status || 'x' c, substring(status from 1 for 2) d, length(status) e, status::text f, status::varchar(3) g, status::char(3) h, concat(status, prio) i, format('%s',status) j from t$$),
    ($$select to_jsonb(t) - 'r' - 'sm' as x from t$$),
    ($$select row_to_json(x) from (select status, prio from t) x$$),
    ($$select jsonb_build_object('a',status,'b',n) from t$$),
    ($$select n, n::text tx, n='low' a, n<'high' b, n in ('low','critical') c, n <> all(array['low','high']::nat[]) d, enum_range(n) e from t$$),
    ($$select n from t order by n desc, id$$),
    ($$select min(n), max(n) from t$$),
    ($$select n, count(*) from t group by n order by n$$),
    ($$select r, r+1 a, r=2 b, r<3 c, r in (1,2,9) d, r between 1 and 3 e, r::text f, sum(r) over (order by id) g, r > sm h, r = 9 i from t$$),
    ($$select sum(r), avg(r), max(r) from t$$),
    ($$select r from t order by r desc, id$$),
    ($$select r, count(*) from t group by r order by r$$),
    ($$select sm, sm*2 x, sm=1::smallint a, sm=1 b, sm>=2 c, sm<>all(array[1,2]) d, sm = 1::bigint e, 2 > sm f, sm = r g from t$$),
    ($$select c, c='ready' a, c||'x' b, length(c) l, c in ('ready','pending') d, c=status e, c::text f from t$$),
    ($$select distinct on (status) status, id from t order by status, id$$),
    ($$select distinct on (status, prio) id, status from t order by prio, status, id$$),
    ($$select x.a from t, lateral (select t.status as a where t.prio='low') x$$),
    ($$select v.x from t, lateral (values (t.status),(t.prio)) v(x)$$),
    ($$select f.x from t, lateral unnest(array[t.status]) f(x)$$),
    ($$select g.* from t, lateral (select status from t t2 where t2.status=t.status limit 1) g$$),
    ($$select a.status, b.status b from t a full join t b on a.status=b.status and a.id=b.id$$),
    ($$select status from t where status similar to '(p|r)%'$$),
    ($$select percentile_disc(0.5) within group (order by status) from t$$),
    ($$select mode() within group (order by status) from t$$),
    ($$select lag(status) over (order by id) l, first_value(status) over (partition by status order by id) f, dense_rank() over (order by status) r, count(*) over w from t window w as (partition by prio order by status)$$),
    ($$select status from t where id in (1,2) union all (select status from t order by status limit 3) union all select status from t where id=4$$),
    ($$(select status, id from t order by status, id limit 3) union all (select prio, id from t limit 2)$$),
    ($$select * from (select status a from t union select status from t) x where a = 'ready'$$),
    ($$select status from t tablesample bernoulli(100)$$),
    ($$select status as "Weird Name", prio "select" from t$$),
    ($$select count(*) from t where status = any(string_to_array('ready,pending',','))$$),
    ($$select count(*) from t where status = any('{ready,zzz}') and status <> all('{x,y}')$$),
    ($$select count(*) from t where status = any(array['ready', prio])$$),
    ($$select count(*) from t where status = any(array[null,'ready'])$$),
    ($$select status collate "C" x, status < 'q' collate "C" y from t$$),
    ($$select (t).status from t$$),
    ($$select status from t for update$$),
    ($$select 1 from t where coalesce(status,'') = ''$$),
    ($$select exists(select status from t where status='ready') a, array(select status from t order by id) b$$),
    ($$select status, (select string_agg(t2.status, ',' order by t2.id) from t t2 where t2.status=t.status) x from t$$),
    ($$select s.status, sum(x) from (select status, 1 x from t union all select status, 2 from t) s group by s.status order by sum(x), s.status$$),
    ($$select status from t group by status, prio order by prio, status$$),
    ($$select prio, status from t order by 1 desc, 2 limit 10$$),
    ($$select upper(status) from t order by upper(status), status limit 5$$),
    ($$select status, prio, rank() over (order by status desc, prio) from t order by status limit 10$$),
    ($$select xmlelement(name a, status) from t$$),
    ($$select status::bytea from t$$),
    ($$select hashtext(status), md5(status) from t$$),
    ($$select extract(year from now())>0 and status='ready' x from t$$),
    ($$select pg_column_size(status)>0 x from t$$),
    ($$select t1.status = t2.prio x from t t1, t t2 where t1.id=t2.id$$),
    ($$select status from t where (select true where status = 'ready')$$),
    ($$select json_agg(status) from t$$),
    ($$select count(*) from t where row(status, 1) = row('ready', 1)$$),
    ($$select count(*) from t where status in ('ready')$$),
    ($$select count(*) from t where status in ('ready', prio)$$),
    ($$select j.a, j.s1, j.s2 from (t t1 join u u1 on t1.id=u1.id) j(a,s1,pr,n1,r1,c1,sm1,uid,s2,p2) where j.s1 = j.s2$$),
    ($$select j.st from (t t1 left join t t2 on t1.id=t2.id+1) j(i,st,p,n,r,c,sm,i2,st2) where st2 = 'ready'$$),
    ($$select status from t where prio = (select max(prio) from t t2 where t2.status=t.status)$$),
    ($$select status, count(*) from t group by status having max(prio) > 'l' and status = any(select s from u)$$),
    ($$with a as materialized (select status st, id from t), b as (with a2 as (select st from a) select st from a2 union all select s from u) select st, (select count(*) from a where a.st=b.st) n from b$$),
    ($$with a as (select status st from t) select st, (with c as (select st x from a where st='ready') select count(*) from c) from a group by st$$),
    ($$select t.id from t join u on (t.status = u.s and exists (select 1 from u u2 where u2.s=t.status)) where t.id<30$$),
    ($$select x.* from rows from (generate_series(1,3), unnest(array['ready'])) x(a,b) join t on t.status=x.b and t.id=x.a+1$$),
    ($$select l.x from t, lateral (select status as x union all select prio) l where t.id<5$$),
    ($$select l.x from t, lateral (select t.status as x union select t2.status from t t2 where t2.id=t.id) l where t.id<5$$),
    ($$select case when count(*) filter (where status='ready')>0 then max(status) end, sum(case status when 'ready' then 1 else 0 end) from t group by prio$$),
    ($$select rank() over w, status from t window w as (partition by status order by prio desc, status rows between 1 preceding and current row)$$),
    ($$select * from (select status, prio, count(*) over (partition by status, prio) from t) z where status='ready' or prio in ('low','zz')$$),
    ($$select a.status from t a, t b, u where a.status=b.status and b.status=u.s and a.id=b.id$$),
    ($$select status from t where not (status = 'ready' or status in ('pending','running')) and (prio is null or prio <> 'low')$$),
    ($$select status from t where (status,id) in (select s,id from u)$$),
    ($$select status from t where (status,prio) in (('ready','low'),('pending','high'))$$),
    ($$select upper(s.x), s.x = 'ready' from (select coalesce(status, prio) x from t) s$$),
    ($$select s.x, count(*) from (select coalesce(status, 'none') x from t) s group by s.x$$),
    ($$select status s, 'lit' l, null::text n from t union all select 'none', prio, status from t$$),
    ($$(select status from t except select 'ready') intersect (select status from t union select prio from t)$$),
    ($$select status from (select status from t union all select status from t order by 1 limit 7) q order by status$$),
    ($$select t.status, x.y from t left join (select 'k' y, status z from t t9 where t9.status='ready' limit 1) x on x.z = t.status$$),
    ($$select distinct status, prio from t order by prio, status$$),
    ($$select distinct prio, n from t$$),
    ($$select n from t union select 'low'::nat$$),
    ($$select n from t union all select n from t where n > 'none'$$),
    ($$select max(n) over (order by n) m, n::text || 'x' z, array[n] a, coalesce(n, 'low') c, case n when 'low' then 'none'::nat else n end d from t$$),
    ($$select n from t where n = any(array['low','high']::nat[]) and n <> 'high' and n::text like 'l%'$$),
    ($$select * from (select n from t group by n) q where n in ('low')$$),
    ($$select t.n from t join (values ('low'::nat),('high')) v(n) on v.n=t.n$$),
    ($$select r::bigint + 1 a, r::numeric b, r::smallint c, -r d, abs(r) e, r % 2 f, r = any(array[1,2,7]) g, r not in (1,2) h, r <> 3 i, 3 >= r j, r is null k, r between sm and 4 l, r = 2.0 m, r::float8 n from t$$),
    ($$select generate_series(1, r) from t$$),
    ($$select x from t, generate_series(0, t.r) x$$),
    ($$select r, sm from t where (r, sm) < (2, 3)$$),
    ($$select to_char(r, '99') a, r::text || 'z' b, lpad(r::text, 3) c from t$$),
    ($$select sum(r) filter (where r > 1), avg(sm), max(r), bool_or(r=4) from t$$),
    ($$select id % (r+1) from t group by id, r$$),
    ($$select r+1, count(*) from t group by r+1 order by r+1$$),
    ($$select t.id from t join u on u.id = t.r$$),
    ($$select t.id from t where r = (select min(id) from u)$$),
    ($$select t.id from t where r in (select id from u)$$),
    ($$select c, upper(c), c like 'r%' a, c < 'q' b, c = any(array['ready','zz']::char(12)[]) d, trim(c) e, substr(c,1,2) f, c::varchar(4) g from t$$),
    ($$select c::text x from t order by c, id$$),
    ($$select c::text x, count(*) from t group by c order by 1$$),
    ($$select t.id from t join u on t.c = u.s$$),
    ($$select t.id from t where c = prio or c = 'ready   '$$),
    ($$select (array_agg(status order by t.id))[1] s, status = any(array_agg(s)) b from t, u where t.id=u.id group by status$$),
    ($$select status::text x, id from t where status = 'ready' order by status desc, id limit 20$$),
    ($$select status::text x, id from t where prio <> 'low' and status is not null order by status desc, id limit 20$$),
    ($$select status::text x, id from t where n = 'low' or r > 1 order by status desc, id limit 20$$),
    ($$select status::text x, id from t where sm in (1, 2) and c <> 'running' order by status desc, id limit 20$$),
    ($$select prio::text x, id from t where status = 'ready' order by prio desc, id limit 20$$),
    ($$select prio::text x, id from t where prio <> 'low' and status is not null order by prio desc, id limit 20$$),
    ($$select prio::text x, id from t where n = 'low' or r > 1 order by prio desc, id limit 20$$),
    ($$select prio::text x, id from t where sm in (1, 2) and c <> 'running' order by prio desc, id limit 20$$),
    ($$select n::text x, id from t where status = 'ready' order by n desc, id limit 20$$),
    ($$select n::text x, id from t where prio <> 'low' and status is not null order by n desc, id limit 20$$),
    ($$select n::text x, id from t where n = 'low' or r > 1 order by n desc, id limit 20$$),
    ($$select n::text x, id from t where sm in (1, 2) and c <> 'running' order by n desc, id limit 20$$),
    ($$select c::text x, id from t where status = 'ready' order by c desc, id limit 20$$),
    ($$select c::text x, id from t where prio <> 'low' and status is not null order by c desc, id limit 20$$),
    ($$select c::text x, id from t where n = 'low' or r > 1 order by c desc, id limit 20$$),
    ($$select c::text x, id from t where sm in (1, 2) and c <> 'running' order by c desc, id limit 20$$);
-- types that a set operation makes one of
INSERT INTO shape (query) VALUES
    ($$select r from t union all select sm from t$$), ($$select sm from t union all select r from t$$), ($$select sm from t union all select id from t$$), ($$select sm from t union all select 2.5$$),
    ($$select status from t union select c from t$$), ($$select c from t union select s from u$$), ($$select * from (select sm x from t union select id from t) z where x = 3$$),
    ($$select z.x + 1 y, x = 3 e from (select sm x from t union select r from t) z where x in (1, 2)$$), ($$select upper(z.x) from (select status x from t union select c from t) z where x = 'ready'$$),
    ($$select status from t union all select status from t limit (select count(*) from t where status = 'ready')$$), ($$with a as (select status x from t union all select c from t) select a.x::text || '!' y from a join t on t.status = a.x where t.id < 4$$);
-- a collation of the column's own: its order stays
INSERT INTO shape (query) VALUES
    ($$select o from l$$), ($$select o < 'a' a, o > 'Z' b, upper(o) c, o = 'a' d, o collate "C" < 'B' e, o || 'x' f, o is distinct from 'b' g from l$$), ($$select o from l order by o, id limit 17$$), ($$select distinct o from l order by o$$),
    ($$select min(o), max(o), string_agg(o, '' order by o) from l$$), ($$select rank() over (order by o desc), id from l$$), ($$select o from l union select 'c' order by 1$$), ($$select upper(x) from (select o x from l) z where x > 'B'$$), ($$select o < coalesce(p, 'x') y from l$$);
SELECT count(*) AS views FROM shape;
DO $do$ DECLARE s record; BEGIN FOR s IN SELECT * FROM shape LOOP EXECUTE format('CREATE VIEW %I AS %s', 'v' || s.n, s.query); END LOOP; END $do$;
-- What a view gives: codes of integer columns and padded blanks are told by another name afterwards.
CREATE FUNCTION gives(n int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT string_agg(r, E''\n'' ORDER BY r) FROM (SELECT v::text AS r FROM %I v) z', 'v' || n) INTO result;
    RETURN result;
EXCEPTION WHEN OTHERS THEN
    RETURN sqlerrm;
END $$;
CREATE TABLE before AS SELECT n, gives(n) AS result FROM shape;
SELECT n, result FROM before WHERE result ~ 'does not exist|cannot';
SELECT count(*) FROM gb_enum_convert_table('t', '{"status": "task_status", "prio": "task_priority", "n": "risk_level", "r": "risk_level", "c": "task_status", "sm": "risk_level"}', dry_run => false) WHERE statement LIKE 'CREATE VIEW%';
SELECT count(*) FROM gb_enum_convert('l', 'o', 'letter', dry_run => false) WHERE statement LIKE 'CREATE VIEW%';
-- those that differ: they show the column itself, which was an integer or had blanks after it
SELECT s.query, regexp_replace(pg_get_viewdef(('v' || n)::regclass), '\m[tl]\.(?=\w)', '', 'g') AS is_now FROM shape s JOIN before b USING (n) WHERE gives(n) IS DISTINCT FROM b.result ORDER BY n \g (format=unaligned)
SELECT count(*) AS columns, count(*) FILTER (WHERE atttypid IN ('task_status'::regtype, 'task_priority'::regtype, 'risk_level'::regtype)) AS enumerations
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'convert_views'::regnamespace AND c.relkind = 'v';
-- and back again through a dump's eyes: what is stored reads as what was written
DO $do$
DECLARE
    v record;
    again text;
BEGIN
    PERFORM set_config('search_path', 'pg_catalog', true);
    FOR v IN SELECT c.oid, c.relname, pg_get_viewdef(c.oid) AS definition FROM pg_class c WHERE c.relnamespace = 'convert_views'::regnamespace AND c.relkind = 'v' LOOP
        EXECUTE 'CREATE TEMP VIEW again AS ' || v.definition;
        again := pg_get_viewdef('pg_temp.again'::regclass);
        IF again <> v.definition THEN
            RAISE WARNING '%: %', v.relname, again;
        END IF;
        DROP VIEW pg_temp.again;
    END LOOP;
END $do$;
-- a view shows values, also of a column that becomes codes: what is over the view is about values
CREATE TABLE coded (id int, status text DEFAULT 'ready');
INSERT INTO coded VALUES (1, 'ready'), (2, 'running'), (3, 'failed');
CREATE VIEW coded_shown AS SELECT id, status FROM coded;
ALTER VIEW coded_shown ALTER COLUMN status SET DEFAULT 'running';
CREATE VIEW coded_twice AS SELECT id, status, upper(status) AS loud FROM coded_shown WHERE status LIKE 'r%' OR status = 'failed';
CREATE MATERIALIZED VIEW coded_kept AS SELECT status, count(*) FROM coded_twice GROUP BY status;
CREATE INDEX ON coded_kept ((status || 'x')) WHERE status <> 'ready';
SELECT statement FROM gb_enum_convert('coded', 'status', 'task_status', store => 'smallint') WHERE statement LIKE '%DEFAULT%' \g (format=unaligned)
SELECT count(*) > 0 AS done FROM gb_enum_convert('coded', 'status', 'task_status', store => 'smallint', dry_run => false);
SELECT * FROM coded_twice ORDER BY id;
SELECT * FROM coded_kept ORDER BY status;
-- a view that cannot be made again has no statement
CREATE TABLE whole (id int, status text);
CREATE VIEW whole_shown AS SELECT id, (w).status FROM whole w;
CREATE VIEW whole_row AS SELECT (z.r).status FROM (SELECT w AS r FROM whole w) z;
SELECT kind, left(statement, 42) AS statement, detail FROM gb_enum_convert('whole', 'status', 'task_status') WHERE kind = 'stop' OR lock = 'ACCESS SHARE' \g (format=unaligned)
-- a column of a joined table that a view does not use has become of another type since
CREATE TABLE joined (id int, status text, unused int);
INSERT INTO joined VALUES (1, 'ready', 1), (2, 'running', 2);
CREATE VIEW joined_shown AS SELECT a.status, b.status AS other FROM joined a JOIN joined b USING (id);
ALTER TABLE joined ALTER unused TYPE text USING 'low';
SELECT count(*) > 0 AS done FROM gb_enum_convert_table('joined', '{"status": "task_status", "unused": "risk_level"}', dry_run => false);
SELECT pg_get_viewdef('joined_shown');
SELECT count(*) > 0 AS done FROM gb_enum_revert('joined', 'unused', dry_run => false);
SELECT count(*) > 0 AS done FROM gb_enum_revert('joined', 'status', dry_run => false);
SELECT count(*) > 0 AS done FROM gb_enum_convert_table('joined', '{"status": "task_status", "unused": "risk_level"}', dry_run => false);
SELECT * FROM joined_shown ORDER BY status;
-- a recursive query whose parts have lengths, and one of them not any more
CREATE TABLE lengths (id int, status varchar(20), kept varchar(20));
INSERT INTO lengths SELECT i, 'ready', 'kept ' || i % 3 FROM generate_series(1, 9) i;
CREATE VIEW lengths_shown AS
    WITH RECURSIVE r(id, a, b) AS (
        SELECT max(id), kept, kept FROM lengths GROUP BY kept HAVING count(kept) > 2
        UNION ALL SELECT l.id, l.kept, l.status FROM r JOIN lengths l ON l.id = r.id - 3)
    SELECT * FROM r;
SELECT count(*) > 0 AS done FROM gb_enum_convert('lengths', 'status', 'task_status', dry_run => false);
SELECT regexp_replace(pg_get_viewdef('lengths_shown'), '\mr\.(?=\w)', '', 'g') AS definition;
SELECT a, b, count(*) FROM lengths_shown GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) > 0 AS done FROM gb_enum_revert('lengths', 'status', 'varchar', 20, dry_run => false);
SELECT count(*) FROM lengths_shown;
-- (the same where it is told only by other queries: those it reads, the recursion itself, and elements of an array)
CREATE VIEW lengths_read AS
    WITH RECURSIVE r(id, a, b) AS (
        SELECT id, kept, kept FROM lengths WHERE id = 1
        UNION ALL
        SELECT r.id + 1, s.status, r.b FROM r JOIN (
            SELECT l.id, l.status FROM lengths l UNION ALL SELECT -l.id, l.kept FROM lengths l) s ON s.id = r.id + 1),
    t(id, a) AS (SELECT id, kept FROM lengths WHERE id = 1 UNION ALL SELECT t.id + 1, r.a FROM t JOIN r ON r.id = t.id + 1)
    SELECT t.id, t.a, r.b FROM t JOIN r USING (id);
CREATE VIEW lengths_moved AS
    WITH RECURSIVE r(id, a, b) AS (
        (SELECT id, kept, kept FROM lengths WHERE id = 1 UNION SELECT id, kept, kept FROM lengths WHERE id = 2 LIMIT 1)
        UNION ALL
        SELECT l.id, l.status, r.a FROM r JOIN lengths l ON l.id = r.id + 1)
    SELECT * FROM r;
CREATE VIEW lengths_array AS
    WITH RECURSIVE r(id, a, b) AS (
        SELECT id, (ARRAY[status])[1], kept FROM lengths WHERE id = 1
        UNION ALL SELECT l.id, l.kept, l.kept FROM r JOIN lengths l ON l.id = r.id + 1)
    SELECT * FROM r;
CREATE VIEW lengths_once AS
    WITH RECURSIVE r(id, a, b, c) AS (
        (SELECT DISTINCT max(id), kept, kept || status, status FROM lengths GROUP BY kept, status HAVING kept <> status ORDER BY kept, 1)
        UNION ALL SELECT l.id, l.status, r.b, l.kept FROM r JOIN lengths l ON l.id = r.id - 3)
    SELECT * FROM r;
CREATE TEMP VIEW lengths_all AS SELECT 'read' AS what, * FROM lengths_read UNION ALL SELECT 'moved', * FROM lengths_moved UNION ALL SELECT 'array', * FROM lengths_array UNION ALL SELECT b, id, a, c FROM lengths_once;
CREATE TEMP TABLE lengths_before AS SELECT * FROM lengths_all;
DROP VIEW lengths_all;
SELECT count(*) > 0 AS done FROM gb_enum_convert('lengths', 'status', 'task_status', dry_run => false);
CREATE TEMP VIEW lengths_all AS SELECT 'read' AS what, * FROM lengths_read UNION ALL SELECT 'moved', * FROM lengths_moved UNION ALL SELECT 'array', * FROM lengths_array UNION ALL SELECT b, id, a, c FROM lengths_once;
SELECT count(*) FROM (SELECT * FROM lengths_all EXCEPT SELECT * FROM lengths_before) z;
SELECT count(*) FROM lengths_all;
DROP VIEW lengths_all;
SELECT count(*) > 0 AS done FROM gb_enum_revert('lengths', 'status', 'varchar', 20, dry_run => false);
SELECT attrelid::regclass AS view, attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid IN ('lengths_read'::regclass, 'lengths_moved'::regclass, 'lengths_array'::regclass, 'lengths_once'::regclass) ORDER BY 1, attnum;
SELECT count(*) > 0 AS done FROM gb_enum_convert('lengths', 'status', 'task_status', dry_run => false);
SELECT count(*) > 0 AS done FROM gb_enum_revert('lengths', 'status', 'varchar', 20, dry_run => false);
DROP SCHEMA convert_views CASCADE;
