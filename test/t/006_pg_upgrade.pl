# pg_upgrade, copying files and linking them: the new cluster has what the old one had, and goes on. (That both are
# of one major version is all the same to it: it makes the catalogs anew and takes the files over.)

use strict;
use warnings;

use Cwd qw(abs_path getcwd);
use FindBin;
use lib "$FindBin::RealBin/lib";
use DumpedObjects;
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = new_server('old');
make_objects($old, 'original');
my $state = state_of($old, 'original');
my $members = extension_members($old);
# A set of partitions, a conversion that is under way, and a setting.
$old->safe_psql('postgres', q{CREATE DATABASE kept; ALTER DATABASE kept SET gb_enums.binary_output = 'code'});
$old->safe_psql('kept', <<'SQL');
CREATE EXTENSION gb_enums;
CREATE TABLE event (at timestamptz NOT NULL) PARTITION BY RANGE (at);
SELECT gb_partition_manage('event', '1 week', premake => 5);
CALL gb_partition_maintain();
CREATE TABLE task (id int PRIMARY KEY, status text);
INSERT INTO task VALUES (1, 'failed');
CALL gb_enum_convert_online('task', '{"status": "task_status"}');
SQL
my $kept = q{SELECT parent, partition, lower_bound, every, premake FROM gb_partition_status ORDER BY 2; SELECT count(*) FROM gb_partition_plan();
    SELECT relation, columns FROM gb_enum_conversions; SELECT * FROM task; SELECT gb_enums_internal.task_status_send(status) FROM task};
my $found = $old->safe_psql('kept', $kept);
like($found, qr/^event\|event_.*^0\ntask\|status task_status\n1\|failed\|failed\n\\x0006$/ms, 'what is kept is there');
my $bindir = $old->config_data('--bindir');

for my $mode ('--copy', '--link')
{
    my $new = PostgreSQL::Test::Cluster->new('new' . $mode =~ s/-//gr);
    $new->init;
    $old->stop;
    my @command = ('pg_upgrade', '-d', abs_path($old->data_dir), '-D', abs_path($new->data_dir),
        '-b', $bindir, '-B', $bindir, '-p', $old->port, '-P', $new->port, '--socketdir', $new->host);
    push @command, $mode if $mode ne '--copy';    # which is the default, and has no name before 16
    # It writes into the working directory.
    my $here = getcwd;
    chdir PostgreSQL::Test::Utils::tempdir;
    command_ok(\@command, "pg_upgrade $mode");
    chdir $here;
    $new->start;
    is_same_text(extension_members($new), $members, "$mode: the extension has its members");
    is($new->safe_psql('original', q{SELECT count(*) FROM gb_enum_check(scan => false) WHERE problem ~ 'index on a smallint column'}),
        0, "$mode: indexes on smallint columns serve enumerations");
    check_state($new, 'original', $state, "upgraded with $mode");
    is($new->safe_psql('kept', $kept), $found, "$mode: sets of partitions, conversions and settings are kept");
    is($new->safe_psql('kept', q{CALL gb_partition_maintain(); CALL gb_enum_convert_online_undo('task'); SELECT pg_typeof(status) FROM task}), 'text', "$mode: and go on");
    $new->stop;
    $old->start if $mode eq '--copy';
}

# What belongs to the extension; which a dump does not list.
sub extension_members
{
    my ($node) = @_;
    return join "\n", grep { /^member / && !/ operator family integer_ops / } split /\n/, catalog($node, 'original');
}

done_testing();
