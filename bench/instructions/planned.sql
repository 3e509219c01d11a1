CREATE TABLE numbers (id integer PRIMARY KEY, k integer, c smallint, d smallint, t text, v varchar(20))
INSERT INTO numbers SELECT i, 1001 - i, i % 8, i % 7, 'x' || i, 'x' || i FROM generate_series(1, 1000) i
CREATE INDEX ON numbers (c)
VACUUM (FREEZE, ANALYZE) numbers
