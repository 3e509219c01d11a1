# shellcheck shell=bash
# Functions that `make check` and `make demo` share: packages, a build, a private place to run in and a private server.
# To be sourced. Writes below build/ and in one directory of mktemp, gone at exit.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$root/build
work=    # the private place, see enter_private_place
runner=  # the process group that runs in the background, see run_watched

# The caller's server, password file, language of messages and encoding must not change what runs here. (TAP tests forget LC_ALL.)
for name in "${!PG@}"; do
    [[ $name == PG_CONFIG ]] || unset "$name"
done
export LANG=C.UTF-8 LC_ALL=C.UTF-8 PG_CONFIG=${PG_CONFIG:-pg_config}
# Of the calling make only the variables from its command line are kept: its job slots are not ours to use.
case ${MAKEFLAGS:-} in
    *' -- '*) export MAKEFLAGS=" -- ${MAKEFLAGS#* -- }" ;;
    *) unset MAKEFLAGS ;;
esac
unset MFLAGS MAKELEVEL
umask 022

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# ---- Nothing is left behind --------------------------------------------------------------------

# Ends the processes that were started here, removes the private place, then runs the script's own last commands.
cleanup() {
    local status=$? pidfile
    trap '' INT TERM HUP
    stop_runner
    if [[ -n $work ]]; then
        # Servers that a killed test could not stop are found here too.
        while IFS= read -r pidfile; do
            as_server_user pg_ctl -D "${pidfile%/*}" -m immediate stop >/dev/null 2>&1 || true
        done < <(find "$work" -name postmaster.pid)
        rm -rf "$work"
    fi
    if declare -F at_exit >/dev/null; then
        at_exit "$status"
    fi
    exit "$status"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# run_watched CONSUMER COMMAND...: calls CONSUMER with each line that COMMAND prints; its status is COMMAND's.
# The command has a process group of its own, so that an interrupt ends all of it, and at once.
run_watched() {
    local consumer=$1 pipe=${work:-$build}/pipe line status=0
    shift
    rm -f "$pipe"
    mkfifo "$pipe"
    set -m
    "$@" </dev/null >"$pipe" 2>&1 &
    runner=$!
    set +m
    while IFS= read -r line || [[ -n $line ]]; do
        "$consumer" "$line"
    done <"$pipe"
    wait "$runner" || status=$?
    runner=
    return "$status"
}

stop_runner() {
    local tries=0
    [[ -n $runner ]] || return 0
    kill -TERM -- "-$runner" 2>/dev/null || true
    while kill -0 -- "-$runner" 2>/dev/null && ((tries++ < 50)); do
        sleep 0.1
    done
    kill -KILL -- "-$runner" 2>/dev/null || true
    wait "$runner" 2>/dev/null || true
    runner=
}

# ---- Packages ----------------------------------------------------------------------------------

# shellcheck disable=SC2034 # for the scripts that source this
build_packages=(g++ make libfmt-dev)

# quietly LOG COMMAND...: shows the end of the command's output, only when the command fails.
quietly() {
    local log=$1
    shift
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 40 "$log" >&2
        die "this failed: $*"
    fi
}

as_admin() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        return 127
    fi
}

apt() {
    quietly "$build/packages.log" as_admin env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

# Whether PG_CONFIG names a PostgreSQL with server, headers and test programs.
have_postgres() {
    local pgxs
    pgxs=$("$PG_CONFIG" --pgxs 2>/dev/null) && [[ -f $pgxs ]] &&
        [[ -f $("$PG_CONFIG" --includedir-server)/postgres.h ]] &&
        [[ -x $("$PG_CONFIG" --bindir)/initdb ]] &&
        [[ -x ${pgxs%/makefiles/pgxs.mk}/test/isolation/pg_isolation_regress ]]
}

# The major version to install: the one whose pg_config is named, else that of the headers which are there already,
# else the distribution's own.
wanted_postgres() {
    grep -oP '^/usr/lib/postgresql/\K[0-9]+(?=/bin/pg_config$)' <<<"$PG_CONFIG" ||
        "$PG_CONFIG" --version 2>/dev/null | grep -oE '[0-9]+' | head -n 1 ||
        apt-cache depends postgresql | grep -oE 'postgresql-[0-9]+' | head -n 1 | grep -oE '[0-9]+'
}

# require_packages NAME...: installs these packages and PostgreSQL, as far as they are missing.
require_packages() {
    local package missing=() major
    mkdir -p "$build"
    if command -v dpkg-query >/dev/null; then
        for package in "$@"; do
            # shellcheck disable=SC2016 # the format is dpkg-query's
            dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
                missing+=("$package")
        done
    fi
    if ((${#missing[@]} > 0)) || ! have_postgres; then
        command -v apt-get >/dev/null ||
            die "missing: PostgreSQL with its server headers, $*; there is no apt-get to install them"
        ((EUID == 0)) || command -v sudo >/dev/null ||
            die "missing packages (${missing[*]}) can be installed by root only, and there is no sudo"
        apt update
        if ! have_postgres; then
            major=$(wanted_postgres) || die "apt-get offers no PostgreSQL"
            missing+=("postgresql-$major" "postgresql-server-dev-$major")
        fi
        echo "installing ${missing[*]}"
        install_packages "${missing[@]}"
        have_postgres || die "$PG_CONFIG is not the pg_config of a PostgreSQL with its server headers"
    fi
    PATH=$("$PG_CONFIG" --bindir):$PATH
    PG_CONFIG=$(command -v "$PG_CONFIG")
}

# Installing a server package makes and starts a cluster "main", unless the first file says otherwise while it
# happens; other packages start services, unless the second does. (Debian's /usr/sbin/policy-rc.d: 101 is "no".)
install_packages() {
    local directory=/etc/postgresql-common/createcluster.d policy=/usr/sbin/policy-rc.d
    local file=$directory/gb_enums_check.conf
    as_admin mkdir -p "$directory"
    as_admin sh -c "echo 'create_main_cluster = false' >$file"
    [[ ! -e $policy ]] || policy=
    [[ -z $policy ]] || as_admin sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
    (
        trap 'as_admin rm -f "$file" $policy; as_admin rmdir "$directory" 2>/dev/null || true' EXIT
        apt install --no-install-recommends "$@"
    )
}

# ---- The build ---------------------------------------------------------------------------------

# Builds in a copy of the tree, so that the objects of another PostgreSQL never get mixed up with these,
# and installs into $stage.
build_extension() {
    local folder major
    major=$("$PG_CONFIG" --version | grep -oE '[0-9]+' | head -n 1)
    folder=$build/pg$major
    tree=$folder/tree
    stage=$folder/stage
    echo "building for $("$PG_CONFIG" --version)"
    mkdir -p "$tree"
    # Object files of an earlier build stay; all other files become those of the tree.
    find "$tree" -type f ! -name '*.o' ! -name '*.bc' ! -name '*.d' -delete
    copy_tree "$root" "$tree"
    rm -rf "$stage"
    quietly "$folder/build.log" make -C "$tree" -j"$(nproc)" all
    quietly "$folder/install.log" make -C "$tree" install DESTDIR="$stage"
}

# copy_tree FROM TO: sources, not products.
copy_tree() {
    tar -C "$1" --exclude=./build --exclude=./.git --exclude='./gb_enums--*.sql' --exclude='*.o' --exclude='*.d' --exclude='*.bc' --exclude='*.so' -cf - . |
        tar -C "$2" --no-same-owner -xf -
}

# ---- The private place and its server ----------------------------------------------------------

# PostgreSQL does not run as root, so root hands these commands to the user that Debian's packages create.
server_user() {
    if ((EUID != 0)); then
        id -un
    elif id postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

as_server_user() {
    local user
    if ((EUID != 0)); then
        "$@"
        return
    fi
    user=$(server_user)
    setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups env USER="$user" "$@"
}

# Makes $work, which the user of the server can reach and write and others cannot enter, whatever the tree's place and rights:
# servers trust who reaches their socket. Its path is short, as a socket's must be. Holds the tree, and the installation.
enter_private_place() {
    local parent
    for parent in "${TMPDIR:-/tmp}" /tmp; do
        [[ -d $parent ]] || continue
        work=$(mktemp -d "$parent/gb_enums.XXXXXX")
        chown "$(server_user)" "$work"
        if ((${#work} <= 50)) && as_server_user test -w "$work"; then
            break
        fi
        rmdir "$work"
        work=
    done
    [[ -n $work ]] || die "no temporary directory that $(server_user) can write"
    mkdir "$work/tree"
    copy_tree "$tree" "$work/tree"
    cp -R "$stage" "$work/stage"
    extension_settings >"$work/extension.conf"
    ((EUID != 0)) || chown -R "$(server_user)" "$work"
    export HOME=$work TMPDIR=$work
    cd "$work"
}

# The settings that make a server find the extension in $work/stage.
extension_settings() {
    local settings
    settings=$(postgres --describe-config | cut -f 1)
    if grep -qx extension_destdir <<<"$settings"; then
        echo "extension_destdir = '$work/stage'"
    elif grep -qx extension_control_path <<<"$settings"; then
        # The pg_upgrade of 18 finds "$libdir/NAME" only where the server is installed itself.
        # shellcheck disable=SC2016 # for sed
        sed -i 's,\$libdir/,,' "$work/stage$("$PG_CONFIG" --sharedir)/extension/"*.control
        echo "extension_control_path = '$work/stage$("$PG_CONFIG" --sharedir):\$system'"
    else
        die "this PostgreSQL finds extensions only where it is installed itself (no extension_destdir, no extension_control_path)"
    fi
    echo "dynamic_library_path = '$work/stage$("$PG_CONFIG" --pkglibdir):\$libdir'"
}

# start_server SETTING...: a server in the private place, reached through its socket only; PG* variables lead to it.
start_server() {
    quietly "$work/initdb.log" as_server_user initdb -D "$work/data" -N -A trust -U postgres -E UTF8 --locale=C.UTF-8
    {
        cat "$work/extension.conf"
        printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$work'" "fsync = off" "$@"
    } >>"$work/data/postgresql.conf"
    quietly "$work/start.log" as_server_user pg_ctl -D "$work/data" -l "$work/server.log" -w start
    export PGHOST=$work PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
}

stop_server() {
    as_server_user pg_ctl -D "$work/data" -m fast -w stop >/dev/null 2>&1 || true # one that crashed is down already
    unset PGHOST PGPORT PGUSER PGDATABASE
}
