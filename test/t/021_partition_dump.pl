
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
	SELECT ext.gb_partition_manage('"Zed".dropped');
	DROP TABLE "Zed".dropped;
	CALL ext.gb_partition_maintain();
	ALTER TABLE "Zed"."Some Table" RENAME TO "Renamed";
});
my $registry = q{SELECT * FROM gb_enums_internal.partition_set s WHERE EXISTS (SELECT FROM pg_class WHERE oid = parent) ORDER BY parent::text};
my $status = q{SELECT parent, partition, kind, lower_bound, upper_bound, every, retain, error FROM ext.gb_partition_status ORDER BY 1, 4};
my $want_registry = $node->safe_psql('source', $registry);
my $want_status = $node->safe_psql('source', $status);
like($want_registry, qr/Renamed/, 'a renamed table stays managed');

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

$node->stop;
done_testing();
