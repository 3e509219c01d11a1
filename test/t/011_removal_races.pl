# A value that is removed, or an enumeration that is dropped, while others make what uses it: nothing is left without a name or a
# type, and nobody waits longer than their lock_timeout. (isolation/own_enumerations_uncommitted has it step by step.)

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = new_server('removal', max_prepared_transactions => 5, deadlock_timeout => '200ms');
$node->safe_psql('postgres', q{
    CREATE EXTENSION gb_enums;
    SELECT gb_enum_create('state', '{on,off,unused}'), gb_enum_create('gone', '{a}');});
my $nameless = q{SELECT count(*) FROM gb_enum_check('state') WHERE problem ~ 'no name'};

# Waits end with lock_timeout ------------------------------------------------------------------------

my $maker = $node->background_psql('postgres');
$maker->query_safe(q{BEGIN; CREATE TABLE made (s state); INSERT INTO made VALUES ('unused');});
for my $statements (
    q{SELECT gb_enum_remove_value('state', 'unused');},
    q{SELECT gb_enum_drop('state');})
{
    my $begun = time;
    my ($result, $out, $error) = $node->psql('postgres', "SET lock_timeout = '300ms'; $statements");
    like($error, qr/canceling statement due to lock timeout/, "lock_timeout ends the wait: $statements");
    cmp_ok(time - $begun, '<', 20, 'soon');
}
$maker->query_safe('ROLLBACK');

# A session that has removed or dropped something, and whose COMMIT may fail.
sub remover
{
    my ($statements) = @_;
    my $session = $node->background_psql('postgres', on_error_stop => 0);
    $session->query_safe($statements);
    return $session;
}

my $remover = remover(q{SET lock_timeout = '300ms'; BEGIN; SELECT gb_enum_remove_value('state', 'unused');});
$maker->query_safe(q{BEGIN; CREATE TABLE made (s state); INSERT INTO made VALUES ('unused');});
$remover->query('COMMIT');
$maker->query_safe('COMMIT');
is($node->safe_psql('postgres', q{SELECT count(*) FROM gb_enum_values('state')}), 3, 'COMMIT, too, waits no longer than lock_timeout');

# Two-phase commit -----------------------------------------------------------------------------------

my ($result, $out, $error) = $node->psql('postgres', q{
    BEGIN; DROP TABLE made; SELECT gb_enum_remove_value('state', 'unused'); PREPARE TRANSACTION 'removal'});
is($error, '', 'a removal can be prepared');
$node->safe_psql('postgres', q{COMMIT PREPARED 'removal'});
is($node->safe_psql('postgres', q{SELECT count(*) FROM gb_enum_values('state')}), 2, '... and committed');
$node->safe_psql('postgres', q{SELECT gb_enum_add_value('state', 'unused', 2)});
$remover->quit;
$remover = remover(q{BEGIN; SELECT gb_enum_remove_value('state', 'unused');});
$node->safe_psql('postgres', q{CREATE TABLE made (s state); INSERT INTO made VALUES ('unused')});
$remover->query(q{PREPARE TRANSACTION 'removal'});
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_prepared_xacts'), 0, 'what was made meanwhile is found before it is prepared');
is($node->safe_psql('postgres', $nameless), 0, 'all codes have names');
$node->safe_psql('postgres', 'DROP TABLE made');

# A procedure that commits -----------------------------------------------------------------------------

$node->safe_psql('postgres', q{DO $$ BEGIN PERFORM gb_enum_remove_value('state', 'unused'); COMMIT;
    PERFORM gb_enum_add_value('state', 'unused', 2); COMMIT; END $$});
is($node->safe_psql('postgres', q{SELECT count(*) FROM gb_enum_values('state')}), 3, 'removed and added again by one procedure');

# Dropped while something is made ------------------------------------------------------------------------

# Where the server locks what a new object depends on, the table is not made; elsewhere the enumeration stays.
$remover->quit;
$remover = remover(q{BEGIN; SELECT gb_enum_drop('gone');});
my ($in, $made, $failed) = ('', '', '');
my $late = IPC::Run::start([ 'psql', '-Xq', '-d', $node->connstr('postgres'), '-c', 'CREATE TABLE of_gone (g gone)' ],
    \$in, \$made, \$failed);
$node->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'of_gone')
    OR EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT granted AND query ~ '^CREATE TABLE of_gone')})
    or die 'neither made nor waiting';
$remover->query('COMMIT');
$late->finish;
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_type WHERE typname = 'gone'}),
    $node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname = 'of_gone'}),
    'the table and its type are both there, or both are not');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_attribute a WHERE NOT attisdropped
    AND NOT EXISTS (SELECT FROM pg_type t WHERE t.oid = a.atttypid)}), 0, 'no column has lost its type');
$_->quit for $maker, $remover;

# As fast as it goes -------------------------------------------------------------------------------------

# Servers that do not lock the types of a new object leave a moment between the last look and the commit.
my $locks_types = $node->safe_psql('postgres', q{BEGIN; CREATE TABLE probe (s state);
    SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'object' AND classid = 'pg_type'::regclass AND objid = 'state'::regtype; ROLLBACK;});
my $directory = PostgreSQL::Test::Utils::tempdir;
append_to_file("$directory/make.sql", <<'SQL');
DO $$ BEGIN
    EXECUTE 'CREATE TABLE made_:client_id (s state)';
    EXECUTE 'INSERT INTO made_:client_id VALUES (''unused'')';
EXCEPTION WHEN OTHERS THEN NULL;
END $$;
DROP TABLE IF EXISTS made_:client_id;
SQL
my $makers = IPC::Run::start(
    [ 'pgbench', '-n', '-c', 4, '-T', 3600, '-f', "$directory/make.sql", '-d', $node->connstr('postgres') ],
    '>', "$directory/out", '2>', "$directory/err");
$node->safe_psql('postgres', 'CREATE TABLE rounds (removed boolean, nameless int)');
# How many removals find a moment in which nobody uses the value depends on the machine: until both have happened.
my ($removed, $refused, $found) = (0, 0, 0);
my $begun = time;
while (time - $begun < 8 || ((!$removed || !$refused) && time - $begun < $PostgreSQL::Test::Utils::timeout_default))
{
    $node->psql('postgres', join('', (qq{
        SELECT gb_enum_remove_value('state', 'unused');
        INSERT INTO rounds SELECT NOT EXISTS (SELECT FROM gb_enum_values('state') WHERE name = 'unused'), ($nameless);
        SELECT gb_enum_add_value('state', 'unused', 2);}) x 20), on_error_stop => 0);
    ($removed, $refused, $found) = split /\|/, $node->safe_psql('postgres',
        'SELECT count(*) FILTER (WHERE removed), count(*) FILTER (WHERE NOT removed), sum(nameless) FROM rounds');
}
ok($makers->pumpable, 'others made tables all the time');
$makers->kill_kill;
note("removed $removed times, refused $refused times, $found codes without a name");
ok($removed > 0, 'removed while others make tables with it');
ok($refused > 0, '... and refused while there were such tables');
is($locks_types eq 't' ? $found : 0, 0, 'no code without a name');

$node->stop;
done_testing();
