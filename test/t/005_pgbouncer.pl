# Behind PgBouncer in transaction mode, with demo/pgbouncer.ini: clients share sessions, and nothing of ours is left in one but
# what a client leaves there itself.

use strict;
use warnings;

use Cwd qw(abs_path);
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

# Where Debian puts it is not everybody's search path.
my ($pgbouncer) = grep { -x } map { "$_/pgbouncer" } split(/:/, $ENV{PATH}), '/usr/sbin';
plan skip_all => 'pgbouncer is not installed' if !$pgbouncer;
plan skip_all => 'pgbouncer does not run as root' if $> == 0;

my $node = new_server('bounced');
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION gb_enums;
CREATE TABLE task (id serial PRIMARY KEY, status task_status NOT NULL DEFAULT 'pending');
INSERT INTO task (status) SELECT as_task_status((i % 8)::smallint) FROM generate_series(1, 800) i;
CREATE ROLE reads_codes LOGIN SUPERUSER;
ALTER ROLE reads_codes SET gb_enums.binary_output = 'code';
CREATE ROLE reads_names LOGIN SUPERUSER;
CREATE DATABASE codes TEMPLATE postgres;
ALTER DATABASE codes SET gb_enums.binary_output = 'code';
ALTER ROLE reads_names IN DATABASE codes SET gb_enums.binary_output = 'name';
SQL

# One server session for each, so that clients have to share it.
my %databases = (
    names => 'dbname=postgres user=reads_names',
    codes_by_role => 'dbname=postgres user=reads_codes',
    codes_by_database => 'dbname=codes user=reads_codes',
    names_by_both => 'dbname=codes user=reads_names');
my $directory = PostgreSQL::Test::Utils::tempdir_short;
my $port = PostgreSQL::Test::Cluster::get_free_port();
my $server = 'host=' . $node->host . ' port=' . $node->port;

# Starts PgBouncer with the file of the demonstration, and these settings besides.
sub start_pgbouncer
{
    my (%settings) = @_;
    %settings = (auth_type => 'any', auth_file => '', listen_addr => '', listen_port => $port, unix_socket_dir => $directory,
        pidfile => "$directory/pid", logfile => "$directory/log", admin_users => 'anybody', log_connections => 0, log_disconnections => 0, %settings);
    unlink "$directory/pgbouncer.ini";
    # The file ends in the section [pgbouncer], where these settings take the place of those in the file.
    append_to_file("$directory/pgbouncer.ini", join "\n", '%include ' . abs_path("$FindBin::RealBin/../../demo/pgbouncer.ini"),
        (map { "$_ = $settings{$_}" } sort keys %settings), '[databases]', (map { "$_ = $server $databases{$_}" } sort keys %databases), '');
    command_ok([ $pgbouncer, '-q', '-d', "$directory/pgbouncer.ini" ], 'pgbouncer starts');
    # Newer ones are in the background before they listen.
    for (1 .. 100)
    {
        last if -S "$directory/.s.PGSQL.$port";
        usleep(100_000);
    }
    return;
}

sub stop_pgbouncer
{
    return if !$directory || !-e "$directory/pid";
    kill 'TERM', (split /\n/, slurp_file("$directory/pid"))[0];
    for (1 .. 100)
    {
        last if !-e "$directory/pid";
        usleep(100_000);
    }
    return;
}

sub connection { return "host=$directory port=$port user=anybody dbname=$_[0]" }

sub answer
{
    my ($database, $sql) = @_;
    my ($stdout, $stderr) = run_command([ 'psql', '-XqAt', '-d', connection($database), '-c', $sql ]);
    return $stdout . $stderr;
}

start_pgbouncer(default_pool_size => 1);

# A client sees the setting in the bytes that binary format has: here through the send function.
my $sent = q{SELECT record_send(ROW('running'::task_status))};
my $name = qr/72756e6e696e67$/;
my $code = qr/000000020002$/;

for my $round (1, 2)
{
    like(answer('names', $sent), $name, "round $round: names by default");
    like(answer('codes_by_role', $sent), $code, "round $round: codes for a role");
    like(answer('codes_by_database', $sent), $code, "round $round: codes for a database");
    like(answer('names_by_both', $sent), $name,
        "round $round: names for a role in that database");
    # Set for one transaction, it is gone with it, whoever has the session next.
    like(answer('names', "BEGIN; SET LOCAL gb_enums.binary_output = code; $sent; COMMIT"),
        $code, "round $round: codes for a transaction");
}

# The session that all share has one client's definition as soon as it is another's.
my $define = q{SELECT gb_enums_internal.define('public', 'shared', 'x', '%s')};
answer('names', sprintf $define, '0 old');
is(answer('names', q{SELECT shared_name(0)}), 'old', 'the first definition');
answer('codes_by_role', sprintf $define, '0 new');
is(answer('names', q{SELECT shared_name(0)}), 'new', 'changed by a client in another session');
answer('names', 'BEGIN; ' . sprintf($define, '0 undone') . '; SELECT shared_name(0); ROLLBACK');
is(answer('names', q{SELECT shared_name(0)}), 'new', 'rolled back by a client in the same one');
like(answer('names', q{SELECT 'no such'::shared}), qr/invalid input value for enum shared/,
    'an error');
is(answer('names', q{SELECT 'new'::shared}), 'new', 'and the next client');
# So it is with the functions that people call, each call by the one client and the look by the other.
answer('names', q{SELECT gb_enum_add_value('shared', 'added')});
is(answer('codes_by_role', q{SELECT 'added'::shared::int}), '1', 'a value that another client has added');
answer('codes_by_role', q{SELECT gb_enum_rename_value('shared', 'added', 'renamed')});
is(answer('names', q{SELECT shared_name(1)}), 'renamed', '... renamed');
answer('names', q{SELECT gb_enum_remove_value('shared', 'renamed')});
is(answer('codes_by_role', q{SELECT shared_name(1) IS NULL}), 't', '... and removed');

# Procedures that commit take one session for all of their transactions.
answer('names', q{CREATE TABLE old_task (id int PRIMARY KEY, status text); INSERT INTO old_task VALUES (1, 'failed')});
answer('names', q{CALL gb_enum_convert_online('old_task', '{"status": "task_status"}')});
is(answer('names', q{SELECT status, pg_typeof(status) FROM old_task}), 'failed|task_status', 'a conversion');
answer('names', q{CREATE TABLE event (at timestamptz NOT NULL) PARTITION BY RANGE (at)});
answer('names', q{SELECT gb_partition_manage('event')});
answer('names', q{CALL gb_partition_maintain()});
is(answer('names', q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'event'::regclass}), 4, 'partitions');

# Under load, with names and codes as parameters; prepared statements cannot be used in this mode.
append_to_file("$directory/script.sql", <<'SQL');
\set code random(0, 7)
SELECT count(*) FROM task WHERE status = :code;
SELECT id FROM task WHERE status = task_status_name(:code::int) LIMIT 1;
UPDATE task SET status = task_status_name(:code::int) WHERE id = 1 + :code;
BEGIN;
INSERT INTO task (status) VALUES (task_status_name(:code::int));
ROLLBACK;
SQL
for my $protocol ('simple', 'extended')
{
    my ($stdout, $stderr) = run_command([ 'pgbench', '-n', '-c', '8', '-t', '50', '-M', $protocol, '-f',
            "$directory/script.sql", connection('names') ]);
    like($stdout, qr{processed: 400/400}, "pgbench, $protocol protocol") or diag $stderr;
}
is(answer('names',
        q{SELECT count(*), count(*) FILTER (WHERE status::text <> task_status_name(status::int)) FROM task}),
    '800|0', 'and all is well');

# The trap, and what helps ----------------------------------------------------------------------------------

# A SET outside of a transaction stays in the session, which the next client gets.
answer('names', 'SET gb_enums.binary_output = code');
like(answer('names', $sent), $code, 'a SET of one client reaches the next one');
# A role that has the setting is not affected, as long as its clients do no SET: it has sessions of its own.
like(answer('codes_by_role', $sent), $code, 'ALTER ROLE ... SET: the role has its setting');
like(answer('names_by_both', $sent), $name, 'and the other role has its own');
for my $reset ('RESET ALL', 'DISCARD ALL')
{
    stop_pgbouncer();
    start_pgbouncer(default_pool_size => 1, server_reset_query => $reset, server_reset_query_always => 1);
    answer('names', 'SET gb_enums.binary_output = code');
    like(answer('names', $sent), $name, "server_reset_query_always, $reset: a SET reaches nobody");
    answer('codes_by_role', 'SET gb_enums.binary_output = name');
    like(answer('codes_by_role', $sent), $code, "$reset: the role has its setting back");
}

# Many clients ----------------------------------------------------------------------------------------------

stop_pgbouncer();
start_pgbouncer();
my %config = map { (split /\|/)[0, 1] } split /\n/, answer('pgbouncer', 'SHOW CONFIG');
is_deeply([ @config{qw(pool_mode max_client_conn default_pool_size)} ], [ 'transaction', '10000', '50' ], 'the settings of the platform');
# As many as this process may open files.
my ($files) = run_command([ 'sh', '-c', 'ulimit -n' ]);
my $clients = $files =~ /^\d+$/ && $files < 10000 ? $files - 200 : 9800;
append_to_file("$directory/many.sql", <<'SQL');
\set code random(0, 7)
\set id random(1, 800)
SELECT count(*) FROM task WHERE status = task_status_name(:code::int);
UPDATE task SET status = task_status_name(:code::int) WHERE id = :id;
SQL
my ($stdout, $stderr) = run_command([ 'pgbench', '-n', '-c', $clients, '-j', '2', '-t', '2', '-M', 'extended', '-f', "$directory/many.sql", connection('names') ]);
my $transactions = 2 * $clients;
like($stdout, qr{processed: $transactions/$transactions}, "$clients clients at a time") or diag $stderr;
my $sessions = $node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE usename = 'reads_names'});
cmp_ok($sessions, '<=', 50, "share $sessions sessions");
cmp_ok($sessions, '>', 1, 'which are several');

done_testing();

# Also when something failed before.
END
{
    my $status = $?;
    stop_pgbouncer();
    $? = $status;
}
