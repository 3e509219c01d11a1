#!/usr/bin/env bash
# What enumerations cost, beside a raw smallint, a native ENUM, a VARCHAR with a CHECK, a lookup table and a CASE
# function. Run by bench/run, in a server of its own and an empty database.
#
#   bench/enums.sh PLACE RESULTS
#
# PLACE is a directory that the server can write, RESULTS where the .csv files go. ROWS (3000000), BIG_ROWS
# (10000000), STORED_ROWS (1000000) and ROUNDS (7) may be smaller for a quick look.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=bench/lib.sh
. "$here/lib.sh"
place=$1
results=$2
rows=${ROWS:-3000000} big_rows=${BIG_ROWS:-10000000} stored_rows=${STORED_ROWS:-1000000} rounds=${ROUNDS:-7}

say() {
    printf '%6d s  %s\n' "$SECONDS" "$1"
}

# Lookups, comparisons, input and output over many rows.
work() {
    local prelude="SET plan_cache_mode = force_generic_plan; SET gb_enums.binary_output = code;
PREPARE of_raw(smallint) AS SELECT count(*) FROM raw WHERE c = \$1;
PREPARE of_typed(text) AS SELECT count(*) FROM typed WHERE c = \$1;"
    sql -v rows="$rows" -v place="$place" -f "$here/tables.sql"
    say "$rows rows in each form"
    {
        echo work,form,jit,rows,median_ms,fastest_ms,slowest_ms
        sed "s|:place|$place|" "$here/work" | take_turns "$rounds" "$prelude" | sed "s/|\([^|]*\)$/|off|$rows|\1/" | medians
        say "timed" >&2
        grep '| jit ' "$here/work" | take_turns "$rounds" "$prelude SET jit = on; SET jit_above_cost = 0;
SET jit_inline_above_cost = 0; SET jit_optimize_above_cost = 0;" | sed "s/|\([^|]*\)$/|on|$rows|\1/" | medians
    } >"$results/times.csv"
    say "timed with JIT"
    sql -c 'DROP TABLE raw, typed, native, varchar_check, read_raw, read_typed, read_native, read_varchar'
}

# The same lookups in enumerations of more and more values, over a tenth of the rows.
values() {
    local n many=$((rows / 10)) cases=
    for n in 10 100 1000 10000; do
        sql -v n="$n" -v many="$many" >/dev/null <<'SQL'
SET client_min_messages = warning;
SELECT gb_enums_internal.define('public', ('values_' || :n)::name, 'a test', string_agg(format('%s status_number_%s', i, i), E'\n'))
FROM generate_series(0, :n - 1) i;
SELECT format('CREATE TYPE native_%s AS ENUM (%s)', :n, string_agg(quote_literal('status_number_' || i), ',' ORDER BY i))
FROM generate_series(0, :n - 1) i
\gexec
SELECT format('CREATE FUNCTION case_%s(smallint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE $1 %s END', :n,
              string_agg(format('WHEN %s THEN %L', i, 'status_number_' || i), ' ' ORDER BY i))
FROM generate_series(0, :n - 1) i WHERE :n <= 1000
HAVING count(*) > 0
\gexec
SELECT format('CREATE TABLE names_%1$s AS SELECT i::smallint AS c, ''status_number_'' || i AS name FROM generate_series(0, %1$s - 1) i', :n),
       format('CREATE UNLOGGED TABLE codes_%1$s AS SELECT ((hashint4(i) & 1073741823) %% %1$s)::smallint AS c FROM generate_series(1, %2$s) i', :n, :many),
       format('CREATE UNLOGGED TABLE texts_%1$s AS SELECT ''status_number_'' || c AS c FROM codes_%1$s', :n),
       format('CREATE UNLOGGED TABLE natives_%1$s AS SELECT c::native_%1$s AS c FROM texts_%1$s', :n),
       'VACUUM (FREEZE, ANALYZE)'
\gexec
SQL
        cases+="
$n | scan     | explain | | SELECT count(c) FROM codes_$n
$n | scan texts | explain | | SELECT count(c) FROM texts_$n
$n | scan natives | explain | | SELECT count(c) FROM natives_$n
$n | gb_enums | explain | | SELECT count(values_${n}_name(c)) FROM codes_$n
$n | gb_enums code | explain | | SELECT count(values_${n}_code(c)) FROM texts_$n
$n | native   | explain | | SELECT count(c::text) FROM natives_$n
$n | native code | explain | | SELECT count(c::native_$n) FROM texts_$n
$n | join     | explain | | SELECT count(name) FROM codes_$n JOIN names_$n USING (c)"
        # One comparison after the other: 1,000 values are enough to see it.
        ((n > 1000)) || cases+="
$n | CASE     | explain | | SELECT count(case_$n(c)) FROM codes_$n"
    done
    {
        echo values,form,rows,median_ms,fastest_ms,slowest_ms
        take_turns "$rounds" '' <<<"$cases" | sed "s/|\([^|]*\)$/|$many|\1/" | medians
    } >"$results/values.csv"
    say "enumerations of up to 10,000 values"
}

# A few rows found by name among many, through views over a smallint column with an index; then the column becomes
# the type, again and again.
big() {
    local i
    sql -v rows="$big_rows" <<'SQL'
CREATE UNLOGGED TABLE big AS
    SELECT i AS id, (CASE WHEN i % 100000 = 0 THEN 3 ELSE 5 + i % 3 END)::smallint AS c FROM generate_series(1, :rows) i;
CREATE INDEX big_c ON big (c);
CREATE VIEW big_named AS SELECT id, as_task_status(c) AS status FROM big;
CREATE VIEW big_case AS SELECT id, status_case(c) AS status FROM big;
VACUUM (FREEZE, ANALYZE) big;
SQL
    say "$big_rows rows with an index"
    echo "SELECT sum(id) FROM big WHERE c = 3;" >"$place/by_code.sql"
    echo "SELECT sum(id) FROM big_named WHERE status = 'paused';" >"$place/by_name.sql"
    {
        echo work,form,rows,median_ms,fastest_ms,slowest_ms
        for i in prepared simple; do
            per_script "$rounds" 1 "$place" by_code by_name -- -M "$i" | sed "s/^/lookup $i|/; s/|\([^|]*\)$/|$big_rows|\1/" | medians
        done
        take_turns 3 '' <<<"lookup prepared | CASE view | explain | | SELECT sum(id) FROM big_case WHERE status = 'paused'" |
            sed "s/|\([^|]*\)$/|$big_rows|\1/" | medians
        say "looked up" >&2
        sql -c 'DROP VIEW big_named, big_case' -c 'DROP INDEX big_c' \
            -c 'CREATE UNLOGGED TABLE small AS SELECT * FROM big LIMIT 1000'
        for i in "big|$big_rows" "small|1000"; do
            take_turns "$rounds" '' <<<"ALTER TYPE | gb_enums | clock | ALTER TABLE ${i%|*} ALTER c TYPE smallint | ALTER TABLE ${i%|*} ALTER c TYPE task_status USING as_task_status(c)" |
                sed "s/|\([^|]*\)$/|${i#*|}|\1/" | medians
        done
        take_turns 1 '' <<<"ALTER TYPE | native | clock | DROP TABLE IF EXISTS middle; CREATE UNLOGGED TABLE middle AS SELECT id, c::smallint FROM big LIMIT $rows | ALTER TABLE middle ALTER c TYPE status_native USING status_case(c)::status_native" |
            sed "s/|\([^|]*\)$/|$rows|\1/" | medians
    } >"$results/big.csv"
    sql -c 'DROP TABLE big, small, middle'
    say "altered"
}

# Queries that are planned and return nothing.
planning() {
    local chain=' r0' i
    for ((i = 1; i < 10; i++)); do
        chain+=" JOIN TABLE r$i ON r$((i - 1)).k = r$i.id"
    done
    sed 's/$/;/' "$here/instructions/planned.sql" "$here/instructions/planned_typed.sql" | sql
    {
        echo work,form,queries,median_ms,fastest_ms,slowest_ms
        for i in "condition||1000" "10 tables|$chain|100"; do
            IFS='|' read -r work from queries <<<"$i"
            for form in numbers statuses; do
                echo "$work | $form | clock | | DO \$\$ BEGIN FOR i IN 1 .. $queries LOOP EXECUTE 'SELECT FROM $form${from//TABLE/$form} WHERE ${from:+r0.}c = 2 LIMIT 0'; END LOOP; END \$\$"
            done | take_turns "$rounds" '' | sed "s/|\([^|]*\)$/|$queries|\1/" | medians
        done
    } >"$results/planning_times.csv"
    sql -c 'DROP TABLE numbers, statuses'
    say "queries planned"
}

# What a connection waits for, in a database that has nothing but the extension. Measured in a server that loads the
# library when it is needed, and in one that has it loaded (shared_preload_libraries): $1 says which this is.
sessions() {
    local enum round script
    echo "SELECT int2um(2::smallint);" >"$place/int2um.sql"
    echo "SELECT task_status_name(2);" >"$place/name.sql"
    # Connecting counts, so the scripts take turns in runs of their own: pgbench leaves it out of a script's latency.
    for ((round = 0; round < 3 * rounds; round++)); do
        for script in int2um name; do
            pgbench -n -C -t 50 -f "$place/$script.sql" 2>/dev/null | awk -v script="$script" '/^tps/ { print script "|" 1000 / $3 }'
        done
    done | sed "s/^/new connection|$1|/" | medians

    # The first use of each enumeration and the second, in new backends that have the library.
    for ((round = 0; round < rounds; round++)); do
        {
            echo "LOAD 'gb_enums'; EXPLAIN ANALYZE SELECT int2um(x) FROM (VALUES (2::smallint)) v(x);"
            for enum in $(sql -c 'SELECT DISTINCT enum FROM gb_enums'); do
                printf '%s\n' '\echo @first'
                echo "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY) SELECT ${enum}_name(x) FROM (VALUES (2::smallint)) v(x);"
                printf '%s\n' '\echo @second'
                echo "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY) SELECT ${enum}_name(x) FROM (VALUES (2::smallint)) v(x);"
            done
        } | sql | awk '
            /^@/ { which = $0 }
            /^Planning Time/ { time = $3 }
            /^Execution Time/ { time += $3; if (which == "@first") first = time; if (which == "@second") print "first use of an enumeration|" first - time; which = "" }'
    done | sed "s/|/|$1|added|/" | medians

    for enum in $(sql -c 'SELECT DISTINCT enum FROM gb_enums'); do
        echo "SELECT ${enum}_name(2::smallint), ${enum}_code('x');"
    done >"$place/all.sql"
    sql -f "$place/all.sql" -c "SELECT 'memory of all enumerations,$1,bytes,' || sum(total_bytes) || ',,'
        FROM pg_backend_memory_contexts WHERE name LIKE 'gb\\_enums%'" | grep '^memory'
}

# An enumeration of one's own: making it, changing it, and the first use after a change, in whichever session.
own() {
    {
        echo work,form,median_ms,fastest_ms,slowest_ms
        take_turns "$rounds" '' <<'CASES' | medians
create | gb_enums | clock | DROP TYPE IF EXISTS own CASCADE | SELECT gb_enum_create('own', '{a,b,c,d,e,f,g,h,i,j}')
create | native | clock | DROP TYPE IF EXISTS own_native | CREATE TYPE own_native AS ENUM ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j')
add value | gb_enums | clock | | SELECT gb_enum_add_value('own', 'k')
add value | native | clock | | ALTER TYPE own_native ADD VALUE 'k'
use after a change | gb_enums | clock | | SELECT own_name(2), own_code('b')
use | gb_enums | clock | | SELECT own_name(2), own_code('b')
remove value | gb_enums | clock | | SELECT gb_enum_remove_value('own', 'k')
CASES
        # 150 of them, the extension's 12 included, and 300 tables; each in its own transaction, for its locks.
        sql -c "DO \$\$ BEGIN FOR i IN 1 .. 137 LOOP PERFORM gb_enum_create('own_' || i, '{new,open,closed}'); COMMIT; END LOOP; END \$\$" \
            -c "DO \$\$ BEGIN FOR i IN 1 .. 300 LOOP
                EXECUTE format('CREATE TABLE own_table_%s (id bigint PRIMARY KEY, a own_%s DEFAULT ''new'', b own_%s)', i, 1 + i % 137, 1 + i * 7 % 137); COMMIT; END LOOP; END \$\$"
        take_turns "$rounds" '' <<'CASES' | medians
check of 150 | gb_enums | clock | | SELECT count(*) FROM gb_enum_check(scan => false)
CASES
        weight
    } >"$results/own.csv"
    sql -c "DO \$\$ BEGIN FOR i IN 1 .. 300 LOOP EXECUTE 'DROP TABLE own_table_' || i; COMMIT; END LOOP; END \$\$" \
        -c "DO \$\$ BEGIN FOR i IN 1 .. 137 LOOP PERFORM gb_enum_drop(('own_' || i)::regtype); COMMIT; END LOOP; END \$\$"
    sql -c "SELECT gb_enum_drop('own')" -c 'DROP TYPE own_native'
    say "an enumeration made and changed"
}

# CREATE EXTENSION; and a dump of the schema of 100 enumerations, and its restore.
weight() {
    local form round
    sql -c 'CREATE DATABASE weight_gb_enums' -c 'CREATE DATABASE weight_native' -c 'CREATE DATABASE weight_restored'
    sql -d weight_gb_enums -c 'CREATE EXTENSION gb_enums' \
        -c "DO \$\$ BEGIN FOR i IN 1 .. 100 LOOP PERFORM gb_enum_create('own_' || i, '{new,open,closed}'); COMMIT; END LOOP; END \$\$"
    sql -d weight_native -c "DO \$\$ BEGIN FOR i IN 1 .. 100 LOOP EXECUTE format('CREATE TYPE own_%s AS ENUM (''new'', ''open'', ''closed'')', i); END LOOP; END \$\$"
    # As autovacuum would: without statistics of the catalogs pg_dump takes three times as long.
    for form in gb_enums native; do
        sql -d "weight_$form" -c 'VACUUM ANALYZE'
    done
    for ((round = 0; round < rounds; round++)); do
        for form in gb_enums native; do
            timed "dump of 100|$form" pg_dump --schema-only -f "$place/$form.sql" "weight_$form"
            sql -c 'DROP DATABASE weight_restored' -c 'CREATE DATABASE weight_restored'
            timed "restore of 100|$form" sql -d weight_restored -o "$place/restore.log" -f "$place/$form.sql"
        done
    done | medians
    sql -c 'DROP DATABASE weight_restored' -c 'CREATE DATABASE weight_restored'
    take_turns "$rounds" '' -d weight_restored <<<'CREATE EXTENSION | gb_enums | clock | DROP EXTENSION IF EXISTS gb_enums | CREATE EXTENSION gb_enums' | medians
    sql -c 'DROP DATABASE weight_gb_enums' -c 'DROP DATABASE weight_native' -c 'DROP DATABASE weight_restored'
}

# timed KEY COMMAND...: runs it, and prints "KEY|milliseconds".
timed() {
    local key=$1 begin=${EPOCHREALTIME/[.,]/}
    shift
    "$@" >/dev/null
    echo "$key|$(((${EPOCHREALTIME/[.,]/} - begin) / 1000))"
}

# The demonstration's tables.
storage() {
    sql -v rows="$stored_rows" -f "$here/storage.sql" | sed -n '/^table,form,/,$p' >"$results/storage.csv"
    say "$stored_rows rows stored in each form"
}

case ${3:-all} in
    sessions) sessions "${4:?}" ;;
    all)
        work
        values
        big
        own
        planning
        storage
        ;;
    *) "$3" ;;
esac
