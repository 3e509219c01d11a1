# Partitions become one plain table, and partitions again, while others write to them, and while the merge is cancelled and
# killed: no row is lost, none is made up, and no writer has an error.

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
	CREATE TABLE events (id bigserial, at timestamptz NOT NULL, v bigint NOT NULL DEFAULT 0, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
	CREATE TABLE events_default PARTITION OF events DEFAULT;
	CREATE INDEX ON events USING brin (at);
	SELECT count(gb_partition_create('events', '2024-01-15'::timestamptz + n * interval '1 month')) FROM generate_series(0, 5) n;
	INSERT INTO events (at) SELECT '2024-01-01'::timestamptz + n * interval '10 minutes' FROM generate_series(1, 10000) n;
	CREATE TABLE ledger (id bigint, change int, v bigint);
	INSERT INTO ledger SELECT id, 1, 0 FROM events;
});
my %scripts = (
	insert => q{WITH new AS (INSERT INTO events (at) VALUES ('2024-01-01'::timestamptz + random() * interval '200 days') RETURNING id) INSERT INTO ledger SELECT id, 1, 0 FROM new;},
	delete => q{WITH old AS (DELETE FROM events WHERE id = (SELECT 1 + (random() * 10000)::int) RETURNING id) INSERT INTO ledger SELECT id, -1, 0 FROM old;},
	update => q{WITH new AS (UPDATE events SET v = v + 1 WHERE id = (SELECT 1 + (random() * 10000)::int) RETURNING id) INSERT INTO ledger SELECT id, 0, 1 FROM new;},
	# to another partition, and into DEFAULT
	move => q{UPDATE events SET at = at + interval '31 days' WHERE id = (SELECT 1 + (random() * 10000)::int);});
my $wrong = q{
	SELECT count(*) FROM (SELECT id, sum(change) AS n, sum(v) AS v FROM ledger GROUP BY id HAVING sum(change) <> 0) l
	FULL JOIN events e USING (id) WHERE e.id IS NULL OR l.id IS NULL OR l.v <> e.v};
my $same = q{SELECT count(*) FROM ((TABLE events EXCEPT ALL TABLE events_parted) UNION ALL (TABLE events_parted EXCEPT ALL TABLE events)) d};
my $kind = q{SELECT relkind FROM pg_class WHERE oid = 'events'::regclass};
my $left = q{SELECT count(*) FROM pg_class WHERE relname ~ '_parted|gb_partition_new|_undone'};

write_while($node, \%scripts, 3, 400, $wrong, 'merge', sub {
	my ($times, $done) = interrupt($node, q{CALL gb_partition_merge('events', batch_pages => 1)}, 200);
	ok($done, 'merge: it came through');
	cmp_ok($times, '>', 0, "merge: it was interrupted ($times times)");
	is($node->safe_psql('postgres', $kind), 'r', 'merge: it is plain');
});
is($node->safe_psql('postgres', $same), '0', 'merge: both tables are the same');
write_while($node, \%scripts, 3, 400, $wrong, 'undo', sub { $node->safe_psql('postgres', q{CALL gb_partition_convert_undo('events')}); });
is($node->safe_psql('postgres', $kind), 'p', 'undo: it is partitioned');
is($node->safe_psql('postgres', $left), '0', 'undo: nothing is left');

# Killed at each step, with the whole server.
$node->safe_psql('postgres', q{SELECT gb_enums_internal.partition_convert_begin(gb_enums_internal.partition_merge_request('events', NULL, 10, '1 s', 3))});
my $steps = kill_in_each_step($node, 'events');
cmp_ok($steps, '>', 8, "killed in each of $steps steps");
is($node->safe_psql('postgres', $wrong), '0', 'killed: no row lost');
is($node->safe_psql('postgres', $kind), 'r', 'killed: it is plain');
$node->safe_psql('postgres', q{SELECT gb_partition_convert_finish('events')});
is($node->safe_psql('postgres', $left), '0', 'finished: nothing is left');
is($node->safe_psql('postgres', $wrong), '0', 'finished: no row lost');

$node->stop;
done_testing();
