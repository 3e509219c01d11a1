#!/bin/bash
# What partitions cost: ours against the server's own statements, the naive function and pg_partman.
# Needs a server with the extension (PGHOST, PGPORT, ... say which) and a superuser; uses a database
# of its own. To drop thousands of partitions at once the server needs max_locks_per_transaction =
# 4096. The ways take turns, partition by partition, so that whatever else the machine does hits all
# alike; shown are the median and the fifth of the partitions that was fastest.
#
#   bench/partition/run.sh
set -euo pipefail
export PGDATABASE=gb_bench_partition PGOPTIONS='-c client_min_messages=warning'
sql() { psql -qXAt -v ON_ERROR_STOP=1 "$@"; }

psql -qX -d postgres -c "DROP DATABASE IF EXISTS $PGDATABASE" -c "CREATE DATABASE $PGDATABASE"
sql <<'SQL'
CREATE EXTENSION gb_enums;
CREATE FUNCTION fresh(t text DEFAULT 't') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %1$I CASCADE;
        CREATE TABLE %1$I (id bigint, at timestamptz NOT NULL, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE INDEX ON %1$I (at)', t);
END $$;
-- as such functions are usually written
CREATE FUNCTION naive(t text, at date, size interval) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', t || to_char(at, '_YYYY_MM_DD'), t, at, at + size);
END $$;
SQL
partman=$(sql -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_partman'")
if [ "$partman" = 1 ]; then sql -c 'CREATE SCHEMA partman' -c 'CREATE EXTENSION pg_partman SCHEMA partman'; fi

median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT

# Makes $2 partitions of a $3 each in every way, beside $4 that are there.
compare() {
    local ways="of attach naive ours"
    if [ "$partman" = 1 ]; then ways="$ways partman"; fi
    if [ "$4" -gt 0 ]; then ways="attach ours"; fi
    for way in $ways; do
        sql -c "SELECT fresh('t_$way')" > /dev/null
        sql -c "SELECT format('CREATE TABLE old_${way}_%s PARTITION OF t_$way FOR VALUES FROM (%L) TO (%L);', n, date '2000-01-01' + n, date '2000-01-01' + n + 1) FROM generate_series(1, $4) n" > "$dir/old.sql"
        sql -f "$dir/old.sql"
    done
    if [[ $ways == *partman* ]]; then
        sql -c 'DELETE FROM partman.part_config' -c "SELECT partman.create_parent('public.t_partman', 'at', 'native', '1 $3', p_premake => 1, p_start_partition => '2050-01-01')" > /dev/null
    fi
    local statement
    for ((i = 0; i < $2; i++)); do
        for way in $ways; do
            case $way in
                of)      statement='CREATE TABLE t_of_%3$s PARTITION OF t_of FOR VALUES FROM (%1$L) TO (%2$L)' ;;
                attach)  statement='BEGIN\\; CREATE TABLE t_attach_%3$s (LIKE t_attach INCLUDING ALL)\\; ALTER TABLE t_attach ATTACH PARTITION t_attach_%3$s FOR VALUES FROM (%1$L) TO (%2$L)\\; COMMIT' ;;
                naive)   statement="SELECT naive('t_naive', %1\$L, %4\$L)" ;;
                ours)    statement="SELECT gb_partition_create('t_ours', %1\$L, %4\$L)" ;;
                partman) statement="SELECT partman.create_partition_time('public.t_partman', ARRAY[%1\$L::timestamptz])" ;;
            esac
            echo "$way|$i|$statement"
        done
    done > "$dir/plan"
    sql -c 'CREATE TEMP TABLE plan (way text, i int, statement text)' -c "\\copy plan FROM '$dir/plan' (FORMAT csv, DELIMITER '|', QUOTE E'\\001')" \
        -c "SELECT format(E'\\\\echo %s\n%s;', way, format(replace(statement, '\\\\', '\\'), d::date, (d + interval '1 $3')::date, to_char(d, 'YYYY_MM_DD'), '1 $3')) FROM plan, LATERAL (SELECT timestamp '2024-01-01' + i * interval '1 $3' AS d) x" > "$dir/run.sql"
    sql -c '\timing on' -f "$dir/run.sql" | awk '/^(of|attach|naive|ours|partman)$/ { if (way) print way, spent; way = $1; spent = 0 } /^Time/ { spent += $2 } END { print way, spent }' > "$dir/times"
    for way in $ways; do
        awk -v way="$way" '$1 == way { print $2 }' "$dir/times" | tail -n +5 | sort -n |
            awk -v title="$1" -v way="$way" '{ a[NR] = $1 } END { printf "%-28s %-8s median %7.2f ms, fastest fifth %7.2f ms\n", title, way, a[int((NR + 1) / 2)], a[int((NR + 4) / 5)] }'
    done
}
compare '120 monthly' 120 month 0
compare '1,000 daily' 1000 day 0

# Maintenance that has nothing to do, in a session that is there already and in a new one.
idle() {
    local n=$1
    sql -c 'SELECT fresh()' > /dev/null
    sql -c "SELECT format('CREATE TABLE old_%s PARTITION OF t FOR VALUES FROM (%L) TO (%L);', n, (current_date - $n + n)::text || ' 00:00+00', (current_date - $n + n + 1)::text || ' 00:00+00') FROM generate_series(1, $n - 1) n" > "$dir/old.sql"
    sql -f "$dir/old.sql"
    sql -c "SELECT gb_partition_manage('t', '1 day', 4, retain => '100 years')" -c 'CALL gb_partition_maintain()' > /dev/null
    echo 'CALL gb_partition_maintain();' > "$dir/idle.sql"
    pgbench -n -t 300 -f "$dir/idle.sql" 2> /dev/null | awk -v n="$n" '/latency average/ { printf "%-28s %-8s %8.2f ms each\n", "idle over " n " partitions", "ours", $4 }'
    pgbench -n -C -t 50 -f "$dir/idle.sql" 2> /dev/null | awk -v n="$n" '/latency average/ { printf "%-28s %-8s %8.2f ms each\n", "  in a new session", "ours", $4 }'
    if [ "$partman" = 1 ]; then
        sql -c "DELETE FROM partman.part_config" -c "SELECT fresh()" -c "SELECT partman.create_parent('public.t', 'at', 'native', '1 day', p_premake => 4, p_start_partition => (current_date - $n)::text)" > /dev/null
        echo "CALL partman.run_maintenance_proc();" > "$dir/idle.sql"
        pgbench -n -t 20 -f "$dir/idle.sql" 2> /dev/null | awk -v n="$n" '/latency average/ { printf "%-28s %-8s %8.2f ms each\n", "idle over " n " partitions", "partman", $4 }'
    fi
}
idle 10
idle 1000

# A month beside a DEFAULT with a million rows, while a writer inserts into that DEFAULT all the time.
blocked() { # way statements
    sql -c 'SELECT fresh()' -c "DELETE FROM gb_enums_internal.partition_set" -c 'CREATE TABLE t_default PARTITION OF t DEFAULT' \
        -c "INSERT INTO t SELECT n, '2000-01-01'::timestamptz + n * interval '1 second', 'some text' FROM generate_series(1, 1000000) n" -c 'VACUUM ANALYZE t' > /dev/null
    if [ "$1" = ours ]; then sql -c "SELECT gb_partition_manage('t', premake => 1)" > /dev/null; sql -c "CALL gb_partition_maintain(at => '2030-01-15')"; fi
    echo "INSERT INTO t VALUES (1000000 + random() * 1000000000, '1990-01-01'::timestamptz + random() * interval '9 years', 'x') ON CONFLICT DO NOTHING;" > "$dir/write.sql"
    (cd "$dir" && pgbench -n -c 1 -T 5 -l --log-prefix=w_"$1" -f write.sql > /dev/null 2>&1) & local writer=$!
    sleep 2
    local from; from=$(date +%s%N)
    sql -c "$2" > /dev/null
    local took=$(( ($(date +%s%N) - from) / 1000 ))
    wait $writer
    printf '%-28s %-8s %8.2f ms, longest write %.2f ms, median write %.2f ms\n' 'month beside DEFAULT 1 M' "$1" \
        "$(echo "$took / 1000" | bc -l)" "$(echo "$(cut -d' ' -f3 "$dir"/w_"$1".* | sort -n | tail -1) / 1000" | bc -l)" "$(echo "$(cut -d' ' -f3 "$dir"/w_"$1".* | median) / 1000" | bc -l)"
}
blocked none 'SELECT 1'
blocked of "CREATE TABLE t_2030_03 PARTITION OF t FOR VALUES FROM ('2030-03-01') TO ('2030-04-01')"
blocked ours "CALL gb_partition_maintain(at => '2030-02-15')"
# Last, since making the 5,000 takes minutes.
compare '40 daily beside 5,000' 40 day 5000
psql -qX -d postgres -c "DROP DATABASE $PGDATABASE"
