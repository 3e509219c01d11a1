
# A server that is killed while a conversion is done, or its way back, has the table as it was or as it is to be,
# with all that stands over it, and no relation or type of something in between.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', 'autovacuum = off');
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION gb_enums;
	CREATE TABLE states (name varchar(20) PRIMARY KEY);
	INSERT INTO states SELECT name FROM task_status_values();
	CREATE TABLE tasks (id integer NOT NULL, status varchar(20) NOT NULL DEFAULT 'pending' REFERENCES states, note text, PRIMARY KEY (id, status)) PARTITION BY RANGE (id);
	CREATE TABLE tasks_a PARTITION OF tasks FOR VALUES FROM (0) TO (30000);
	CREATE TABLE tasks_b (note text, status varchar(20) NOT NULL DEFAULT 'ready', id integer NOT NULL);
	ALTER TABLE tasks ATTACH PARTITION tasks_b FOR VALUES FROM (30000) TO (60000);
	CREATE INDEX tasks_ready ON tasks (id) WHERE status = 'ready';
	CREATE INDEX tasks_status ON tasks (status);
	CREATE VIEW ready AS SELECT id, status FROM tasks WHERE status = 'ready';
	CREATE MATERIALIZED VIEW counts AS SELECT status, count(*) AS n FROM tasks GROUP BY status;
	CREATE UNIQUE INDEX counts_status ON counts (status);
	INSERT INTO tasks SELECT n, (ARRAY['pending', 'ready', 'running', 'paused', 'completed'])[1 + n % 5], 'note ' || n FROM generate_series(0, 59999) n;
	REFRESH MATERIALIZED VIEW counts;
});

my $convert = q{SELECT count(*) FROM gb_enum_convert('tasks', 'status', 'task_status', foreign_keys => true, dry_run => false)};
my $revert  = q{SELECT count(*) FROM gb_enum_revert('tasks', 'status', 'varchar', 20, add_check => false, foreign_keys => true, dry_run => false)};

# All that is there but for the types: definitions with casts taken out, and rows as texts.
sub portrait
{
	return $node->safe_psql('postgres', q{
		SELECT c.relname, c.relkind, c.relispopulated, regexp_replace(coalesce(pg_get_indexdef(i.indexrelid), pg_get_viewdef(c.oid)), '::[a-z_ ]+(\(\d+\))?|[()]', '', 'g')
			FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace AND c.oid > 16383 AND c.relname ~ '^(tasks|ready|counts|states)'
			AND c.relkind IN ('i', 'I', 'v', 'm') ORDER BY 1;
		SELECT conrelid::regclass, conname, convalidated FROM pg_constraint WHERE conrelid IN ('tasks'::regclass, 'tasks_a'::regclass, 'tasks_b'::regclass, 'states'::regclass) AND contype <> 'n' ORDER BY 1, 2;
		SELECT adrelid::regclass, split_part(pg_get_expr(adbin, adrelid), '::', 1) FROM pg_attrdef WHERE adrelid IN ('tasks'::regclass, 'tasks_a'::regclass, 'tasks_b'::regclass) ORDER BY 1;
		SELECT count(*), md5(string_agg(concat_ws(' ', id, status::text, note), ',' ORDER BY id)) FROM tasks;
		SELECT count(*), min(status::text), max(status::text) FROM ready;
		SELECT status::text, n FROM counts ORDER BY status::text;
		SELECT name::text FROM states ORDER BY name::text;
		SELECT count(*) FROM pg_class WHERE oid > 16383;
		SELECT count(*) FROM pg_type WHERE oid > 16383;
		SELECT count(*) FROM pg_depend;});
}

sub types
{
	return $node->safe_psql('postgres', q{SELECT string_agg(DISTINCT atttypid::regtype::text, ' ') FROM pg_attribute
		WHERE attname IN ('status', 'name') AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class WHERE relname ~ '^(tasks|tasks_a|tasks_b|ready|counts|states)$')});
}

# Files that belong to no relation. A killed server leaves those that its unfinished transactions made, whatever
# they did; what was committed leaves none.
sub strays
{
	$node->safe_psql('postgres', 'CHECKPOINT');
	my %known = map { $_ => 1 } split /\n/, $node->safe_psql('postgres', 'SELECT pg_relation_filenode(oid) FROM pg_class WHERE pg_relation_filenode(oid) IS NOT NULL');
	my $oid = $node->safe_psql('postgres', "SELECT oid FROM pg_database WHERE datname = 'postgres'");
	opendir(my $directory, $node->data_dir . "/base/$oid") or die;
	my @strays = grep { /^(\d+)/ && !$known{$1} } readdir($directory);
	closedir($directory);
	return scalar @strays;
}

# How long each takes when nothing happens, and what there is before and after.
my (%portrait, %took);
$portrait{old} = portrait();
is(types(), 'character varying', 'texts');
my $begin = time;
$node->safe_psql('postgres', $convert);
$took{convert} = time - $begin;
$portrait{new} = portrait();
is(types(), 'task_status', 'values');
$begin = time;
$node->safe_psql('postgres', $revert);
$took{revert} = time - $begin;
is(portrait(), $portrait{old}, 'and back again');

my %ended;
srand(11);
my $rounds = 6;
for my $round (1 .. $rounds)
{
	for my $way ('convert', 'revert')
	{
		my $place = "round $round, $way";
		my $was = $way eq 'convert' ? 'old' : 'new';
		my $strays = strays();
		my $client = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', 'SELECT pg_backend_pid()', '-c', $way eq 'convert' ? $convert : $revert ],
			'>', \my $out, '2>', \my $err);
		$client->pump until $out =~ /^\d+\n/;
		# From its first steps to what comes after the commit.
		usleep(1e6 * $took{$way} * (($round - 0.5) / $rounds + 0.15 * rand));
		kill_server($node);
		eval { $client->finish; };
		my $types = types();
		my $is = $types eq 'character varying' ? 'old' : $types eq 'task_status' ? 'new' : "a mixture: $types";
		ok(exists $portrait{$is}, "$place: the types are of one kind") or diag($is);
		is(portrait(), $portrait{$is}, "$place: everything is as in the $is state");
		is(strays(), $strays, "$place: no file is left") if $is ne $was;
		$ended{ $is eq $was ? 'undone' : 'done' }++;
		$node->safe_psql('postgres', $way eq 'convert' ? $convert : $revert) if $is eq $was;
		is(portrait(), $portrait{ $way eq 'convert' ? 'new' : 'old' }, "$place: and then it is done");
	}
}
cmp_ok($ended{undone} // 0, '>', 0, 'some were killed before they were done');
note(join ', ', map { "$_ $ended{$_}" } sort keys %ended);

$node->stop;
done_testing();
