# gb_enum_check_queries() with what pg_stat_statements has recorded of an application, beside tables that are locked, and on a
# standby.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('main', wal_level => 'replica', shared_preload_libraries => 'pg_stat_statements',
    'pg_stat_statements.track' => 'all', 'pg_stat_statements.track_utility' => 'off');
$node->safe_psql('postgres', q{
    CREATE SCHEMA recorder;
    CREATE EXTENSION pg_stat_statements SCHEMA recorder;
    CREATE EXTENSION gb_enums;
    CREATE TABLE tasks (id int, status text, priority int, created_at timestamptz DEFAULT now());
    CREATE ROLE worker LOGIN;
    GRANT USAGE ON SCHEMA recorder TO worker;
    CREATE FUNCTION count_tasks(wanted text) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM tasks WHERE status = wanted';
    GRANT SELECT ON tasks TO worker;
    CREATE DATABASE elsewhere});

# The application. The constants that it writes are recorded as $n, some of them where no $n can stand, or without a type.
my @fine = (q{SELECT id FROM tasks WHERE status = 'ready'}, q{SELECT count(*) FROM tasks WHERE created_at > now() - interval '1 day'},
    q{SELECT * FROM generate_series(1, 3)}, q{INSERT INTO tasks (id, status) VALUES (1, 'ready')}, q{UPDATE tasks SET priority = 2 WHERE id = 1},
    q{SELECT count_tasks('ready')});
my @broken = (q{SELECT priority + 1 FROM tasks}, q{SELECT id FROM tasks WHERE status COLLATE "C" = 'ready'});
$node->safe_psql('postgres', $_) for q{SELECT recorder.pg_stat_statements_reset()}, @fine, @broken;
$node->safe_psql('postgres', 'SELECT max(priority) * 10 FROM tasks', extra_params => [ '-U', 'worker' ]);
$node->safe_psql('elsewhere', 'SELECT 2 AS elsewhere');
my $recorded = q{SELECT count(*) FROM recorder.pg_stat_statements WHERE query ~ 'tasks'};
my $count = $node->safe_psql('postgres', $recorded);

my $check = q{SELECT sqlstate, statement FROM gb_enum_check_queries() WHERE kind = 'error' ORDER BY statement COLLATE "C"};
is($node->safe_psql('postgres', $check), '', 'before a conversion nothing fails');
is($node->safe_psql('postgres', $recorded), $count, 'what is checked is not recorded');

# As the application has recorded it, in the transaction that converts.
sub converted
{
    my ($sql) = @_;
    return qq{BEGIN;
        ALTER TABLE tasks ALTER status TYPE task_status USING status::task_status, ALTER priority TYPE task_priority USING priority::task_priority;
        $sql;
        ROLLBACK;};
}
is($node->safe_psql('postgres', converted($check)), <<'END' =~ s/\n\z//r, 'what breaks, of all roles of this database');
42804|SELECT id FROM tasks WHERE status COLLATE "C" = $1
42883|SELECT max(priority) * $1 FROM tasks
42883|SELECT priority + $1 FROM tasks
END
$node->safe_psql('postgres', 'GRANT CREATE ON SCHEMA public TO worker; ALTER TABLE tasks OWNER TO worker');
my ($status, $out, $err) = $node->psql('postgres', converted($check), extra_params => [ '-U', 'worker' ]);
is($out, '42883|SELECT max(priority) * $1 FROM tasks', 'a role sees its own statements');
like($err, qr/NOTICE:  the statements of other roles are not analysed\nHINT:  Members of pg_read_all_stats see them/, 'and is told of others');

# A table that another session has locked.
my $other = $node->background_psql('postgres');
$other->query_safe('BEGIN; LOCK TABLE tasks');
my $locked = q{SELECT string_agg(DISTINCT sqlstate, ','), count(*), clock_timestamp() - statement_timestamp() < interval '8 seconds'
    FROM gb_enum_check_queries(array_fill('SELECT id FROM tasks'::text, ARRAY[20]))};
is($node->safe_psql('postgres', $locked), '55P03|20|t', 'a locked table does not keep the caller for long');
is($node->safe_psql('postgres', "SET lock_timeout = '10ms'; " . $locked =~ s/8 seconds/1 second/r), '55P03|20|t', 'a shorter lock_timeout stays');
is($node->safe_psql('postgres', "SET lock_timeout = '1h'; $check; SHOW lock_timeout") =~ s/.*\n//sr, '1h', 'the setting is as before');
($status, $out, $err) = $node->psql('postgres', "SET statement_timeout = '100ms'; $locked");
like($err, qr/canceling statement due to statement timeout/, 'a cancel is not taken for an error of the statement');
$other->quit;

# Without the recorder's library.
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$node->restart;
($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY sqlstate\nSELECT gb_enum_check_queries()");
like($err, qr/ERROR:  55000/, 'pg_stat_statements that is not loaded');

$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->start;
($status, $out, $err) = $standby->psql('postgres', q{SELECT gb_enum_check_queries('{UPDATE tasks SET id = 1}')});
like($err, qr/cannot execute gb_enum_check_queries\(\) during recovery/, 'a standby could not have the locks');
$standby->stop;

done_testing();
