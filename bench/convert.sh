#!/usr/bin/env bash
# What converting a VARCHAR column costs: rewritten at once, beside a hand-written ALTER TABLE; and while the table is
# written to, what its writers feel. Run by bench/run, in a server of its own and an empty database.
#
#   bench/convert.sh RESULTS
#
# RESULTS is where convert.csv goes. BIG_ROWS (10000000), ROWS (3000000), ROUNDS (7) and WINDOW (10) seconds may be smaller
# for a quick look.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=bench/lib.sh
. "$here/lib.sh"
results=$1
rows=${ROWS:-3000000} big_rows=${BIG_ROWS:-10000000} rounds=${ROUNDS:-7} seconds=${WINDOW:-10}
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

# write_to TABLE: for a while, two writers do nothing else than write to any of its rows; logs each transaction.
write_to() {
    cd "$place"
    exec pgbench -n -c 2 -T "$seconds" -l --log-prefix="$1" -D table="$1" -D rows="$rows" -f write.sql >/dev/null 2>&1
}

# writers TABLE SECONDS: the transactions a second of those who write to a table, and their longest one in milliseconds.
writers() {
    cat "$place/$1".* | awk -v seconds="$2" '
        { n++; if ($3 > longest) longest = $3 }
        END { printf "%.0f,%.1f", n / seconds, longest / 1000 }'
}

# in_use SHARE: with an index on the column and others. Writers write to the table while it is converted for some seconds,
# and then to another one of the same rows, in turns: so whatever else the machine does is felt by both.
in_use() {
    local share=$1 table windows=0 begun took=0 errors done=''
    for table in in_use beside; do
        make_table '' "$table" "$rows"
        sql -c "ALTER TABLE $table ADD PRIMARY KEY (id)" -c "CREATE INDEX ON $table (id) WHERE status IN ('pending', 'ready', 'running')"
    done
    sql -c CHECKPOINT
    cat >"$place/write.sql" <<SQL
\set i random(1, :rows)
\set s random(1, 8)
UPDATE :table SET status = (ARRAY[$names])[:s], updated_at = now() WHERE id = :i;
SQL
    until [[ -n $done ]]; do
        (write_to beside)
        write_to in_use &
        begun=$(date +%s.%N)
        if errors=$(sql -c 'SET client_min_messages = warning' -c "SET statement_timeout = '${seconds}s'" \
            -c "CALL gb_enum_convert_online('in_use', '{\"status\": \"task_status\"}', work_share => $share)" 2>&1); then
            done=yes
            kill $! 2>/dev/null || true
        elif [[ $errors != *'statement timeout'* ]]; then
            printf '%s\n' "$errors" >&2
            exit 1
        fi
        took=$(awk -v took="$took" -v begun="$begun" -v ended="$(date +%s.%N)" 'BEGIN { print took + ended - begun }')
        wait || true
        windows=$((windows + 1))
    done
    echo "in use,before,$rows,$(writers beside $((windows * seconds))),"
    echo "in use,work_share $share,$rows,$(writers in_use "$took"),$took"
    sql -c "SELECT gb_enum_convert_finish('in_use')" -c 'DROP TABLE in_use, beside' >/dev/null
    rm -f "$place"/{in_use,beside}.*
}

# The processor time, in clock ticks, of all sessions that have ended, and of their background workers.
ended_sessions() {
    sleep 0.3
    sql -c "SELECT pg_read_file('/proc/' || split_part(pg_read_file('postmaster.pid'), E'\n', 1) || '/stat')" | sed 's/.*) //' | awk '{ print $14 + $15 }'
}

# work_of FORM COMMAND...: runs it, and prints what it cost the server, in seconds of a processor and of the clock.
work_of() {
    local form=$1 worked began
    shift
    worked=$(ended_sessions)
    began=$(date +%s.%N)
    "$@"
    awk -v form="$form" -v begun="$began" -v ended="$(date +%s.%N)" -v before="$worked" -v after="$(ended_sessions)" \
        -v ticks="$(getconf CLK_TCK)" 'BEGIN { printf "%s|%.3f|%.3f\n", form, (after - before) / ticks, ended - begun }'
}

# The rows of a table that nobody else uses, in ways that leave it in use. Few statistics are collected, and there is no
# index on the column: so nothing but the rows is measured. pg_repack copies the table as it is.
row_by_row() {
    local round
    sql -c 'CREATE EXTENSION IF NOT EXISTS pg_repack' 2>/dev/null || true
    for ((round = 1; round <= rounds; round++)); do
        make_table '' rows "$rows"
        sql -c 'ALTER TABLE rows ADD PRIMARY KEY (id)' -c CHECKPOINT
        work_of gb_enum_convert_online sql -c 'SET client_min_messages = warning' -c 'SET default_statistics_target = 1' \
            -c "CALL gb_enum_convert_online('rows', '{\"status\": \"task_status\"}', work_share => 1)"
        sql -c 'DROP TABLE rows'
        make_table '' rows "$rows"
        sql -c 'ALTER TABLE rows ADD PRIMARY KEY (id), ADD converted task_status' -c CHECKPOINT
        work_of UPDATE sql -c 'UPDATE rows SET converted = status::task_status'
        if [[ -n $(sql -c "SELECT 1 FROM pg_extension WHERE extname = 'pg_repack'") ]]; then
            sql -c 'VACUUM FULL rows' -c CHECKPOINT
            work_of pg_repack pg_repack --dbname="$PGDATABASE" --no-order --no-analyze --table=rows 2>/dev/null
        fi
        sql -c 'DROP TABLE rows'
    done >"$place/row_by_row"
    for column in 2 3; do
        cut -d'|' -f"1,$column" "$place/row_by_row" | medians | sed "s/,/,$rows,/" |
            sed "s/^/$( ((column == 2)) && echo processor || echo clock),/"
    done
}

sql -c 'CREATE EXTENSION gb_enums'
{
    echo work,form,rows,median_ms,fastest_ms,slowest_ms
    rewritten
} >"$results/convert.csv"
printf '%6d s  %s\n' "$SECONDS" "converted at once"
{
    echo work,form,rows,transactions_per_s,longest_ms,seconds
    for share in ${WORK_SHARES:-0.2 NULL}; do
        in_use "$share"
    done
} >"$results/convert_online.csv"
printf '%6d s  %s\n' "$SECONDS" "converted in use"
{
    echo of,form,rows,median_s,fastest_s,slowest_s
    row_by_row
} >"$results/convert_rows.csv"
printf '%6d s  %s\n' "$SECONDS" "rows converted, beside an UPDATE"
