#!/usr/bin/env bash
# What the views of operations, the plan of maintenance and advice of indexes cost on a database of many tables: with all their rows and columns,
# in a session that is new, and again in it. Measured is the time of a processor that the session has used, whatever else
# the machine does. Needs a server with the extension (PG* variables say where), and a superuser;
# uses a database of its own. Writes operations.csv, and the table of docs/operations.md if it is given.
#
#   bench/operations.sh RESULTS [GUIDE]
#
# TABLES=2000: how many tables there are, each with five indexes. ROUNDS=7: how often each is measured.
set -euo pipefail
# shellcheck source=bench/lib.sh
. "$(dirname "$0")/lib.sh"
results=$1
guide=${2:-}
tables=${TABLES:-2000}
rounds=${ROUNDS:-7}
export PGDATABASE=gb_bench_operations

psql -qX -d postgres -c "DROP DATABASE IF EXISTS $PGDATABASE" -c "CREATE DATABASE $PGDATABASE"
{
    echo 'CREATE EXTENSION gb_enums;'
    for ((i = 1; i <= tables; i++)); do
        echo "CREATE TABLE t$i (id bigint PRIMARY KEY, tenant int, name text, at timestamptz, key uuid, status task_status, n int);
            INSERT INTO t$i SELECT n, n % 10, 'name ' || n, now(), gen_random_uuid(), as_task_status((n % 8)::int2), n FROM generate_series(1, 20) n;
            CREATE INDEX ON t$i (tenant, at); CREATE INDEX ON t$i (name); CREATE INDEX ON t$i (key);
            CREATE INDEX ON t$i (at) WHERE status < 'completed';"
    done
    echo "CREATE TABLE statements_read AS
            SELECT i AS id, hashint4(i) & 1023 AS tenant, hashint4(-i) & 127 AS n, now() + i * interval '1 minute' AS at, repeat('x', 60) AS note
            FROM generate_series(1, 30000) i;"
    echo 'VACUUM (FREEZE, ANALYZE);'
} | sql -f -

declare -A statements=(
    [gb_table_sizes]='SELECT * FROM gb_table_sizes'
    [gb_index_usage]='SELECT * FROM gb_index_usage'
    [gb_table_maintenance]='SELECT * FROM gb_table_maintenance'
    [gb_maintenance_findings]='SELECT * FROM gb_maintenance_findings'
    [gb_maintenance_plan]='SELECT * FROM gb_maintenance_plan()'
    [gb_index_advice]="SELECT * FROM gb_index_advice(ARRAY(
        SELECT 'SELECT note FROM statements_read WHERE ' || c || o
        FROM unnest('{tenant = \$1,n = \$1 AND at > \$2,tenant = \$1 AND n = \$2,id < \$1,id % 2 = \$1}'::text[]) c, unnest('{\"\",\" ORDER BY at LIMIT 10\"}'::text[]) o))")
# times: "what|when|milliseconds" for each execution; they take turns.
times() {
    local round what when
    for ((round = 0; round <= rounds; round++)); do
        for what in gb_table_sizes gb_index_usage gb_table_maintenance gb_maintenance_findings gb_maintenance_plan gb_index_advice; do
            for when in 'new session' again; do
                printf '%s\n' 'SELECT worked FROM gb_enums_internal.processor_times() \gset' '\o /dev/null' "${statements[$what]};" '\o' \
                    "SELECT '$what', '$when', (worked - :worked) * 1000 FROM gb_enums_internal.processor_times();"
            done | sql -f - | awk -v round="$round" 'round > 0'
        done
    done
}
{
    echo what,when,median,least,most
    times | medians
} >"$results/operations.csv"
psql -qX -d postgres -c "DROP DATABASE $PGDATABASE"

if [[ -n $guide ]]; then
    table=$(awk -F, 'BEGIN { print "| | in a new session | again |"; print "|---|---|---|" }
        NR > 1 { if (!($1 in new)) order[++n] = $1; if ($2 == "again") again[$1] = $3; else new[$1] = $3 }
        END { for (i = 1; i <= n; i++) printf "| `%s` | %.0f ms | %.0f ms |\n", order[i], new[order[i]], again[order[i]] }' "$results/operations.csv")
    TABLE=$table perl -0pi -e 's/(<!-- operations -->\n).*?(<!-- end -->)/$1\n$ENV{TABLE}\n\n$2/s' "$guide"
fi
