CREATE TABLE statuses AS SELECT id, k, as_task_status(c) AS c, as_task_status(d) AS d, t, v FROM numbers
ALTER TABLE statuses ADD PRIMARY KEY (id)
CREATE INDEX ON statuses (c)
VACUUM (FREEZE, ANALYZE) statuses
