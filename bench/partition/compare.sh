#!/bin/bash
# What partitions made in different ways do: the experiments behind the table "Compared" of docs/partitions.md.
# Needs a server with the extension and pg_partman 4 (PGHOST, PGPORT, ... say which) and a superuser; uses a database of
# its own. Each line is: what was tried, who did it, what came out.
#
#   bench/partition/compare.sh
set -euo pipefail
export PGDATABASE=gb_compare_partition PGOPTIONS='-c client_min_messages=error -c timezone=UTC'
sql() { psql -qXAt -v ON_ERROR_STOP=1 "$@"; }

# attempt SQL: runs it, and prints its error.
attempt() {
    local said
    said=$(psql -qXAt -v VERBOSITY=terse -c "$1" 2>&1 >/dev/null | head -n 1)
    echo "${said:-no error}"
}

# say TRIED WHO RESULT
say() { printf '%-26s %-8s %s\n' "$1" "$2" "$3"; }

psql -qX -d postgres -c "DROP DATABASE IF EXISTS $PGDATABASE" -c "CREATE DATABASE $PGDATABASE"
sql <<'SQL'
CREATE EXTENSION gb_enums;
CREATE SCHEMA partman;
CREATE EXTENSION pg_partman SCHEMA partman;
CREATE FUNCTION fresh(VARIADIC names text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE t text;
BEGIN
    DELETE FROM partman.part_config;
    DELETE FROM gb_enums_internal.partition_set;
    FOREACH t IN ARRAY names LOOP
        EXECUTE format('DROP TABLE IF EXISTS %1$I CASCADE; DROP TABLE IF EXISTS %2$I;
            CREATE TABLE %1$I (id bigint, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)', t, t || '_default');
    END LOOP;
END $$;
-- as such functions are usually written
CREATE FUNCTION naive(t text, at date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', t || to_char(at, '_YYYY_MM'), t, at, (at + interval '1 month')::date);
END $$;
CREATE FUNCTION partman(t text, ahead integer DEFAULT 1, size text DEFAULT '1 month') RETURNS void LANGUAGE sql AS $$
    SELECT partman.create_parent('public.' || t, 'at', 'native', size, p_premake => ahead, p_start_partition => now()::date::text)
$$;
CREATE FUNCTION bounds(t text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(substring(pg_get_expr(c.relpartbound, c.oid), 'FROM .*'), ', ' ORDER BY pg_get_expr(c.relpartbound, c.oid))
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = t::regclass AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'
$$;
SQL
partitions() { sql -c "SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = '$1'::regclass AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'"; }

york='SET timezone = "America/New_York"'
sql -c "SELECT fresh('ours', 'naive', 'partman')" -c "SELECT create_monthly_partition('ours', '2024-01-01'::date), naive('naive', '2024-01-01'), partman('partman')" \
    -c "INSERT INTO partman VALUES (1, now())" -c "UPDATE partman.part_config SET premake = 3" >/dev/null
sql -c "$york" -c "SELECT create_monthly_partition('ours', '2024-02-01'::date), naive('naive', '2024-02-01')" -c 'CALL partman.run_maintenance_proc()' >/dev/null
for way in ours naive partman; do say 'from a New York session' $way "$(sql -c "SELECT bounds('$way')")"; done

sql -c "SELECT fresh('ours', 'naive', 'partman')" -c "SELECT gb_partition_manage('ours', premake => 3, anchor => '2024-01-31')" \
    -c "CALL gb_partition_maintain('ours', '2024-01-31')" -c "DO \$\$ DECLARE at date := '2024-01-31'; BEGIN FOR i IN 1..4 LOOP PERFORM naive('naive', at); at := at + interval '1 month'; END LOOP; END \$\$" >/dev/null
for way in ours naive; do say 'months from the 31st' $way "$(sql -c "SELECT bounds('$way')")"; done

sql -c "SELECT fresh('ours', 'naive', 'partman')" -c "SELECT partman('partman')" >/dev/null
for way in ours naive partman; do
    case $way in
        ours) make="SELECT create_monthly_partition('ours', '2030-05-01'::date)" ;;
        naive) make="SELECT naive('naive', '2030-05-01')" ;;
        partman) make="SELECT partman.create_partition_time('public.partman', ARRAY['2030-05-01'::timestamptz])" ;;
    esac
    say 'lock on the table' $way "$(sql -c BEGIN -c "$make" -c "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = '$way'::regclass AND mode ~ 'Exclusive'" | tail -n 1)"
done

long=$(printf 'n%.0s' {1..57})
sql -c "SELECT fresh('${long}a', '${long}b', '${long}c', '${long}d')" >/dev/null
for month in {1..12}; do sql -c "SELECT naive('${long}a', '2024-$month-01'), create_monthly_partition('${long}b', '2024-$month-01'::date)" >/dev/null; done
say '58-byte name, 12 months' naive "$(partitions "${long}a") partition"
say '58-byte name, 12 months' ours "$(partitions "${long}b") partitions"
sql -c "SELECT partman('${long}c')" -c "SELECT partman('${long}d')" >/dev/null
say 'two names alike' partman "$(partitions "${long}c") and $(partitions "${long}d") partitions"

sql -c "SELECT fresh('ours', 'naive', 'partman')" -c "CREATE TABLE naive_2040_05 ()" -c "CREATE TABLE ours_2040_05 ()" -c "CREATE TABLE partman_p2040_05 ()" -c "SELECT partman('partman')" >/dev/null
say 'name is taken' ours "$(attempt "SELECT create_monthly_partition('ours', '2040-05-01'::date)")"
say 'name is taken' naive "$(attempt "SELECT naive('naive', '2040-05-01')"), $(partitions naive) partitions"
before=$(partitions partman)
say 'name is taken' partman "$(attempt "SELECT partman.create_partition_time('public.partman', ARRAY['2040-05-01'::timestamptz])"), $(($(partitions partman) - before)) partitions"

sql -c "SELECT fresh('ours', 'partman')" -c "SELECT partman('partman')" -c "SELECT gb_partition_manage('ours', retain => '3 months', on_expire => 'drop')" -c 'CALL gb_partition_maintain()' >/dev/null
for way in ours partman; do
    sql -c "SELECT format('CREATE TABLE ${way}_p2000_01 PARTITION OF $way FOR VALUES FROM (''2000-01-01'') TO (%L)', date_trunc('month', now() - interval '1 month'))" | sql
    sql -c "INSERT INTO $way SELECT 1, date_trunc('month', now() - interval '1 month') - interval '1 day'" -c "INSERT INTO $way VALUES (2, now())"
done
sql -c "UPDATE partman.part_config SET retention = '3 months', retention_keep_table = false" -c 'CALL partman.run_maintenance_proc()'
sql -c "CALL gb_partition_maintain()"
for way in ours partman; do say 'wide one, 3 months kept' $way "$(sql -c "SELECT count(*) FROM $way WHERE id = 1") of 1 row, a month old"; done

sql -c "SELECT fresh('ours', 'naive', 'partman', 'partman2')" -c "SELECT partman('partman'), partman('partman2')" -c "SELECT gb_partition_manage('ours')" >/dev/null
sql -c "INSERT INTO partman VALUES (1, now()), (2, date_trunc('month', now()) + interval '2 months')" -c "INSERT INTO partman2 VALUES (1, now())" -c "UPDATE partman.part_config SET premake = 3"
say 'rows in DEFAULT' partman "$(attempt 'CALL partman.run_maintenance_proc()')"
say '  another set then has' partman "$(sql -c "SELECT count(*) FROM pg_inherits WHERE inhparent = 'partman2'::regclass") partitions, as before"

sql -c "SELECT fresh('ours', 'naive', 'partman')" -c "SELECT partman('partman')" >/dev/null
for way in ours naive partman; do
    case $way in
        ours) make="SELECT create_monthly_partition('ours', %L::date);" ;;
        naive) make="SELECT naive('naive', %L);" ;;
        partman) make="SELECT partman.create_partition_time('public.partman', ARRAY[%L::timestamptz]);" ;;
    esac
    statements=$(sql -v make="$make" <<<"SELECT format(:'make', timestamp '2030-01-01' + i * interval '1 month') FROM generate_series(0, 23) i")
    errors=$(for _ in 1 2 3 4; do psql -qXAt <<<"$statements" 2>&1 >/dev/null & done | grep -c ERROR || true)
    say '4 sessions, 24 months' $way "$errors errors"
done

sql -c "SELECT fresh('ours', 'partman')" -c "SELECT partman('partman', 1, '1 day')" -c "SELECT gb_partition_manage('ours', '1 day', premake => 1000)" \
    -c 'INSERT INTO partman VALUES (1, now())' -c "UPDATE partman.part_config SET premake = 300" >/dev/null
for way in ours partman; do
    [[ $way == ours ]] && call='CALL gb_partition_maintain()' || call='CALL partman.run_maintenance_proc()'
    before=$(partitions $way)
    sql -c "$call" >/dev/null 2>&1 &
    sleep 0.5
    sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = '$call' AND pid <> pg_backend_pid()" >/dev/null
    wait $! || true
    after=$(($(partitions $way) - before))
    sql -c "$call"
    say 'killed after 0.5 s' $way "keeps $after partitions; the next run makes $(($(partitions $way) - before - after))"
done

sql -c "SELECT fresh('ours', 'partman')" -c "SELECT partman('partman', 2)" \
    -c "SELECT create_monthly_partition('ours', now() + i * interval '1 month') FROM generate_series(0, 2) i" >/dev/null
for way in ours partman; do sql -c "INSERT INTO $way SELECT i, now() + i % 2 * interval '1 month' FROM generate_series(1, 1000) i"; done
sql -c 'CREATE TABLE whole (LIKE partman INCLUDING ALL)' \
    -c "SELECT partman.undo_partition('public.partman', 1, p_target_table => 'public.whole', p_keep_table => false)" >/dev/null
sql -c "CALL gb_partition_merge('ours')"
for way in ours partman; do
    say 'back into one table' $way "$(sql -c "SELECT count(*) FROM $way") of 1000 rows, $(sql -c "SELECT CASE relkind WHEN 'p' THEN 'partitioned' ELSE 'plain' END FROM pg_class WHERE oid = '$way'::regclass")"
done
say '  not registered' partman "$(attempt "SELECT partman.undo_partition('public.ours_parted', 1, p_target_table => 'public.whole')")"
psql -qX -d postgres -c "DROP DATABASE $PGDATABASE"
exec bash "$(dirname "$0")/compare_big.sh"
