# Enumerations that change while they are replicated. A standby shows each change once it is replayed, in open
# sessions and prepared statements too. Logical replication carries rows and no changes of enumerations: the two
# sides change in any order, and no row is lost.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_server('primary', wal_level => 'logical');
my $schema = <<'SQL';
CREATE EXTENSION gb_enums;
SELECT gb_enum_create('ticket', '{new,open,closed}');
CREATE TABLE tickets (id integer PRIMARY KEY, s ticket, history ticket[]);
SQL
$primary->safe_psql('postgres', $schema . 'CREATE INDEX ON tickets (s);');
$primary->safe_psql('postgres', q{INSERT INTO tickets VALUES (1, 'new'), (2, 'open'), (3, 'closed')});

# Physical -----------------------------------------------------------------------------------------

$primary->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;
my $reader = $standby->background_psql('postgres', on_error_stop => 0);
$reader->query_safe(<<'SQL');
SET plan_cache_mode = force_generic_plan;
PREPARE by_text(text) AS SELECT count(*) FROM tickets WHERE s = $1;
PREPARE by_texts(text[]) AS SELECT count(*) FROM tickets WHERE s = ANY ($1);
PREPARE shown AS SELECT string_agg(s::text, ' ' ORDER BY s) FROM tickets;
PREPARE code AS SELECT ticket_code('late');
PREPARE literal AS SELECT count(*) FROM tickets WHERE s = 'late'::text;
PREPARE strict(text) AS SELECT $1::ticket::int;
SQL

# What the session on the standby says after a change on the primary.
sub seen_after
{
    my ($change) = @_;
    $primary->safe_psql('postgres', $change);
    $primary->wait_for_catchup($standby);
    return join '|', map { $reader->query_safe("EXECUTE $_") }
        q{by_text('open')}, q{by_text('late')}, q{by_texts('{open,late}')}, 'shown', 'code', 'literal';
}

is(seen_after('SELECT'), '1|0|1|new open closed||0', 'before any change');
like(refused($reader, q{EXECUTE strict('late')}), qr/invalid input value for enum ticket: "late"/, 'what is not there is refused');
is(seen_after(q{BEGIN; SELECT gb_enum_add_value('ticket', 'late'); INSERT INTO tickets VALUES (4, 'late'); ROLLBACK}),
    '1|0|1|new open closed||0', 'nothing is seen of what was rolled back');
is(seen_after(q{BEGIN; SELECT gb_enum_add_value('ticket', 'late'); INSERT INTO tickets VALUES (4, 'late'); COMMIT}),
    '1|1|2|new open closed late|3|1', 'a value that was added and used in one transaction');
is($reader->query_safe(q{EXECUTE strict('late')}), '3', 'and it is accepted');
is(seen_after(q{SELECT gb_enum_rename_value('ticket', 'late', 'overdue')}), '1|0|1|new open closed overdue||0', 'renamed');
is(seen_after(q{SELECT gb_enum_add_alias('ticket', 'overdue', 'late')}), '1|1|2|new open closed overdue|3|1', 'an alias');
is(seen_after(q{SELECT gb_enum_drop_alias('ticket', 'late')}), '1|0|1|new open closed overdue||0', 'no alias any more');
$primary->safe_psql('postgres', q{SELECT gb_enum_deprecate('ticket', 'overdue', 'open')});
$primary->wait_for_catchup($standby);
like(refused($reader, q{EXECUTE strict('overdue')}), qr/"overdue" of enum ticket is deprecated/, 'deprecated');
is($reader->query_safe(q{SELECT count(*) FROM gb_enums WHERE enum = 'ticket'::regtype AND deprecated}), '1', 'and shown as such');
is(seen_after(q{SELECT gb_enum_create('other', '{a,b}')}), '1|0|1|new open closed overdue||0', 'another one');
is($reader->query_safe(q{SELECT 'b'::other, other_name(0), other_code('b')}), 'b|a|1', 'is there');
$reader->query_safe(q{PREPARE of_other AS SELECT other_name(0)});
is($reader->query_safe('EXECUTE of_other'), 'a', 'and can be prepared with');
is(seen_after(q{SET client_min_messages = error; DROP TYPE other CASCADE}), '1|0|1|new open closed overdue||0', 'and is dropped');
like(refused($reader, 'EXECUTE of_other'), qr/does not exist/, 'for prepared statements too');
like(refused($reader, q{SELECT gb_enum_add_value('ticket', 'x')}),
    qr/ERROR:  gb_enum_add_value\(\) is not possible in a read-only transaction\nHINT:  This server is a standby/, 'a standby changes nothing');
$standby->promote;
is($reader->query_safe(q{SELECT gb_enum_add_value('ticket', 'more')}), '4', 'until it is promoted');
is($reader->query_safe(q{EXECUTE strict('more')}), '4', 'and uses it');
$reader->quit;
$standby->stop;

# Logical ------------------------------------------------------------------------------------------

$primary->safe_psql('postgres', 'CREATE PUBLICATION tickets FOR TABLE tickets');
my $subscriber = new_server('subscriber', wal_retrieve_retry_interval => '100ms');
my $connection = $primary->connstr . ' dbname=postgres';

# As text; in binary, values as names; in binary, as codes.
for my $way ([ 'text', 'false', 'name' ], [ 'names', 'true', 'name' ], [ 'codes', 'true', 'code' ])
{
    my ($dbname, $binary, $output) = @$way;
    my $publish = sub { $primary->safe_psql('postgres', $_[0]) };
    my $subscribe = sub { $subscriber->safe_psql($dbname, $_[0]) };
    my $rows = sub { $primary->wait_for_catchup($dbname); return $subscribe->('SELECT id, s, history FROM tickets ORDER BY id') };
    my $errors = sub { return subscription_errors($subscriber, $dbname) };

    $publish->(<<"SQL");
SET client_min_messages = error;
ALTER DATABASE postgres SET gb_enums.binary_output = '$output';
ALTER DATABASE postgres SET gb_enums.deprecated_input = error;
ALTER PUBLICATION tickets DROP TABLE tickets;
DROP TABLE tickets;
DROP TYPE ticket CASCADE;
SQL
    $publish->($schema =~ s/^CREATE EXTENSION.*//r);
    $publish->('ALTER PUBLICATION tickets ADD TABLE tickets');
    # The same on both sides but for its history: deprecated where rows come from, and where they go.
    my $history = q{SELECT gb_enum_add_value('ticket', 'old', 9), gb_enum_add_alias('ticket', 'old', 'ancient');};
    $publish->("$history INSERT INTO tickets VALUES (1, 'ancient', '{old,new}'), (2, 'open', NULL);"
        . q{SELECT gb_enum_deprecate('ticket', 'old')});
    $subscriber->safe_psql('postgres', "CREATE DATABASE $dbname");
    $subscriber->safe_psql('postgres', "ALTER DATABASE $dbname SET gb_enums.deprecated_input = error");
    $subscribe->("$schema $history" . q{SELECT gb_enum_deprecate('ticket', 'old', 'open'), gb_enum_deprecate('ticket', 'closed')});
    $subscribe->("CREATE SUBSCRIPTION $dbname CONNECTION '$connection' PUBLICATION tickets WITH (binary = $binary)");
    $subscriber->wait_for_subscription_sync($primary, $dbname, $dbname);
    my $expected = "1|old|{old,new}\n2|open|";
    is($rows->(), $expected, "$dbname: the first copy");

    # The subscriber first.
    $subscribe->(q{SELECT gb_enum_add_value('ticket', 'late', 20)});
    $publish->(q{SELECT gb_enum_add_value('ticket', 'late', 20)});
    $publish->(q{SET gb_enums.deprecated_input = accept; INSERT INTO tickets VALUES (3, 'late', '{late,old}'), (4, 'closed', NULL); UPDATE tickets SET s = 'late' WHERE id = 2});
    $expected = "1|old|{old,new}\n2|late|\n3|late|{late,old}\n4|closed|";
    is($rows->(), $expected, "$dbname: a value that the subscriber had first");
    $subscribe->(q{SELECT gb_enum_rename_value('ticket', 'late', 'overdue'), gb_enum_add_alias('ticket', 'overdue', 'late')});
    $publish->(q{INSERT INTO tickets VALUES (5, 'late'); SELECT gb_enum_rename_value('ticket', 'late', 'overdue');
        INSERT INTO tickets VALUES (6, 'overdue')});
    $expected = "1|old|{old,new}\n2|overdue|\n3|overdue|{overdue,old}\n4|closed|\n5|overdue|\n6|overdue|";
    is($rows->(), $expected, "$dbname: a value that the subscriber renamed first, and kept the old name of");
    is($errors->(), 0, "$dbname: the subscriber never stopped");

    my $log_before = -s $subscriber->logfile;
    # The publisher first. A name that the subscriber does not know it cannot take; it waits, and goes on where it was.
    $publish->(q{SELECT gb_enum_add_value('ticket', 'lost', 30); INSERT INTO tickets VALUES (7, 'lost', '{lost}');
        UPDATE tickets SET s = 'lost' WHERE id = 6});
    if ($output eq 'code')
    {
        is($rows->(), ($expected =~ s/6.overdue/6|30/r) . "\n7|30|{30}", "$dbname: codes without names go through");
    }
    else
    {
        ok($subscriber->poll_query_until($dbname,
                q{SELECT apply_error_count > 1 FROM pg_stat_subscription_stats WHERE subname = current_database()}),
            "$dbname: an unknown name stops it");
        like(slurp_file($subscriber->logfile, $log_before), qr/invalid input value for enum (public\.)?ticket: "lost"/,
            "$dbname: which the log says");
        is($subscribe->('SELECT id, s, history FROM tickets ORDER BY id'), $expected, "$dbname: with nothing half done");
    }
    $subscribe->(q{SELECT gb_enum_add_value('ticket', 'lost', 30)});
    $expected = ($expected =~ s/6.overdue/6|lost/r) . "\n7|lost|{lost}";
    is($rows->(), $expected, "$dbname: it goes on once it knows the name");
    is($subscribe->('SELECT id, s::int FROM tickets WHERE id > 5 ORDER BY id'), "6|30\n7|30", "$dbname: codes are the same");
    $subscribe->("DROP SUBSCRIPTION $dbname");
}

$subscriber->stop;
$primary->stop;
done_testing();
