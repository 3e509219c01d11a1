# A physical standby reads names and leaves partitions alone, and a logical subscriber takes every value that the publisher holds,
# as text and in binary, whatever its own definition says of it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $publisher = new_server('publisher', wal_level => 'logical');

# A deprecated value, and a name of two bytes, which binary format cannot tell from a code.
my $definition = q{
0 new
1 open
2 stalled deprecated use open
3 no};
my $define = 'SELECT gb_enums_internal.define(%s, %s, %s, %s)';
my $ticket_status = sprintf $define, q{'public'}, q{'ticket_status'}, q{'tickets'}, "'$definition'";
my $schema = <<"SQL";
CREATE EXTENSION gb_enums;
$ticket_status;
CREATE TABLE typed (id integer PRIMARY KEY, status task_status, ticket ticket_status, history ticket_status[]);
SQL
my $shown = q{SELECT id, status, ticket, ticket::int, history FROM typed ORDER BY id};

$publisher->safe_psql('postgres', $schema);
$publisher->safe_psql('postgres', <<'SQL');
SET gb_enums.deprecated_input = accept;
INSERT INTO typed VALUES (1, 'running', 'new', '{new,open}'), (2, 'failed', 'stalled', '{stalled,no}'),
    (3, as_task_status('99'), as_ticket_status('-1'), ARRAY[as_ticket_status('77')]),
    (4, NULL, 'no', '{NULL}');
SQL
my $expected = join "\n", '1|running|new|0|{new,open}', '2|failed|stalled|2|{stalled,no}',
    '3|99|-1|-1|{77}', '4||no|3|{NULL}';
is($publisher->safe_psql('postgres', $shown), $expected, 'the publisher');

# Physical -----------------------------------------------------------------------------------------

$publisher->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($publisher, 'backup', has_streaming => 1);
$standby->start;
$publisher->wait_for_catchup($standby);
is($standby->safe_psql('postgres', $shown), $expected, 'a standby reads the names');
my $reader = $standby->background_psql('postgres');
is($reader->query_safe(q{SELECT ticket_status_name(4)}), '', 'a name that is not yet there');
(my $longer = $ticket_status) =~ s/3 no/3 no\n4 later/;
$publisher->safe_psql('postgres', $longer);
$publisher->safe_psql('postgres', q{INSERT INTO typed VALUES (5, 'ready', 'later')});
$publisher->wait_for_catchup($standby);
is($reader->query_safe(q{SELECT ticket_status_name(4), ticket FROM typed WHERE ticket = 'later'}), 'later|later',
    'a session on the standby sees a new value');
$reader->quit;
# The same schedule may be on all servers.
my ($ended, undef, $notice) = $standby->psql('postgres', 'CALL gb_partition_maintain(must_succeed => true)');
is($ended, 0, 'maintenance of partitions on a standby ends without an error');
like($notice, qr/NOTICE:  partitions are not maintained by a standby server/, 'and says why it did nothing');
$standby->stop;
$publisher->safe_psql('postgres', 'DELETE FROM typed WHERE id = 5');

# Logical ------------------------------------------------------------------------------------------

$publisher->safe_psql('postgres', 'CREATE PUBLICATION everything FOR TABLE typed');
my $subscriber = new_server('subscriber');
my $connection = $publisher->connstr . ' dbname=postgres';

for my $binary ('false', 'true')
{
    for my $output ('name', 'code')
    {
        my $name = "binary = $binary, binary_output = $output";
        my $database = "binary_${binary}_$output";
        # For the walsender, which sends as its role's settings say.
        $publisher->safe_psql('postgres',
            "ALTER DATABASE postgres SET gb_enums.binary_output = '$output'; TRUNCATE typed");
        $publisher->safe_psql('postgres', <<'SQL');
SET gb_enums.deprecated_input = accept;
INSERT INTO typed VALUES (1, 'running', 'new', '{new,open}'), (2, 'failed', 'stalled', '{stalled,no}');
SQL
        $subscriber->safe_psql('postgres', "CREATE DATABASE $database");
        $subscriber->safe_psql($database, $schema);
        $subscriber->safe_psql($database,
            "CREATE SUBSCRIPTION $database CONNECTION '$connection' PUBLICATION everything WITH (binary = $binary)");
        $subscriber->wait_for_subscription_sync($publisher, $database, $database);
        is($subscriber->safe_psql($database, $shown), join("\n", (split /\n/, $expected)[0, 1]),
            "$name: the first copy");

        $publisher->safe_psql('postgres', <<'SQL');
INSERT INTO typed VALUES
    (3, as_task_status('99'), as_ticket_status('-1'), ARRAY[as_ticket_status('77')]), (4, NULL, 'no', '{NULL}'),
    (5, 'ready', 'new', '{}'), (6, 'ready', 'new', '{}');
UPDATE typed SET status = 'completed', ticket = as_ticket_status('2') WHERE id = 5;
DELETE FROM typed WHERE id = 6;
SQL
        $publisher->wait_for_catchup($database);
        is($subscriber->safe_psql($database, $shown), "$expected\n5|completed|stalled|2|{}",
            "$name: what came later");
        is(subscription_errors($subscriber, $database), 0, "$name: the subscriber never stopped");
        # The subscriber's own clients are held to its definition.
        my (undef, undef, $stderr) = $subscriber->psql($database, q{INSERT INTO typed VALUES (9, 'ready', 'stalled')});
        like($stderr, qr/"stalled" of enum ticket_status is deprecated/, "$name: no deprecated input otherwise");
        $subscriber->safe_psql($database, "DROP SUBSCRIPTION $database");
    }
}

# A publisher that has values which the subscriber does not know yet: as codes they get through, and
# show their names once the subscriber is given the same definition.
$publisher->safe_psql('postgres', q{TRUNCATE typed; INSERT INTO typed VALUES (1, 'ready', 'later')});
$subscriber->safe_psql('postgres', $schema);
$subscriber->safe_psql('postgres',
    "CREATE SUBSCRIPTION late CONNECTION '$connection' PUBLICATION everything WITH (binary = true, copy_data = false)");
$publisher->safe_psql('postgres', q{INSERT INTO typed VALUES (2, 'ready', 'later')});
$publisher->wait_for_catchup('late');
is($subscriber->safe_psql('postgres', 'SELECT ticket, ticket::int FROM typed'), '4|4', 'a code without a name yet');
$subscriber->safe_psql('postgres', $longer);
is($subscriber->safe_psql('postgres', 'SELECT ticket, ticket::int FROM typed'), 'later|4', 'and with its name');
$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION late');

$subscriber->stop;
$publisher->stop;
done_testing();
