# shellcheck shell=bash
# Counts tests and prints a line for each; details of failed tests are kept for the end. To be sourced after lib.sh.
# A test is a pg_regress file, an isolation spec, a TAP file of test/t, a case of GoogleTest, or a result that
# the fuzzers and the client programs print.

passed=0
failed=0
results=${build:?}/check  # output of the runners, kept until the next run
declare -A reported   # the names of the layer's tests that have a result
layer=                # the layer that runs; every test's line begins with it
log=                  # its output
running=              # GoogleTest: the case that has begun
block=                # GoogleTest: the output of that case
plan=                 # TAP: the number of results announced
plan_reason=          # TAP: why no results were announced
tap_results=0         # TAP: the number of results seen
tap_failures=0        # TAP: the number of failed ones
after_failure=        # TAP: set while the lines after a failed one follow

pass() {
    ((++passed))
    reported[$1]=ok
    printf 'ok      %s/%s\n' "$layer" "$1"
}

fail() {
    ((++failed))
    reported[$1]=failed
    printf 'FAILED  %s/%s\n' "$layer" "$1"
}

skip() {
    reported[$1]=skipped
    printf 'skipped %s/%s\n' "$layer" "$1"
}

# details NAME TEXT: keeps a text about a failed test, to be shown at the end.
details() {
    printf '\n-- %s/%s\n%s\n' "$layer" "$1" "$2" >>"$results/details"
}

# The parsers: each takes one line of a runner's output.

parse_gtest() {
    local name=${1#\[*\] }
    name=${name% (*ms)}
    name=${name%, where *}
    case $1 in
        '[ RUN      ] '*)
            gtest_unfinished
            running=$name
            block=
            ;;
        '[       OK ] '*' ms)') pass "$name"; running= ;;
        '[  SKIPPED ] '*' ms)') skip "$name"; running= ;;
        '[  FAILED  ] '*' ms)') fail "$name"; details "$name" "$block"; running=; block= ;;
        *) block+=$1$'\n' ;;
    esac
}

# A case that began and never ended took its program with it.
gtest_unfinished() {
    [[ -z $running ]] && return
    fail "$running"
    details "$running" "${block}did not finish"
    running=
}

# read_tap LINE: takes a line of TAP apart; sets $outcome (ok, failed, skipped or nothing) and $name.
read_tap() {
    local result='^(not )?ok( +[0-9]+)?( +-)? *([^#]*)(# *([A-Za-z]*) *(.*))?$'
    outcome=
    if [[ $1 =~ ^1\.\.([0-9]+)( *# *[A-Za-z]* *(.*))?$ ]]; then
        plan=${BASH_REMATCH[1]}
        plan_reason=${BASH_REMATCH[3]}
    elif [[ $1 == 'Bail out!'* ]]; then
        outcome=failed
        name=$1
    elif [[ $1 =~ $result ]]; then
        name=${BASH_REMATCH[4]:-${BASH_REMATCH[7]:-test${BASH_REMATCH[2]}}}
        name=${name% }
        ((++tap_results))
        case ${BASH_REMATCH[6]^^}:${BASH_REMATCH[1]} in
            SKIP:* | TODO:?*) outcome=skipped ;;
            *:?*) outcome=failed ;;
            *) outcome=ok ;;
        esac
    fi
    if [[ $outcome == failed ]]; then
        ((++tap_failures))
        details "$name" "$1"
        after_failure=1
    elif [[ -n $outcome ]]; then
        after_failure=
    elif [[ -n $after_failure ]]; then
        printf '%s\n' "$1" >>"$results/details"
    fi
}

# Every result is a test.
parse_tap() {
    local name outcome
    read_tap "$1"
    case $outcome in
        ok) pass "$name" ;;
        failed) fail "$name" ;;
        skipped) skip "$name" ;;
    esac
}

# Results are assertions of a test that is the whole file, see report_tap_file.
parse_tap_file() {
    local name outcome
    read_tap "$1"
}

# Up to 15 "test NAME ... ok", from 16 on a kind of TAP.
parse_regress() {
    local up_to_15='^(test| ) +([^ ]+) +\.\.\. (ok|FAILED)' from_16='^(not )?ok +[0-9]+ +[-+] ([^ ]+) '
    if [[ $1 =~ $up_to_15 ]]; then
        if [[ ${BASH_REMATCH[3]} == ok ]]; then pass "${BASH_REMATCH[2]}"; else fail "${BASH_REMATCH[2]}"; fi
    elif [[ $1 =~ $from_16 ]]; then
        if [[ -z ${BASH_REMATCH[1]} ]]; then pass "${BASH_REMATCH[2]}"; else fail "${BASH_REMATCH[2]}"; fi
    fi
}

# begin_layer NAME: its output is in the log of that name.
begin_layer() {
    layer=$1
    log=$results/${1//\//_}.log
    reported=()
    running=
    block=
    after_failure=
    plan=
    plan_reason=
    tap_results=0
    tap_failures=0
}

# parse_log PARSER: what the layer has printed.
parse_log() {
    local line
    while IFS= read -r line || [[ -n $line ]]; do
        "$1" "$line"
    done <"$log"
}

# report_layer STATUS PARSER: the tests that one command has run and ended with that status. A command that fails without
# a failed test, or reports none, is itself a failed test.
report_layer() {
    local failed_before=$failed
    parse_log "$2"
    gtest_unfinished
    if (($1 != 0 && failed == failed_before)); then
        fail_with_log "the runner: exit status $1"
    elif ((${#reported[@]} == 0)); then
        fail_with_log "the runner: reported no test"
    fi
}

# report_tap_file STATUS LOGS: a layer t/NAME is one test, passed when its script has ended well and all assertions that it
# planned have held. LOGS are those of its servers.
report_tap_file() {
    local file=${layer#t/}
    parse_log parse_tap_file
    layer=t
    if ((tap_failures > 0)); then
        fail "$file"
    elif (($1 != 0)) || [[ $plan != "$tap_results" ]]; then
        fail_with_log "$file"
    elif ((plan == 0)); then
        skip "$file: $plan_reason"
    else
        pass "$file ($plan assertions)"
    fi
    [[ ! -d $2 ]] || cp -R "$2" "${log%.log}.logs"
}

fail_with_log() {
    fail "$1"
    details "$1" "$(tail -n 40 "$log")"
}
