# shellcheck shell=bash
# Measuring with psql and pgbench. To be sourced; PG* variables say where the server is.

sql() {
    psql -qXAt -v ON_ERROR_STOP=1 "$@"
}

# What each measuring session begins with: one process, no JIT unless asked for, plans as prepared statements have them.
settings="SET max_parallel_workers_per_gather = 0; SET max_parallel_maintenance_workers = 0; SET jit = off;
SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'; SET client_min_messages = warning;"

# medians COLUMNS: of lines "key|milliseconds", a line "key,median,fastest,slowest" for each key, in the order of
# their first appearance. The key's own | become commas.
medians() {
    awk -F'|' '
        { value = $NF; key = $0; sub(/\|[^|]*$/, "", key) }
        !(key in count) { order[++keys] = key }
        { times[key, ++count[key]] = value + 0 }
        END {
            for (k = 1; k <= keys; k++) {
                key = order[k]; n = count[key]
                for (i = 2; i <= n; i++)
                    for (j = i; j > 1 && times[key, j - 1] > times[key, j]; j--) {
                        t = times[key, j]; times[key, j] = times[key, j - 1]; times[key, j - 1] = t
                    }
                median = n % 2 ? times[key, (n + 1) / 2] : (times[key, n / 2] + times[key, n / 2 + 1]) / 2
                shown = key; gsub(/\|/, ",", shown)
                printf "%s,%.3f,%.3f,%.3f\n", shown, median, times[key, 1], times[key, n]
            }
        }'
}

# take_turns ROUNDS PRELUDE [PSQL-OPTION...]: runs cases from standard input, "work | form | how | before | statement",
# one after the other, ROUNDS times and once more to warm up; prints "work|form|milliseconds" for each execution. A statement
# that is timed by the clock can be several; their times are added up.
take_turns() {
    local rounds=$1 prelude=$2 cases
    shift 2
    cases=$(grep -vE '^ *(#|$)')
    {
        printf '%s\n' "$settings" "$prelude"
        awk -F' *[|] *' -v rounds="$rounds" '
            { label[NR] = $1 "|" $2; how[NR] = $3; before[NR] = $4; statement[NR] = $5 }
            END {
                for (round = 0; round <= rounds; round++)
                    for (i = 1; i <= NR; i++) {
                        if (before[i] != "") print before[i] ";"
                        print "\\echo @" round "|" label[i]
                        if (how[i] == "clock") printf "\\timing on\n%s;\n\\timing off\n", statement[i]
                        else printf "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY) %s;\n", statement[i]
                    }
            }' <<<"$cases"
    } | psql -qXAt -v ON_ERROR_STOP=1 "$@" | awk -F'|' '
        function show() { if (round > 0) print label "|" total - compilation }
        /^@/ { show(); round = substr($1, 2) + 0; label = $2 "|" $3; compilation = total = 0 }
        /Timing: Generation/ { compilation = $0; sub(/.*Total /, "", compilation); compilation += 0 }
        /^(Execution )?Time: / { time = $0; sub(/.*Time: /, "", time); total += time }
        END { show() }'
}

# per_script ROUNDS SECONDS DIRECTORY NAME... [-- PGBENCH-OPTION...]: pgbench runs the scripts DIRECTORY/NAME.sql, each
# transaction one of them by chance; prints "NAME|milliseconds", the average of each round.
per_script() {
    local rounds=$1 seconds=$2 directory=$3 scripts=() round
    shift 3
    while (($# > 0)) && [[ $1 != -- ]]; do
        scripts+=(-f "$directory/$1.sql")
        shift
    done
    shift || true
    for ((round = 1; round <= rounds; round++)); do
        pgbench -n --random-seed="$round" -T "$seconds" "${scripts[@]}" "$@" 2>/dev/null |
            awk '/^SQL script [0-9]+: / { name = $4; sub(/.*\//, "", name); sub(/\.sql$/, "", name) }
                 name != "" && /latency average/ { print name "|" $(NF - 1) }'
    done
}
