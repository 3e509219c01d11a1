# Logical replication where names are short, where the subscriber's definition is behind, where only some rows are published,
# where a column is converted on one side and then on the other, and where each side makes its own partitions.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $publisher = new_server('publisher', wal_level => 'logical');
my $subscriber = new_server('subscriber', wal_retrieve_retry_interval => '100ms');
my $connection = $publisher->connstr . ' dbname=postgres';
sub publish { return $publisher->safe_psql('postgres', $_[0]) }
sub subscribe { return $subscriber->safe_psql('postgres', $_[0]) }

my $schema = <<'SQL';
CREATE EXTENSION gb_enums;
SELECT gb_enum_create('answer', definition => E'0 ok\n1 no alias "1d"\n2 maybe\n24943 far\n-1 below');
CREATE TABLE answers (id int PRIMARY KEY, a answer, many answer[]);
SQL
publish("$schema CREATE PUBLICATION answers FOR TABLE answers");
subscribe($schema);
my $shown = 'SELECT id, a, a::int, many FROM answers ORDER BY id';

# Subscribes to the rows that are there, with a setting of the walsender's.
sub begin
{
    my ($name, $binary, $output) = @_;
    publish("ALTER DATABASE postgres SET gb_enums.binary_output = '$output'");
    subscribe("TRUNCATE answers; CREATE SUBSCRIPTION $name CONNECTION '$connection' PUBLICATION answers WITH (binary = $binary)");
    $subscriber->wait_for_subscription_sync($publisher, $name, 'postgres');
    return;
}

# Waits for an error that the subscription is stopped by, and returns the log since. It goes on trying.
sub wait_for_error
{
    my ($name, $log_before) = @_;
    my $errors = "(SELECT apply_error_count FROM pg_stat_subscription_stats WHERE subname = '$name')";
    my $before = subscribe("SELECT $errors");
    ok($subscriber->poll_query_until('postgres', "SELECT $errors > $before"), "$name: stopped by an error");
    return slurp_file($subscriber->logfile, $log_before);
}

# Names of two bytes -------------------------------------------------------------------------------------

my @ways = ([ 'text', 'false', 'name' ], [ 'names', 'true', 'name' ], [ 'codes', 'true', 'code' ]);
my $number = 0;
for my $way (@ways)
{
    my ($name, $binary, $output) = @$way;
    publish('TRUNCATE answers');
    publish(q{INSERT INTO answers VALUES (1, 'ok', '{ok,no,far,NULL}'), (2, 'no', '{}'), (3, 'far', NULL), (4, 'below', '{below}')});
    begin($name, $binary, $output);
    publish(q{INSERT INTO answers SELECT id + 10, a, many FROM answers; UPDATE answers SET a = '1d' WHERE id = 3});
    # Codes that have no value on either side: also those that would be "ac", "77" and "ÿþ" if they were names.
    publish(q{INSERT INTO answers SELECT 100 + n, as_answer(c::smallint), ARRAY[as_answer(c::smallint)]
        FROM unnest('{7,99,300,24931,14135,-2,-32768}'::int[]) WITH ORDINALITY u(c, n)});
    $publisher->wait_for_catchup($name);
    is(subscribe($shown), publish($shown), "$name: names of two bytes, and codes without a name");

    # The subscriber is behind: the publisher has another name of two bytes, a longer one, and a code whose bytes are "aA".
    $number++;
    my %codes = ("z$number" => 10 + $number, "later$number" => 20 + $number, "high$number" => 24896 + $number);
    publish(join ';', map { "SELECT gb_enum_add_value('answer', '$_', $codes{$_})" } sort keys %codes);
    for my $value (sort keys %codes)
    {
        my $code = $codes{$value};
        my $sent = $output eq 'name' ? $value : $code > 8223 ? pack('n', $code) : undef;
        my $log_before = -s $subscriber->logfile;
        publish("INSERT INTO answers VALUES (1000 + length('$value'), '$value', ARRAY['$value'::answer])");
        if ($sent)
        {
            like(wait_for_error($name, $log_before), qr/ERROR:  invalid input value for enum (public\.)?answer: "$sent"/, "$name: the log has the value");
            is(subscribe("SELECT count(*) FROM answers WHERE id = 1000 + length('$value')"), 0, "$name: $value is not taken for another value");
        }
        else
        {
            $publisher->wait_for_catchup($name);
            is(subscribe("SELECT a FROM answers WHERE id = 1000 + length('$value')"), $code, "$name: $value comes as a code without a name");
        }
        # What has to be done is what should have been done before.
        subscribe("SELECT gb_enum_add_value('answer', '$value', $code)");
        $publisher->wait_for_catchup($name);
        is(subscribe($shown), publish($shown), "$name: $value comes when the subscriber knows it, and nothing is lost");
    }

    # A value that is to go: first where rows are written, then where they are read.
    publish("UPDATE answers SET a = 'ok', many = NULL WHERE id > 1000; SELECT gb_enum_remove_value('answer', 'later$number')");
    $publisher->wait_for_catchup($name);
    subscribe("SELECT gb_enum_remove_value('answer', 'later$number')");
    publish(q{INSERT INTO answers VALUES (2000, 'no')});
    $publisher->wait_for_catchup($name);
    is(subscribe($shown), publish($shown), "$name: a value that was removed on both");
    subscribe("DROP SUBSCRIPTION $name");
}

# Some rows only -----------------------------------------------------------------------------------------

publish(<<'SQL');
CREATE TABLE tasks (id int, status task_status, code smallint NOT NULL GENERATED ALWAYS AS (status::smallint) STORED, raw smallint NOT NULL);
SQL
for my $filter (
    [ q{status = 'running'}, 'User-defined operators are not allowed' ], [ q{status::smallint = 2}, 'User-defined types are not allowed' ],
    [ 'status IS NOT NULL', 'User-defined types are not allowed' ], [ q{raw = 'running'::task_status}, 'User-defined operators are not allowed' ],
    [ q{raw = task_status_code('running')}, 'User-defined or built-in mutable functions are not allowed' ])
{
    my ($condition, $reason) = @$filter;
    my (undef, undef, $stderr) = $publisher->psql('postgres', "CREATE PUBLICATION refused FOR TABLE tasks WHERE ($condition)");
    like($stderr, qr/invalid publication WHERE expression\n.*DETAIL:  $reason/s, "refused by the server: $condition");
}
# What the server takes is a comparison of codes. Updates need the column in the replica identity.
publish(<<'SQL');
CREATE UNIQUE INDEX tasks_by_code ON tasks (id, raw);
ALTER TABLE tasks ALTER id SET NOT NULL;
ALTER TABLE tasks REPLICA IDENTITY USING INDEX tasks_by_code;
CREATE PUBLICATION active FOR TABLE tasks (id, status, raw) WHERE (raw < 5);
SQL
subscribe(<<"SQL");
CREATE TABLE tasks (id int, status task_status, raw smallint NOT NULL, PRIMARY KEY (id, raw));
CREATE SUBSCRIPTION active CONNECTION '$connection' PUBLICATION active;
SQL
$subscriber->wait_for_subscription_sync($publisher, 'active', 'postgres');
publish(q{INSERT INTO tasks (id, status, raw) SELECT g, as_task_status(g::smallint), g FROM generate_series(0, 7) g});
publish(q{UPDATE tasks SET status = 'completed', raw = 5 WHERE id = 1; UPDATE tasks SET status = 'ready', raw = 1 WHERE id = 6; DELETE FROM tasks WHERE id = 0});
$publisher->wait_for_catchup('active');
is(subscribe('SELECT id, task_status_name(raw), status FROM tasks ORDER BY id'),
    "2|running|running\n3|paused|paused\n4|waiting_approval|waiting_approval\n6|ready|ready", 'a filter by the codes of a raw column');
subscribe('DROP SUBSCRIPTION active; TRUNCATE tasks');

# A typed column, through a generated one with its code, for tables whose rows are only inserted.
publish(q{DROP PUBLICATION active; CREATE PUBLICATION failed FOR TABLE tasks (id, status, raw) WHERE (code IN (6, 7)) WITH (publish = 'insert')});
subscribe("CREATE SUBSCRIPTION failed CONNECTION '$connection' PUBLICATION failed");
$subscriber->wait_for_subscription_sync($publisher, 'failed', 'postgres');
publish(q{INSERT INTO tasks (id, status, raw) SELECT 10 + g, as_task_status(g::smallint), 0 FROM generate_series(0, 7) g});
$publisher->wait_for_catchup('failed');
is(subscribe('SELECT id, status FROM tasks ORDER BY id'), "7|cancelled\n16|failed\n17|cancelled", 'a filter by a generated column with the code');
subscribe('DROP SUBSCRIPTION failed');

# Conversions --------------------------------------------------------------------------------------------

# Each side is converted on its own, in either order: what is sent is the text, or in binary the bytes of the text.
for my $binary ('false', 'true')
{
    my @sides = ([ 'publisher', \&publish ], [ 'subscriber', \&subscribe ]);
    for my $order (\@sides, [ reverse @sides ])
    {
        my $name = "binary = $binary, the $order->[0][0] first";
        my $jobs = q{CREATE TABLE jobs (id serial PRIMARY KEY, status varchar(20) NOT NULL, o text)};
        $_->[1]("DROP TABLE IF EXISTS jobs; $jobs") for @sides;
        publish(q{ALTER DATABASE postgres RESET gb_enums.binary_output});
        publish(q{CREATE PUBLICATION jobs FOR TABLE jobs; INSERT INTO jobs (status, o) VALUES ('pending', 'ok')});
        subscribe("CREATE SUBSCRIPTION jobs CONNECTION '$connection' PUBLICATION jobs WITH (binary = $binary)");
        $subscriber->wait_for_subscription_sync($publisher, 'jobs', 'postgres');
        my $errors = subscription_errors($subscriber, 'postgres');
        for my $side (@$order)
        {
            $side->[1](q{SELECT gb_enum_convert_table('jobs', '{"status": "task_status", "o": "answer"}', dry_run => false)});
            publish(q{INSERT INTO jobs (status, o) VALUES ('running', 'no'), ('failed', 'maybe'); UPDATE jobs SET status = 'completed' WHERE status = 'pending'});
            $publisher->wait_for_catchup('jobs');
            is(subscribe('SELECT * FROM jobs ORDER BY id'), publish('SELECT * FROM jobs ORDER BY id'), "$name: the $side->[0] is converted");
        }
        is(subscription_errors($subscriber, 'postgres'), $errors, "$name: the subscriber never stopped");
        subscribe('DROP SUBSCRIPTION jobs');
        publish('DROP PUBLICATION jobs');
    }
}

# Partitions -----------------------------------------------------------------------------------------------

# Rows are sent as those of the parent, so each side has partitions of its own, even of another interval.
my $events = q{CREATE TABLE events (id int, status task_status, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    SELECT gb_partition_manage('events', '%s'); CALL gb_partition_maintain('events')};
publish(sprintf $events, '1 month');
subscribe(sprintf $events, '1 week');
publish(q{CREATE PUBLICATION events FOR TABLE events WITH (publish_via_partition_root = true)});
subscribe("CREATE SUBSCRIPTION events CONNECTION '$connection' PUBLICATION events");
$subscriber->wait_for_subscription_sync($publisher, 'events', 'postgres');
publish(q{SELECT gb_partition_create('events', now() + interval '1 year')});
subscribe(q{SELECT gb_partition_create('events', now() + interval '1 year')});
publish(q{INSERT INTO events VALUES (1, 'ready', now()), (2, 'failed', now() + interval '1 year'); UPDATE events SET at = now() WHERE id = 2});
$publisher->wait_for_catchup('events');
is(subscribe('SELECT id, status, at FROM events ORDER BY id'), publish('SELECT id, status, at FROM events ORDER BY id'), 'partitions of both sides');
cmp_ok(subscribe(q{SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass}), '>=', 5, 'each has its own');
subscribe('DROP SUBSCRIPTION events');

$subscriber->stop;
$publisher->stop;
done_testing();
