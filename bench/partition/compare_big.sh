#!/bin/bash
# What partitions of big tables cost: rows that leave DEFAULT, retention behind a long reader, a plain table that is
# converted while it is used. Beside it what the server does for the same with its own statements, and pg_partman.
# Called by compare.sh; needs a server with both extensions and a superuser, and uses a database of its own.
#
#   ROWS=5000000 CONVERTED=1500000 bench/partition/compare_big.sh
set -euo pipefail
export PGDATABASE=gb_compare_big PGOPTIONS='-c client_min_messages=error -c timezone=UTC'
rows=${ROWS:-5000000} converted=${CONVERTED:-1500000} slots=60
sql() { psql -qXAt -v ON_ERROR_STOP=1 "$@"; }
say() { printf '%-26s %-8s %s\n' "$1" "$2" "$3"; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

psql -qX -d postgres -c "DROP DATABASE IF EXISTS $PGDATABASE" -c "CREATE DATABASE $PGDATABASE"
sql <<'SQL'
CREATE EXTENSION gb_enums;
CREATE SCHEMA partman;
CREATE EXTENSION pg_partman SCHEMA partman;
CREATE FUNCTION partitioned(t text, with_default boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %1$I (id bigint, at timestamptz NOT NULL, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)', t);
    EXECUTE format('CREATE INDEX ON %I (at)', t);
    IF with_default THEN
        EXECUTE format('CREATE TABLE %2$I PARTITION OF %1$I DEFAULT', t, t || '_default');
    END IF;
END $$;
-- rows over so many days, the last of which was the day before yesterday
CREATE FUNCTION rows(n bigint, days integer) RETURNS TABLE (id bigint, at timestamptz, v text) LANGUAGE sql AS $$
    SELECT i, date_trunc('day', now()) - interval '1 day' - (i % days + 1) * interval '1 day' + (i / days % 86400) * interval '1 second', md5(i::text)
    FROM generate_series(1, n) i
$$;
SQL

# longest WHAT: the longest that a statement took, in milliseconds, of those which a pgbench writes to $dir/WHAT.*
longest() { cat "$dir/$1".* | awk '$3 > max { max = $3 } END { printf "%.0f ms", max / 1000 }'; }
# meanwhile WHAT STATEMENT COMMAND...: executes the statement again and again while a command runs.
meanwhile() {
    local what=$1 pid
    rm -f "$dir/$what".*
    echo "$2" >"$dir/statement.sql"
    shift 2
    pgbench -n -T 3600 -R 100 -f "$dir/statement.sql" -l --log-prefix="$dir/$what" >/dev/null 2>&1 &
    pid=$!
    sleep 0.5
    "$@"
    sleep 2  # pgbench writes what it knows in blocks
    kill "$pid" 2>/dev/null || true
    wait "$pid" || true
}
# took COMMAND...: the seconds that a command takes.
took() {
    local begun=$EPOCHREALTIME
    "$@" >/dev/null
    awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'
}
per_second() { awk -v rows="$1" -v seconds="$2" 'BEGIN { printf "%d rows a second", rows / seconds }'; }

# Rows leave DEFAULT for partitions of their own, while somebody writes today's rows.
sql -c "SELECT partitioned('by_hand', false)" -c "CREATE TABLE source AS SELECT * FROM rows($rows, $slots)" >/dev/null
sql -c "SELECT format('CREATE TABLE by_hand_%s PARTITION OF by_hand FOR VALUES FROM (%L) TO (%L);', i + $slots + 1, date_trunc('day', now()) + i * interval '1 day', date_trunc('day', now()) + (i + 1) * interval '1 day') FROM generate_series(-$slots - 1, 1) i" | sql
sql -c CHECKPOINT
seconds=$(took sql -c 'INSERT INTO by_hand SELECT * FROM source')
say "rows, INSERT ... SELECT" server "$(per_second "$rows" "$seconds")"
sql -c 'DROP TABLE by_hand'
for way in ours partman; do
    sql -c "SELECT partitioned('$way', $([[ $way == ours ]] && echo true || echo false))" >/dev/null
    if [[ $way == ours ]]; then
        sql -c "SELECT gb_partition_create('ours', now(), '1 day')" -c "SELECT gb_partition_manage('ours', '1 day', premake => 0)" >/dev/null
        command="CALL gb_partition_backfill('ours')"
    else
        sql -c "SELECT partman.create_parent('public.partman', 'at', 'native', '1 day', p_premake => 1, p_start_partition => now()::date::text)" >/dev/null
        command="CALL partman.partition_data_proc('public.partman')"
    fi
    sql -c "INSERT INTO ${way} SELECT * FROM source" -c "ANALYZE ${way}_default" -c CHECKPOINT
    writes="INSERT INTO $way VALUES (-(random() * 1e15)::bigint, now(), 'x');"
    seconds=$(meanwhile "write_$way" "$writes" took sql -c "$command")
    left=$(sql -c "SELECT count(*) FROM ${way}_default")
    say 'rows leave DEFAULT' $way "$(per_second "$((rows - left))" "$seconds"), longest write $(longest "write_$way"), $left left"
    sql -c "DROP TABLE $way CASCADE" -c 'DELETE FROM partman.part_config'
done
sql -c 'DROP TABLE source'

# 20 partitions are retired while somebody reads the table for 25 seconds.
for way in ours partman; do
    sql -c "SELECT partitioned('$way', false)" >/dev/null
    if [[ $way == ours ]]; then
        sql -c "SELECT gb_partition_create('ours', now() - i * interval '1 day', '1 day') FROM generate_series(0, 24) i" \
            -c "SELECT gb_partition_manage('ours', '1 day', premake => 0, retain => '4 days', on_expire => 'drop')" >/dev/null
        command='CALL gb_partition_maintain()'
    else
        sql -c "SELECT partman.create_parent('public.partman', 'at', 'native', '1 day', p_premake => 1, p_start_partition => (now() - interval '24 days')::date::text)" \
            -c "UPDATE partman.part_config SET retention = '4 days', retention_keep_table = false" -c "INSERT INTO partman VALUES (1, now(), 'x')" >/dev/null
        command='CALL partman.run_maintenance_proc()'
    fi
    before=$(sql -c "SELECT count(*) FROM pg_inherits WHERE inhparent = '$way'::regclass")
    sql -c "BEGIN" -c "SELECT count(*) FROM $way" -c "SELECT pg_sleep(25)" -c COMMIT >/dev/null &
    reader=$!
    sleep 1
    meanwhile "read_$way" "SELECT count(*) FROM $way WHERE at > now();" sql -c "$command"
    gone=$((before - $(sql -c "SELECT count(*) FROM pg_inherits WHERE inhparent = '$way'::regclass")))
    wait "$reader"
    sql -c "$command"
    then_gone=$((before - gone - $(sql -c "SELECT count(*) FROM pg_inherits WHERE inhparent = '$way'::regclass")))
    say 'retired behind a reader' $way "readers wait $(longest "read_$way"), $gone partitions fewer; $then_gone fewer by the next run"
    sql -c "DROP TABLE $way CASCADE" -c 'DELETE FROM partman.part_config'
done

# A plain table becomes a partitioned one, by a copy that follows its rows.
sql -c 'CREATE TABLE ours (id bigint, at timestamptz NOT NULL, v text, PRIMARY KEY (id, at))' -c "INSERT INTO ours SELECT * FROM rows($converted, $slots)" \
    -c 'CREATE INDEX ON ours (at)' -c 'VACUUM ANALYZE ours' -c CHECKPOINT
seconds=$(took sql -c "CALL gb_partition_convert('ours', 'at', '1 day', method => 'copy')")
sql -c 'CREATE TABLE by_hand (LIKE ours INCLUDING ALL) PARTITION BY RANGE (at)'
sql -c "SELECT format('CREATE TABLE by_hand_%s PARTITION OF by_hand %s;', row_number() OVER (), pg_get_expr(c.relpartbound, c.oid)) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'ours'::regclass" | sql
sql -c CHECKPOINT
# From the plain table that the conversion keeps, in the order in which that has its rows.
by_hand=$(took sql -c 'INSERT INTO by_hand SELECT * FROM ours_old')
say 'conversion by copy' server "$by_hand s for INSERT ... SELECT of $converted rows into the same partitions"
say 'conversion by copy' ours "$seconds s, $(awk -v a="$seconds" -v b="$by_hand" 'BEGIN { printf "%.2f", a / b }') times as long"
psql -qX -d postgres -c "DROP DATABASE $PGDATABASE"
