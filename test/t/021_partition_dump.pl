
# The registry comes back from every kind of dump, by the tables' names as they are then.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE dump_owner; CREATE DATABASE source');
$node->safe_psql('source', q{
	CREATE SCHEMA ext; GRANT USAGE ON SCHEMA ext TO PUBLIC; CREATE EXTENSION gb_enums SCHEMA ext;
	CREATE SCHEMA "Zed" AUTHORIZATION dump_owner;
	SET ROLE dump_owner;
	CREATE TABLE "Zed"."Some Table" (at timestamptz) PARTITION BY RANGE (at);
	CREATE TABLE "Zed".dropped (at timestamptz) PARTITION BY RANGE (at);
	CREATE TABLE "Zed".snow (id bigint) PARTITION BY RANGE (id);
	SELECT ext.gb_partition_manage('"Zed"."Some Table"', '1 week', 2, retain => '1 year 2 months', time_zone => 'Europe/Berlin', storage => '{fillfactor=70,"autovacuum_vacuum_cost_delay=2"}');
	SELECT ext.gb_partition_manage('"Zed".snow', '3 months', 1, key => 'snowflake', epoch => '2024-01-01 00:00+00', shift => 22, anchor => '2024-02-01');
	CREATE TABLE "Zed".ids (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
	SELECT ext.gb_partition_manage('"Zed".ids', 1000, 2, retain => 5000, anchor_id => 1);
	SELECT ext.gb_partition_manage('"Zed".dropped');
	DROP TABLE "Zed".dropped;
	CALL ext.gb_partition_maintain();
	ALTER TABLE "Zed"."Some Table" RENAME TO "Renamed";
});
my $registry = q{SELECT * FROM gb_enums_internal.partition_set s WHERE EXISTS (SELECT FROM pg_class WHERE oid = parent) ORDER BY parent::text};
my $status = q{SELECT parent, partition, kind, lower_bound, upper_bound, every, retain, every_ids, retain_ids, anchor, anchor_id, error FROM ext.gb_partition_status ORDER BY parent::text COLLATE "C", lower_bound COLLATE "C"};
my $want_registry = $node->safe_psql('source', $registry);
my $want_status = $node->safe_psql('source', $status);
like($want_registry, qr/Renamed/, 'a renamed table stays managed');
like($want_status, qr/^"Zed"\.ids\|"Zed"\.ids_1\|current\|1\|1001\|\|\|1000\|5000\|\|1\|$/m, 'a set of ids');

my $dir = PostgreSQL::Test::Utils::tempdir;
my @conn = ('-h', $node->host, '-p', $node->port);
my %dumps = (
	plain => [ [ 'pg_dump', @conn, '-f', "$dir/plain.sql", 'source' ], sub { [ 'psql', @conn, '-qX', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/plain.sql", $_[0] ] } ],
	custom => [ [ 'pg_dump', @conn, '-Fc', '-f', "$dir/custom", 'source' ], sub { [ 'pg_restore', @conn, '-e', '-j2', '-d', $_[0], "$dir/custom" ] } ],
	directory => [ [ 'pg_dump', @conn, '-Fd', '-j2', '-f', "$dir/directory", 'source' ], sub { [ 'pg_restore', @conn, '-e', '-j2', '-d', $_[0], "$dir/directory" ] } ]);
for my $kind (sort keys %dumps)
{
	my ($dump, $restore) = @{ $dumps{$kind} };
	command_ok($dump, "$kind dump");
	$node->safe_psql('postgres', "CREATE DATABASE restored_$kind");
	command_ok($restore->("restored_$kind"), "$kind restore");
	is($node->safe_psql("restored_$kind", $registry), $want_registry, "$kind: the registry");
	is($node->safe_psql("restored_$kind", $status), $want_status, "$kind: the status");
	is($node->safe_psql("restored_$kind", 'SELECT count(*) FROM ext.gb_partition_plan()'), '0', "$kind: nothing to do");
	$node->safe_psql("restored_$kind", "CALL ext.gb_partition_maintain(at => now() + interval '4 months')");
	isnt($node->safe_psql("restored_$kind", $status), $want_status, "$kind: maintenance goes on");
}
# whoever may read all tables may dump: the registry needs no privilege of its own
$node->safe_psql('postgres', 'CREATE ROLE dumper LOGIN IN ROLE pg_read_all_data');
command_ok([ 'pg_dump', @conn, '-U', 'dumper', '-f', "$dir/other.sql", 'source' ], 'a dump by an ordinary role');

# What one owner has registered is not in the way of what others have: a table that a dump has not, one that is not restored
# because of what its owner made of it, and one whose settings another version would not take.
$node->safe_psql('postgres', 'CREATE ROLE dump_mal; CREATE DATABASE mixed');
my $mal = $node->background_psql('mixed');
$mal->query_safe(q{
	CREATE EXTENSION gb_enums;
	CREATE SCHEMA mal AUTHORIZATION dump_mal;
	CREATE TABLE good (at timestamptz) PARTITION BY RANGE (at);
	CREATE TABLE left_out (at timestamptz) PARTITION BY RANGE (at);
	CREATE TABLE "12345" (at timestamptz) PARTITION BY RANGE (at);
	SELECT gb_partition_manage('good', premake => 0);
	SELECT gb_partition_manage('left_out', premake => 0);
	SELECT gb_partition_manage('"12345"', premake => 0);
	CREATE TEMP TABLE fleeting (at timestamptz) PARTITION BY RANGE (at);
	CREATE TYPE pg_temp.kind AS ENUM ('a');
	SET ROLE dump_mal;
	CREATE TABLE mal.broken (at timestamptz, kind pg_temp.kind) PARTITION BY RANGE (at);
	CREATE TABLE mal.dropped (at timestamptz) PARTITION BY RANGE (at);
	CREATE TABLE mal.odd (at timestamptz) PARTITION BY RANGE (at);
	SELECT gb_partition_manage(c.oid, premake => 0) FROM pg_class c WHERE relname IN ('broken', 'dropped', 'odd') AND relkind = 'p';
	DROP TABLE mal.dropped;
	RESET ROLE;
	INSERT INTO gb_enums_internal.partition_set (parent, every, premake, on_expire, time_zone, move_default, lock_timeout, attempts)
		VALUES ('fleeting'::regclass, '1 month', 0, 'detach', 'UTC', false, '1 s', 1);
	UPDATE gb_enums_internal.partition_set SET attempts = 100, lock_timeout = '10 days', premake = -1, on_expire = 'x', hash_count = 1, retain = '-1 day'
		WHERE parent = 'mal.odd'::regclass;
});
my $mixed = 'SELECT parent, attempts, lock_timeout FROM gb_enums_internal.partition_set ORDER BY parent::text COLLATE "C"';
like($node->safe_psql('mixed', $mixed), qr/fleeting/, 'a temporary table is on record, by whatever way');
command_ok([ 'pg_dump', @conn, '-T', 'left_out', '-f', "$dir/mixed.sql", 'mixed' ], 'a dump without one table');
unlike(slurp_file("$dir/mixed.sql"), qr/^pg_temp_\d+\.fleeting\t/m, 'the dump has no temporary table on record');
$node->safe_psql('postgres', 'CREATE DATABASE restored_mixed');
my ($restored, $notes) = run_command([ 'psql', @conn, '-qX', '-f', "$dir/mixed.sql", 'restored_mixed' ]);
like($notes, qr/pg_temp_\d+/, 'one table is not restored');
like($notes, qr/WARNING:  a table that was managed is not there/, 'and it is said that it is no longer managed');
is($node->safe_psql('restored_mixed', $mixed), "\"12345\"|3|00:00:02\ngood|3|00:00:02\nmal.odd|100|10 days", 'all others are');
is($node->safe_psql('restored_mixed', q{SELECT attempts, lock_timeout, premake FROM gb_enums_internal.partition_registered('mal.odd')}), '20|00:01:00|0', 'settings are within the limits');
my ($rc, undef, $warnings) = $node->psql('restored_mixed', 'CALL gb_partition_maintain()');
is($rc, 0, 'maintenance goes on');
is($node->safe_psql('restored_mixed', q{SELECT count(*) FROM pg_inherits WHERE inhparent IN ('good'::regclass, '"12345"'::regclass)}), '2', 'with the sets that can be');
$mal->quit;

$node->stop;
done_testing();
