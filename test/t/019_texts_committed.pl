# A rename while others make what stores the text: between the last look for such objects and the moment when everybody
# sees the new name, nobody makes one. (isolation/own_enumerations_texts has what comes before.)

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('texts', wal_level => 'replica', max_prepared_transactions => 5);
$node->safe_psql('postgres', q{
    CREATE EXTENSION gb_enums;
    SELECT gb_enum_create('state', '{on,off}');
    CREATE TABLE t (id int, s state);
    INSERT INTO t SELECT g, 'on' FROM generate_series(1, 100) g;
    CREATE INDEX t_s ON t (s);});
my $rows = q{SET enable_seqscan = off; SELECT count(*) FROM t WHERE s::text = };
my $make = q{SET synchronous_commit = local; CREATE INDEX t_text ON t ((s::text))};

# A standby that is never there keeps a transaction right before its end.
sub wait_in_commit_for
{
    my ($standby) = @_;
    $node->append_conf('postgresql.conf', "synchronous_standby_names = '$standby'");
    $node->reload;
    return;
}

# The changes of a session that waits in its commit.
sub waiting_in_commit
{
    my ($statement) = @_;
    wait_in_commit_for('nobody');
    my $session = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', $statement ], \my $in, \my $out, \my $error);
    $node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'}) or die 'no commit waits';
    return $session;
}

my $renamer = waiting_in_commit(q{SELECT gb_enum_rename_value('state', 'on', 'started')});
my ($result, $out, $error) = $node->psql('postgres', "SET lock_timeout = '200ms'; $make");
like($error, qr/lock timeout/, 'no index is made while a rename is being committed');
is($node->safe_psql('postgres', q{SELECT count(*) FROM t WHERE s = 0}), 100, 'readers do not wait');
wait_in_commit_for('');
$renamer->finish;
$node->safe_psql('postgres', $make);
is($node->safe_psql('postgres', "$rows 'started'"), 100, 'the index is made with the new name');
$node->safe_psql('postgres', 'DROP INDEX t_text');

# A new value is no reason to wait.
my $adder = waiting_in_commit(q{SELECT gb_enum_add_value('state', 'paused')});
($result, $out, $error) = $node->psql('postgres', "SET lock_timeout = '200ms'; $make; DROP INDEX t_text");
is($error, '', 'an index is made while a value is being added');
wait_in_commit_for('');
$adder->finish;

# Nor is a transaction that is prepared.
$node->safe_psql('postgres', q{BEGIN; SELECT gb_enum_rename_value('state', 'started', 'on'); PREPARE TRANSACTION 'rename'});
($result, $out, $error) = $node->psql('postgres', q{SET lock_timeout = '200ms'; CREATE TABLE other (id int)});
is($error, '', 'a prepared rename keeps nobody from making a table');
$node->safe_psql('postgres', q{COMMIT PREPARED 'rename'});

$node->stop;
done_testing();
