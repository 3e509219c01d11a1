
# Tables with whatever may stand over a column, by chance: converted, they have the same objects and give the same, and
# can be dumped and restored; the way back gives what there was, and going there and back once more changes no letter.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use List::Util qw(shuffle);

my $rounds = $ENV{CONVERT_ROUNDS} // 6;
my $seed   = $ENV{CONVERT_SEED}   // 5;
my @names  = qw(pending ready running paused waiting_approval completed failed cancelled);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\ntimezone = 'UTC'");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION gb_enums;
	CREATE ROLE reader;
	CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
});

sub one_of { return $_[ rand @_ ] }
sub chance { return rand() < $_[0] }

# The type of the elements of arrays.
my $element;

# A condition on the columns of a table, whose names begin with $at.
sub condition
{
	my ($at) = @_;
	my ($status, $code, $tags) = ($at . '"sta tus"', $at . 'code', $at . 'tags');
	my ($one, $other) = map { "'$names[$_]'" } (int(rand 4), 4 + int(rand 4));
	my $set = one_of("'{}'", "ARRAY[$one, $other]::$element\[]", "'{x," . substr($one, 1, -1) . "}'::$element\[]");
	my $condition = one_of("$status = $one", "$status <> $one", "$status IN ($one, $other)", "$status NOT IN ($one, $other)", "$status = ANY (ARRAY[$one, $other]::text[])",
		"$status ~ '^[pr]'", "lower($status) = $one", "length($status) > 5", "$status IS DISTINCT FROM $one", "coalesce($status, 'x') <> $other", "$status IS NOT NULL",
		"CASE $status WHEN $one THEN true ELSE ${at}id > 2 END", "nullif($status, $one) IS NULL", "$status || '' = $one", "$status < 'q'", "$status = ${at}other",
		"$one = ANY ($tags)", "$one <> ALL ($tags)", "$status = ANY ($tags)", "$tags \@> $set", "$tags && $set", "$tags <\@ $set", "$tags = $set", "$tags\[1] = $one", "$tags\[1] IN ($one, 'x')",
		"array_length($tags, 1) > 1", "cardinality($tags) = 2", "$tags IS DISTINCT FROM $set", "$tags\[2:] <> '{}'", "array_to_string($tags, ',') LIKE '%r%'", "'x' = ANY ($tags)", "$tags > $set",
		"$code = 2", "$code BETWEEN 1 AND 3", "$code IN (1, 2)", "$code > 1", "$code + 1 > 2");
	return chance(0.3) ? "($condition) " . one_of('AND', 'OR') . " (" . condition($at) . ')' : $condition;
}

# Statements that make the schema r: the table, perhaps with partitions or children whose columns stand in another order,
# and objects over it. One that the server refuses is left out.
sub statements
{
	my $kind    = one_of(qw(plain plain plain partitioned inherited));
	my $type    = one_of('varchar(20)', 'varchar', 'text');
	my $list    = one_of('varchar(20)', 'varchar', 'text');
	$element = $list =~ s/\(20\)//r;
	my @columns = ('id integer NOT NULL', "tags $list\[]" . one_of('', " DEFAULT '{}'", " DEFAULT ARRAY['ready','failed']"), qq{"sta tus" $type} . one_of('', " DEFAULT 'ready'"), 'code integer' . one_of('', ' DEFAULT 2'), 'other text', 'dropped bigint');
	@columns = shuffle(@columns);
	my @made = ('CREATE TABLE t (' . join(', ', @columns) . ')' . ($kind eq 'partitioned' ? ' PARTITION BY RANGE (id)' : ''), 'ALTER TABLE t DROP COLUMN dropped');
	my @tables = ('t');
	if ($kind eq 'partitioned')
	{
		my @own = ('other text', qq{"sta tus" $type DEFAULT 'failed'}, 'dropped text', 'id integer NOT NULL', 'code integer', "tags $list\[]" . one_of('', " DEFAULT '{running}'"));
		push @made, 'CREATE TABLE p1 PARTITION OF t FOR VALUES FROM (0) TO (100)', 'CREATE TABLE p2 (' . join(', ', @own) . ') PARTITION BY RANGE (id)', 'ALTER TABLE p2 DROP dropped',
			'CREATE TABLE p2a (' . join(', ', reverse @own) . ')', 'ALTER TABLE p2a DROP dropped', 'ALTER TABLE p2 ATTACH PARTITION p2a FOR VALUES FROM (100) TO (300)',
			'ALTER TABLE t ATTACH PARTITION p2 FOR VALUES FROM (100) TO (300)';
		push @tables, 'p1', 'p2', 'p2a';
	}
	elsif ($kind eq 'inherited')
	{
		push @made, 'CREATE TABLE child (more integer) INHERITS (t)', q{ALTER TABLE child ALTER "sta tus" SET DEFAULT 'failed'};
		push @tables, 'child';
	}
	push @made, q{INSERT INTO t (id, "sta tus", code, other, tags) SELECT i, (ARRAY['} . join("', '", @names) . q{', NULL])[1 + i % 9], i % 5, (ARRAY['ready', 'x', NULL])[1 + i % 3],
		(ARRAY['{}', '{ready}', '{running,NULL}', '{failed,ready,failed}', NULL, '{{pending,ready},{ready,NULL}}', '[0:1]={completed,running}'])[1 + i % 7]::text[] FROM generate_series(0, 199) i},
		q{COMMENT ON COLUMN t."sta tus" IS 'it''s %s'}, 'ALTER TABLE t ALTER "sta tus" SET STATISTICS 77', 'GRANT SELECT (id, "sta tus") ON t TO reader';
	for my $n (1 .. 3)
	{
		push @made, "ALTER TABLE " . one_of('t', @tables) . " ADD CONSTRAINT check$n CHECK ((" . condition('') . ') OR id >= 0)' . one_of('', ' NOT VALID') if chance(0.5);
		push @made, "CREATE POLICY policy$n ON t FOR SELECT TO reader USING (" . condition('') . ')' if chance(0.3);
		push @made, qq{CREATE TRIGGER trigger$n AFTER UPDATE OF "sta tus" ON t FOR EACH ROW WHEN (} . condition('new.') . ') EXECUTE FUNCTION public.pass()' if chance(0.4);
		# Not of a partition's partition: what pg_dump writes of that cannot be restored.
		push @made, 'ALTER TABLE ' . one_of(grep { defined } @tables[ 0, 1 ]) . ' ' . one_of('DISABLE', 'ENABLE ALWAYS') . " TRIGGER trigger$n" if chance(0.4);
		push @made, qq{CREATE STATISTICS statistics$n (mcv) ON "sta tus", code FROM t} if chance(0.2);
	}
	for my $n (1 .. 5)
	{
		my @keys = (shuffle('"sta tus"', 'code', 'other', 'lower("sta tus")', '(code + 1)', qq{coalesce("sta tus", 'x')}))[ 0 .. rand 3 ];
		my $unique = chance(0.2);
		push @keys, 'id' if $unique;
		@keys = one_of('tags', 'tags', '(tags[1])') if !$unique && chance(0.2);
		my $method = $unique || @keys > 1 ? 'btree' : $keys[0] eq 'tags' ? one_of(qw(gin gin btree hash)) : one_of(qw(btree hash brin));
		push @made, 'CREATE ' . ($unique ? 'UNIQUE ' : '') . "INDEX index$n ON " . one_of('t', @tables) . " USING $method (" . join(', ', map { $_ . ($method eq 'btree' ? one_of('', ' DESC', ' NULLS FIRST') : '') } @keys) . ')'
			. ($method eq 'btree' && chance(0.3) ? ' INCLUDE ("sta tus")' : '') . (chance(0.4) ? ' WHERE ' . condition('') : '');
		push @made, "COMMENT ON INDEX index$n IS 'number $n'" if chance(0.3);
	}
	push @made, 'ALTER TABLE t ADD CONSTRAINT key UNIQUE (id, "sta tus")' . one_of('', ' DEFERRABLE') if chance(0.4);
	for my $n (1 .. 4)
	{
		my $query = one_of(
			'SELECT x.id, x."sta tus", x."sta tus" || coalesce(x.other, \'\') AS joined, x.code::text AS code FROM t x WHERE ' . condition('x.'),
			'SELECT x."sta tus" AS s, count(*) FILTER (WHERE ' . condition('x.') . ') AS n FROM t x GROUP BY 1',
			'WITH w AS (SELECT x.id, x."sta tus" AS s, row_number() OVER (PARTITION BY x."sta tus" ORDER BY x.id) AS n FROM t x) SELECT w.s, w.n, y.other FROM w JOIN t y ON y.id = w.id WHERE ' . condition('y.'),
			'SELECT x."sta tus" AS s FROM t x UNION SELECT ' . one_of('x."sta tus"', 'x.other') . ' FROM t x WHERE ' . condition('x.'),
			'SELECT x.id, l.s FROM t x, LATERAL (SELECT y."sta tus" AS s FROM t y WHERE y."sta tus" = x."sta tus" ORDER BY y.id LIMIT 1) l',
			'SELECT x."sta tus" AS s, x.other AS o, count(*) AS n FROM t x GROUP BY GROUPING SETS ((x."sta tus", x.other), (x."sta tus"), ())',
			'SELECT x.id, x.tags, x.tags[1] AS first, x.tags[1:1] AS part, x.tags || x.tags AS twice, array_to_string(x.tags, x.other) AS joined, x.tags::text AS shown FROM t x WHERE ' . condition('x.'),
			'SELECT tag, count(*) AS n FROM t x, unnest(x.tags) tag WHERE ' . condition('x.') . ' GROUP BY tag',
			'SELECT x.tags, count(*) AS n, min(x.tags[1]) AS least FROM t x GROUP BY x.tags ORDER BY x.tags',
			'SELECT DISTINCT ON (x."sta tus") x."sta tus" AS s, x.id FROM t x ORDER BY x."sta tus", x.id',
			'SELECT x.id, x."sta tus" AS s, rank() OVER (ORDER BY x."sta tus") AS r, EXISTS (SELECT FROM t y WHERE y."sta tus" = x.other) AS e FROM t x');
		my $materialized = chance(0.25);
		push @made, 'CREATE ' . ($materialized ? 'MATERIALIZED ' : '') . "VIEW view$n " . ($materialized ? '' : one_of('', 'WITH (security_barrier) ')) . "AS $query";
		push @made, "CREATE VIEW over$n AS SELECT * FROM view$n", "GRANT SELECT ON view$n TO reader" if chance(0.3);
	}
	return @made;
}

# What there is, but for types and definitions, and what it gives.
sub portrait
{
	my $views = $node->safe_psql('postgres', q{SELECT coalesce(string_agg(format('SELECT %L, md5(string_agg(v::text, '','' ORDER BY v::text COLLATE "C")) FROM (SELECT %s FROM r.%I) v;', c.relname,
		(SELECT string_agg(format('%I::text', attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0), c.relname), ' ' ORDER BY c.relname), '')
		FROM pg_class c WHERE c.relnamespace = 'r'::regnamespace AND c.relkind IN ('v', 'm')});
	return $node->safe_psql('postgres', q{
		SELECT c.relname, c.relkind, c.relacl, c.reloptions, c.relispopulated, c.relreplident, obj_description(c.oid, 'pg_class') FROM pg_class c WHERE c.relnamespace = 'r'::regnamespace AND c.relkind <> 't' ORDER BY 1;
		SELECT a.attrelid::regclass, a.attname, a.attnum, a.attnotnull, a.atthasdef, a.attislocal, a.attinhcount, a.attacl, col_description(a.attrelid, a.attnum) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
			WHERE c.relnamespace = 'r'::regnamespace AND c.relkind NOT IN ('i', 'I', 't') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid::regclass::text, a.attnum;
		SELECT x.indexrelid::regclass, x.indrelid::regclass, (SELECT h.inhparent::regclass FROM pg_inherits h WHERE h.inhrelid = x.indexrelid), x.indisunique, x.indnkeyatts, x.indnatts, x.indoption, x.indpred IS NULL, x.indisvalid
			FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid WHERE c.relnamespace = 'r'::regnamespace ORDER BY x.indexrelid::regclass::text;
		SELECT k.conrelid::regclass, k.conname, k.contype, k.convalidated, k.condeferrable, k.coninhcount FROM pg_constraint k WHERE k.connamespace = 'r'::regnamespace AND k.contype <> 'n' ORDER BY k.conrelid::regclass::text, k.conname;
		SELECT t.tgrelid::regclass, t.tgname, t.tgenabled, t.tgtype, t.tgqual IS NULL FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'r'::regnamespace AND NOT t.tgisinternal ORDER BY t.tgrelid::regclass::text, t.tgname;
		SELECT p.polname, p.polcmd, p.polroles::regrole[] FROM pg_policy p ORDER BY 1;
		SELECT s.stxname, s.stxkind FROM pg_statistic_ext s ORDER BY 1;
		SELECT tableoid::regclass, id, "sta tus"::text, code::integer, other, tags::text FROM r.t ORDER BY id;} . $views);
}

# Says which lines differ.
sub same
{
	my ($got, $expected, $name) = @_;
	return 1 if ok($got eq $expected, $name);
	my %got      = map { $_ => 1 } split /\n/, $got;
	my %expected = map { $_ => 1 } split /\n/, $expected;
	diag(join "\n", (map { "was $_" } grep { !$got{$_} } sort keys %expected), (map { "is  $_" } grep { !$expected{$_} } sort keys %got));
	return 0;
}

sub dump_of
{
	my ($database) = @_;
	my $file = $node->basedir . '/dump.sql';
	run_log([ 'pg_dump', '-n', 'r', '-f', $file, $node->connstr($database) ]) or die "no dump of $database";
	return slurp_file($file) =~ s/^\\(un)?restrict .*\n//mgr;
}

my $convert = q{SELECT count(*) FROM gb_enum_convert_table('r.t', '{"sta tus": "task_status", "code": "risk_level", "tags": "task_status"}', dry_run => false)};
my $revert  = q{SELECT count(*) FROM gb_enum_revert('r.t', 'code', 'integer', add_check => false, dry_run => false);
	SELECT count(*) FROM gb_enum_revert('r.t', 'tags', '%s', %s, add_check => false, dry_run => false);
	SELECT count(*) FROM gb_enum_revert('r.t', 'sta tus', '%s', %s, add_check => false, dry_run => false)};
for my $round (1 .. $rounds)
{
	srand($seed + $round);
	$node->safe_psql('postgres', 'DROP SCHEMA IF EXISTS r CASCADE; CREATE SCHEMA r');
	my @made = grep { ($node->psql('postgres', "SET search_path = r, public; $_"))[0] == 0 } statements();
	my @types = map { "@made" =~ /$_ (text|varchar(?:\(20\))?)/ } 'tags', '"sta tus"';
	my $before = portrait();
	my ($status, $out, $err) = $node->psql('postgres', $convert);
	is($status, 0, "round $round (seed " . ($seed + $round) . '): converted') or do { diag(join(";\n", @made), "\n$err"); next; };
	same(portrait(), $before, "round $round: the same objects, which give the same") or diag(join(";\n", @made));
	my $dump = dump_of('postgres');
	$node->safe_psql('postgres', 'DROP DATABASE IF EXISTS again');
	$node->safe_psql('postgres', 'CREATE DATABASE again');
	$node->safe_psql('again', q{CREATE EXTENSION gb_enums; CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'});
	$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $node->basedir . '/dump.sql', $node->connstr('again') ], "round $round: restored");
	same(dump_of('again'), $dump, "round $round: and dumped again");
	my $back = sprintf($revert, map { /^varchar/ ? ('varchar', /20/ ? 20 : 'NULL') : ('text', 'NULL') } @types);
	$node->safe_psql('postgres', $back);
	same(portrait(), $before, "round $round: and back");
	$dump = dump_of('postgres');
	$node->safe_psql('postgres', $convert);
	same(portrait(), $before, "round $round: there again");
	$node->safe_psql('postgres', $back);
	same(dump_of('postgres'), $dump, "round $round: and back again, to the letter");
}

$node->stop;
done_testing();
