#!/bin/bash
# What partitions cost: ours against the server's own statements, the naive function and pg_partman.
# Needs a server with the extension (PGHOST, PGPORT, ... say which) and a superuser; uses a database
# of its own. Rounds are interleaved and the median of them is shown. To drop thousands of
# partitions at once the server needs max_locks_per_transaction = 4096.
#
#   bench/partition/run.sh [rounds]
set -euo pipefail
rounds=${1:-5}
export PGDATABASE=gb_bench_partition PGOPTIONS='-c client_min_messages=warning'
sql() { psql -qXAt -v ON_ERROR_STOP=1 "$@"; }

psql -qX -d postgres -c "DROP DATABASE IF EXISTS $PGDATABASE" -c "CREATE DATABASE $PGDATABASE"
sql <<'SQL'
CREATE EXTENSION gb_enums;
CREATE FUNCTION fresh() RETURNS void LANGUAGE sql AS $$
    DROP TABLE IF EXISTS t CASCADE;
    CREATE TABLE t (id bigint, at timestamptz NOT NULL, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE INDEX ON t (at) $$;
-- as such functions are usually written
CREATE FUNCTION naive(at date, size interval, form text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF t FOR VALUES FROM (%L) TO (%L)', 't_' || to_char(at, form), at, at + size);
END $$;
SQL
partman=$(sql -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_partman'")
if [ "$partman" = 1 ]; then sql -c 'CREATE SCHEMA partman' -c 'CREATE EXTENSION pg_partman SCHEMA partman'; fi

# The statements that make $2 partitions of $3 each, from 2024 on, one transaction each.
statements() {
    local dates="SELECT format(\$f\$%s\$f\$, d::date, (d + interval '1 $3')::date, to_char(d, 'YYYY_MM_DD')) FROM generate_series(timestamp '2024-01-01', timestamp '2024-01-01' + ($2 - 1) * interval '1 $3', interval '1 $3') d"
    case $1 in
        of)     sql -c "$(printf "$dates" 'CREATE TABLE t_%3$s PARTITION OF t FOR VALUES FROM (%1$L) TO (%2$L);')" ;;
        attach) sql -c "$(printf "$dates" 'BEGIN; CREATE TABLE t_%3$s (LIKE t INCLUDING ALL); ALTER TABLE t ATTACH PARTITION t_%3$s FOR VALUES FROM (%1$L) TO (%2$L); COMMIT;')" ;;
        naive)  sql -c "$(printf "$dates" "SELECT naive(%1\$L, '1 $3', 'YYYY_MM_DD');")" ;;
        ours)   sql -c "$(printf "$dates" "SELECT gb_partition_create('t', %1\$L, '1 $3');")" ;;
        partman) sql -c "$(printf "$dates" "SELECT partman.create_partition_time('public.t', ARRAY[%1\$L::timestamptz]);")" ;;
    esac
}
# Milliseconds that a script takes.
clock() { local from; from=$(date +%s%N); sql -f "$1" > /dev/null; echo $(( ($(date +%s%N) - from) / 1000 )); }
median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
ways="of attach naive ours"
if [ "$partman" = 1 ]; then ways="$ways partman"; fi
compare() { # title count unit before
    for way in $ways; do statements "$way" "$2" "$3" > "$dir/$way.sql"; : > "$dir/$way.times"; done
    for ((round = 0; round < rounds; round++)); do
        for way in $ways; do
            sql -c 'SELECT fresh()' ${4:+-f "$4"} > /dev/null
            if [ "$way" = partman ]; then
                sql -c "DELETE FROM partman.part_config" -c "SELECT partman.create_parent('public.t', 'at', 'native', '1 ${3/day/day}', p_premake => 1, p_start_partition => '2050-01-01')" > /dev/null
            fi
            echo $(( $(clock "$dir/$way.sql") / $2 )) >> "$dir/$way.times"
        done
    done
    for way in $ways; do printf '%-28s %-8s %8.2f ms each\n' "$1" "$way" "$(echo "$(median < "$dir/$way.times") / 1000" | bc -l)"; done
}
compare '120 monthly' 120 month
compare '1,000 daily' 1000 day
many=$dir/many.sql
sql -c "SELECT format('CREATE TABLE old_%s PARTITION OF t FOR VALUES FROM (%L) TO (%L);', n, date '2000-01-01' + n, date '2000-01-01' + n + 1) FROM generate_series(1, 5000) n" > "$many"
ways="attach ours" rounds=1 compare '20 daily beside 5,000' 20 day "$many"

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
psql -qX -d postgres -c "DROP DATABASE $PGDATABASE"
