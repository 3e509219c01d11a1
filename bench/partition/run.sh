#!/bin/bash
# What partitions cost: ours against the server's own statements, the naive function and pg_partman.
# Needs a server with the extension (PGHOST, PGPORT, ... say which) and a superuser; uses a database
# of its own. To drop thousands of partitions at once the server needs max_locks_per_transaction =
# 4096. The ways take turns, partition by partition, so that whatever else the machine does hits all
# alike. Takes 2 to 3 minutes and not much more than 4: a part that the machine is too slow for ends
# early, and says how far it came.
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

# At most so many seconds for what is measured; what is done until then counts.
bounded() { timeout "$@" || [ $? = 124 ]; }
median() { sort -n | awk '{ a[NR] = $1 } END { print NR ? a[int((NR + 1) / 2)] : "-" }'; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT

# compare SECONDS COUNT UNIT WAY...: makes COUNT partitions of a UNIT each in every way, each way in
# a table of its own, or all in $table. Shown are the median and the fifth that was fastest; and, as
# the load of the machine changes, the median of what one partition takes compared with the one that
# LIKE and ATTACH made just before or after it.
table=
compare() {
    local seconds=$1 count=$2 unit=$3 title="$2 of 1 $3" statement way i years
    shift 3
    for way in "$@"; do
        if [ -n "$table" ]; then continue; fi
        sql -c "SELECT fresh('t_$way')" > /dev/null
        if [ "$way" = partman ]; then
            sql -c 'DELETE FROM partman.part_config' -c "SELECT partman.create_parent('public.t_partman', 'at', 'native', '1 $unit', p_premake => 1, p_start_partition => '2050-01-01')" > /dev/null
        fi
    done
    if [ -n "$table" ]; then title="$title beside $(sql -c "SELECT count(*) FROM pg_inherits WHERE inhparent = '$table'::regclass")"; fi
    for way in "$@"; do
        # shellcheck disable=SC2016 # the server's format() puts them in
        case $way in
            of)      statement='CREATE TABLE %5$s_%3$s PARTITION OF %5$s FOR VALUES FROM (%1$L) TO (%2$L)' ;;
            attach)  statement='BEGIN\; CREATE TABLE %5$s_%3$s (LIKE %5$s INCLUDING ALL)\; ALTER TABLE %5$s ATTACH PARTITION %5$s_%3$s FOR VALUES FROM (%1$L) TO (%2$L)\; COMMIT' ;;
            naive)   statement='SELECT naive(%5$L, %1$L, %4$L)' ;;
            ours)    statement='SELECT gb_partition_create(%5$L, %1$L, %4$L)' ;;
            partman) statement='SELECT partman.create_partition_time(%6$L, ARRAY[%1$L::timestamptz])' ;;
        esac
        years=0
        if [ -n "$table" ]; then years=$((10 * ${#way})); fi
        # Each has its turn first as often as the others.
        for ((i = 0; i < count; i++)); do echo "$i|$(((i + ${#way}) % $#))|$way|${table:-t_$way}|$years|$statement"; done
    done > "$dir/plan"
    sql -c 'CREATE TEMP TABLE plan (i int, turn int, way text, t text, years int, statement text)' \
        -c "\\copy plan FROM '$dir/plan' (FORMAT csv, DELIMITER '|', QUOTE E'\\001')" \
        -c "SELECT format(E'\\\\echo %s %s\n%s;', way, i, format(statement, d::date, (d + interval '1 $unit')::date, to_char(d, 'YYYY_MM_DD'), '1 $unit', t, 'public.' || t)) FROM plan, LATERAL (SELECT timestamp '2024-01-01' + years * interval '1 year' + i * interval '1 $unit' AS d) x ORDER BY i, turn, way" > "$dir/run.sql"
    { printf '%s\n' '\timing on'; cat "$dir/run.sql"; } > "$dir/timed.sql"
    bounded "$seconds" psql -qXAt -v ON_ERROR_STOP=1 -f "$dir/timed.sql" |
        awk '$1 == "Time:" { print way, i, $2 } NF == 2 { way = $1; i = $2 }' > "$dir/times"
    for way in "$@"; do
        # The first few warm up.
        awk -v way="$way" '$1 == way && $2 >= 4 { print $3 }' "$dir/times" | sort -n |
            awk -v title="$title" -v way="$way" '{ a[NR] = $1 } END { printf "%-28s %-8s median %7.2f ms, fastest fifth %7.2f ms, %d measured\n", title, way, a[int((NR + 1) / 2)], a[int((NR + 4) / 5)], NR }'
    done
    awk '$2 >= 4 && $1 == "attach" { base[$2] = $3 } $2 >= 4 && $1 == "ours" { ours[$2] = $3 } END { for (i in ours) if (i in base) print ours[i] / base[i] }' "$dir/times" |
        median | awk -v title="$title" '{ printf "%-28s %-8s %.2f times LIKE and ATTACH\n", title, "ours", $1 }'
}
ways=(of attach naive ours)
if [ "$partman" = 1 ]; then compare 30 120 month "${ways[@]}" partman; else compare 30 120 month "${ways[@]}"; fi
compare 45 1000 day "${ways[@]}"

# Maintenance that has nothing to do, in a session that is there already, and as the first statement
# of a new one; beside it a statement that does nothing at all.
in_one_session() { # statement, how often
    echo "$1;" > "$dir/idle.sql"
    pgbench -n -t "$2" -f "$dir/idle.sql" 2> /dev/null | awk '/latency average/ { print $4 }'
}
in_new_sessions() { # statement, how many
    local i
    for ((i = 0; i < $2; i++)); do sql -c '\timing on' -c "$1" | awk '/^Time/ { print $2 }'; done | median
}
idle() { # title way statement repetitions sessions
    printf '%-28s %-8s %8.2f ms each, %8.2f ms first thing in a new session\n' "$1" "$2" "$(in_one_session "$3" "$4")" "$(in_new_sessions "$3" "$5")"
}
idle 'nothing' select 'SELECT' 500 25
for n in 10 100 1000; do
    sql -c 'SELECT fresh()' -c 'DELETE FROM gb_enums_internal.partition_set' > /dev/null
    sql -c "SELECT format('CREATE TABLE old_%s PARTITION OF t FOR VALUES FROM (%L) TO (%L);', n, (current_date - $n + n)::text || ' 00:00+00', (current_date - $n + n + 1)::text || ' 00:00+00') FROM generate_series(1, $n - 1) n" > "$dir/old.sql"
    sql -f "$dir/old.sql"
    sql -c "SELECT gb_partition_manage('t', '1 day', 4, retain => '100 years')" -c 'CALL gb_partition_maintain()' > /dev/null
    idle "idle over $n partitions" ours 'CALL gb_partition_maintain()' 500 25
done
if [ "$partman" = 1 ]; then
    sql -c 'DELETE FROM gb_enums_internal.partition_set' -c 'DELETE FROM partman.part_config' -c 'SELECT fresh()' > /dev/null
    bounded 30 psql -qXAt -c "SELECT partman.create_parent('public.t', 'at', 'native', '1 day', p_premake => 4, p_start_partition => (current_date - 500)::text)" > /dev/null
    idle "idle over $(sql -c "SELECT count(*) FROM pg_inherits WHERE inhparent = 't'::regclass") partitions" partman 'CALL partman.run_maintenance_proc()' 5 3
    sql -c 'DELETE FROM partman.part_config'
fi

# A month beside a DEFAULT with a million rows, while a writer inserts into that DEFAULT all the time.
# Some write always takes long, whatever is done beside it, and the longer one watches the longer. So
# the ways take turns, nothing being one of them, each is watched for a second from its beginning, and
# what is compared is the median of the longest writes.
sql -c 'SELECT fresh()' -c 'CREATE TABLE t_default PARTITION OF t DEFAULT' \
    -c "INSERT INTO t SELECT n, '2000-01-01'::timestamptz + n * interval '1 second', 'some text' FROM generate_series(1, 1000000) n" -c 'VACUUM ANALYZE t' \
    -c "SELECT gb_partition_manage('t', premake => 1)" -c "CALL gb_partition_maintain(at => '2080-01-15')" > /dev/null
echo "INSERT INTO t VALUES (1000000 + random() * 1000000000, '1990-01-01'::timestamptz + random() * interval '9 years', 'x') ON CONFLICT DO NOTHING;" > "$dir/write.sql"
(cd "$dir" && exec pgbench -n -c 1 -T 120 -l --log-prefix=write -f write.sql > /dev/null 2>&1) & writer=$!
sleep 2
for i in 1 2 3 4 5 6 7; do
    for way in none of ours; do
        case $way in
            none) statement='SELECT' ;;
            of)   statement="CREATE TABLE t_of_$i PARTITION OF t FOR VALUES FROM ('20${i}0-01-01') TO ('20${i}0-02-01')" ;;
            ours) statement="CALL gb_partition_maintain(at => '2080-01-15'::timestamptz + $i * interval '1 month')" ;;
        esac
        from=$(date +%s%6N)
        sql -c "$statement" > /dev/null
        echo "$way $i $from $(date +%s%6N)" >> "$dir/windows"
        sleep 1.1
    done
done
kill $writer; wait $writer || true
awk 'NR == FNR { way[NR] = $1 " " $2; from[NR] = $3; to[NR] = $4 > $3 + 1000000 ? $4 : $3 + 1000000; took[NR] = $4 - $3; n = NR; next }
    { end = $5 * 1000000 + $6; for (i = 1; i <= n; i++) if (end >= from[i] && end - $3 <= to[i]) { writes[i]++; if ($3 > longest[i]) longest[i] = $3 } }
    END { for (i = 1; i <= n; i++) print way[i], took[i] / 1000, longest[i] / 1000, writes[i] }' "$dir/windows" "$dir"/write.[0-9]* > "$dir/blocked"
for way in none of ours; do
    of() { awk -v way=$way -v column="$1" '$1 == way { print $column }' "$dir/blocked"; }
    printf '%-28s %-8s %8.2f ms, longest write median %.2f ms (%.2f to %.2f), %d writes a second\n' 'month beside DEFAULT 1 M' $way \
        "$(of 3 | median)" "$(of 4 | median)" "$(of 4 | sort -n | head -1)" "$(of 4 | sort -n | tail -1)" "$(of 5 | median)"
done

# Last, beside 5,000, or as many as can be made in half a minute. Both ways in one table.
table=t_many
sql -c "SELECT fresh('$table')" > /dev/null
sql -c "SELECT format('CREATE TABLE old_%s PARTITION OF $table FOR VALUES FROM (%L) TO (%L);', n, date '2000-01-01' + n, date '2000-01-01' + n + 1) FROM generate_series(1, 5000) n" > "$dir/old.sql"
bounded 30 psql -qXAt -f "$dir/old.sql"
compare 20 40 day attach ours
psql -qX -d postgres -c "DROP DATABASE $PGDATABASE"
