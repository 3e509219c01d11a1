# A table is converted, and made plain again, while others write to it, and while the conversion is
# cancelled and killed: no row is lost, none is made up, and no writer has an error.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Writers;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "restart_after_crash = on\nfsync = off\nautovacuum = off");
$node->start;

# Every transaction that adds or removes a row says so in the ledger too.
$node->safe_psql('postgres', q{
	CREATE EXTENSION gb_enums;
	CREATE TABLE events (id bigserial, at timestamptz NOT NULL, v bigint NOT NULL DEFAULT 0, PRIMARY KEY (id, at));
	CREATE INDEX ON events USING brin (at);
	INSERT INTO events (at) SELECT '2024-01-01'::timestamptz + n * interval '10 minutes' FROM generate_series(1, 10000) n;
	CREATE TABLE ledger (id bigint, change int, v bigint);
	INSERT INTO ledger SELECT id, 1, 0 FROM events;
});
my %scripts = (
	insert => q{WITH new AS (INSERT INTO events (at) VALUES ('2024-01-01'::timestamptz + random() * interval '200 days') RETURNING id) INSERT INTO ledger SELECT id, 1, 0 FROM new;},
	delete => q{WITH old AS (DELETE FROM events WHERE id = (SELECT 1 + (random() * 10000)::int) RETURNING id) INSERT INTO ledger SELECT id, -1, 0 FROM old;},
	update => q{WITH new AS (UPDATE events SET v = v + 1 WHERE id = (SELECT 1 + (random() * 10000)::int) RETURNING id) INSERT INTO ledger SELECT id, 0, 1 FROM new;},
	# to another partition
	move => q{UPDATE events SET at = at + interval '31 days' WHERE id = (SELECT 1 + (random() * 10000)::int);});
my $wrong = q{
	SELECT count(*) FROM (SELECT id, sum(change) AS n, sum(v) AS v FROM ledger GROUP BY id HAVING sum(change) <> 0) l
	FULL JOIN events e USING (id) WHERE e.id IS NULL OR l.id IS NULL OR l.v <> e.v};
sub meanwhile { return write_while($node, \%scripts, 3, 400, $wrong, @_); }

# Calls the conversion, and cancels it after a while, until it has come through.
sub interrupted
{
	my ($arguments) = @_;
	my ($interruptions, $done) = interrupt($node, "CALL gb_partition_convert($arguments)", 200);
	die 'never came through' unless $done;
	return $interruptions;
}

my $same = q{SELECT count(*) FROM ((TABLE events EXCEPT ALL TABLE events_old) UNION ALL (TABLE events_old EXCEPT ALL TABLE events)) d};
my $kind = q{SELECT relkind FROM pg_class WHERE oid = 'events'::regclass};

meanwhile('copy', sub {
	my $times = interrupted(q{'events', 'at', method => 'copy', premake => 1, batch_pages => 1});
	cmp_ok($times, ">", 0, "copy: it was interrupted ($times times)");
	is($node->safe_psql('postgres', $kind), 'p', 'copy: it is partitioned');
});
is($node->safe_psql('postgres', $same), '0', 'copy: both tables are the same');
meanwhile('undo of the copy', sub { $node->safe_psql('postgres', q{CALL gb_partition_convert_undo('events')}); });
is($node->safe_psql('postgres', $kind), 'r', 'undo of the copy: it is plain');

meanwhile('attach', sub { interrupted(q{'events', 'at', premake => 1}); });
is($node->safe_psql('postgres', $kind), 'p', 'attach: it is partitioned');
meanwhile('undo of the attachment', sub { $node->safe_psql('postgres', q{CALL gb_partition_convert_undo('events')}); });
is($node->safe_psql('postgres', $kind), 'r', 'undo of the attachment: it is plain');

# Killed at each step, with the whole server.
for my $method ('copy', 'attach')
{
	$node->safe_psql('postgres', "SELECT gb_enums_internal.partition_convert_begin('events', 'at', '1 month', '$method', 1, 'UTC', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 60, '1 s', 3)");
	my $steps = kill_in_each_step($node, 'events');
	cmp_ok($steps, '>', 4, "$method: killed in each of $steps steps");
	is($node->safe_psql('postgres', $wrong), '0', "$method: no row lost");
	is($node->safe_psql('postgres', $kind), 'p', "$method: it is partitioned");
	$node->safe_psql('postgres', q{CALL gb_partition_convert_undo('events')});
	is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname ~ '_old|gb_partition_new|_undone'}), '0', "$method: nothing is left after the undo");
}

# The same with ids.
$node->safe_psql('postgres', q{
	CREATE TABLE items (id bigserial PRIMARY KEY, v int);
	INSERT INTO items (v) SELECT n FROM generate_series(1, 4500) n;
});
for my $method ('copy', 'attach')
{
	$node->safe_psql('postgres', "SELECT gb_enums_internal.partition_convert_begin('items', 'id', 1000, '$method', 1, 'UTC', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 10, '1 s', 3)");
	my $steps = kill_in_each_step($node, 'items');
	cmp_ok($steps, '>', 4, "$method of ids: killed in each of $steps steps");
	is($node->safe_psql('postgres', 'SELECT count(*), sum(v) FROM items'), '4500|10127250', "$method of ids: no row lost");
	$node->safe_psql('postgres', q{INSERT INTO items (v) VALUES (0); CALL gb_partition_maintain('items'); DELETE FROM items WHERE v = 0});
	is($node->safe_psql('postgres', q{SELECT count(*) FROM gb_partition_status WHERE parent = 'items'::regclass AND kind = 'gap'}), '0', "$method of ids: no gap");
	$node->safe_psql('postgres', q{CALL gb_partition_convert_undo('items')});
	is($node->safe_psql('postgres', 'SELECT count(*), sum(v) FROM items'), '4500|10127250', "$method of ids: no row lost by the undo");
}

$node->stop;
done_testing();
