#!/usr/bin/env bash
# What converting a VARCHAR column costs: rewritten at once, beside a hand-written ALTER TABLE; and while the table is
# written to, what its writers feel. Run by bench/run, in a server of its own and an empty database.
#
#   bench/convert.sh RESULTS
#
# RESULTS is where convert.csv goes. BIG_ROWS (10000000), ROWS (3000000), ROUNDS (7) and SECONDS_BEFORE (20) may be smaller
# for a quick look.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=bench/lib.sh
. "$here/lib.sh"
results=$1
rows=${ROWS:-3000000} big_rows=${BIG_ROWS:-10000000} rounds=${ROUNDS:-7} seconds=${SECONDS_BEFORE:-20}
names="'pending', 'ready', 'running', 'paused', 'waiting_approval', 'completed', 'failed', 'cancelled'"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

# make_table KIND NAME ROWS: statuses in no order.
make_table() {
    sql <<SQL
CREATE $1 TABLE $2 (id int, status varchar(20) NOT NULL DEFAULT 'pending', title text, updated_at timestamptz);
INSERT INTO $2 SELECT i, (ARRAY[$names])[1 + (hashint4(i) & 7)], 'task ' || i FROM generate_series(1, $3) i;
VACUUM (FREEZE, ANALYZE) $2;
SQL
}

# Each time from the same table: it is undone.
rewritten() {
    local branches='' name
    for name in ${names//,/}; do
        branches+=" WHEN $name THEN $name::task_status"
    done
    make_table UNLOGGED at_once "$big_rows"
    take_turns "$rounds" '' <<CASES | sed "s/|\([^|]*\)$/|$big_rows|\1/" | medians
rewrite | gb_enum_convert | clock | ROLLBACK; BEGIN | SELECT count(*) FROM gb_enum_convert('at_once', 'status', 'task_status', dry_run => false)
rewrite | USING CASE | clock | ROLLBACK; BEGIN | DO \$\$ BEGIN ALTER TABLE at_once ALTER status DROP DEFAULT, ALTER status TYPE task_status USING CASE status$branches END, ALTER status SET DEFAULT 'pending'; ANALYZE at_once; END \$\$
CASES
    sql -c 'DROP TABLE at_once'
}

# The writers' transactions a second between two times, and their longest one in milliseconds, from pgbench's log.
writers() {
    cat "$place"/log.* | awk -v from="$1" -v to="$2" '
        { end = $5 + $6 / 1e6; if (end >= from && end <= to) { n++; if ($3 > longest) longest = $3 } }
        END { printf "%.0f %.1f\n", n / (to - from), longest / 1000 }'
}

# With an index on the column and others; two writers that do nothing else than write.
in_use() {
    local pgbench begun ended all before before_longest during longest share=$1
    make_table '' in_use "$rows"
    sql -c 'ALTER TABLE in_use ADD PRIMARY KEY (id)' -c "CREATE INDEX ON in_use (id) WHERE status IN ('pending', 'ready', 'running')" -c CHECKPOINT
    cat >"$place/write.sql" <<SQL
\set i random(1, $rows)
\set s random(1, 8)
UPDATE in_use SET status = (ARRAY[$names])[:s], updated_at = now() WHERE id = :i;
SQL
    (cd "$place" && exec pgbench -n -c 2 -T 3600 -l --log-prefix=log -f write.sql >/dev/null 2>&1) &
    pgbench=$!
    sleep 3
    begun=$(date +%s.%N)
    sleep "$seconds"
    ended=$(date +%s.%N)
    sql -c "SET client_min_messages = warning" -c "CALL gb_enum_convert_online('in_use', '{\"status\": \"task_status\"}', work_share => $share)"
    all=$(date +%s.%N)
    kill -INT "$pgbench"
    wait "$pgbench" || true
    read -r before before_longest < <(writers "$begun" "$ended")
    read -r during longest < <(writers "$ended" "$all")
    echo "in use,before,$rows,$before,$before_longest,"
    echo "in use,work_share $share,$rows,$during,$longest,$(awk -v a="$ended" -v b="$all" 'BEGIN { print b - a }')"
    sql -c "SELECT gb_enum_convert_finish('in_use')" -c 'DROP TABLE in_use' >/dev/null
    rm -f "$place"/log.*
}

sql -c 'CREATE EXTENSION gb_enums'
{
    echo work,form,rows,median_ms,fastest_ms,slowest_ms
    rewritten
} >"$results/convert.csv"
printf '%6d s  %s\n' "$SECONDS" "converted at once"
{
    echo work,form,rows,transactions_per_s,longest_ms,seconds
    in_use "${WORK_SHARE:-0.2}"
} >"$results/convert_online.csv"
printf '%6d s  %s\n' "$SECONDS" "converted in use"
