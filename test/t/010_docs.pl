# The documentation says what the catalog says: signatures, values, settings; its examples give what it says
# they give, and the README's tour is the one that is tested. (test/lint/errors compares the page of errors.)
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use File::Basename qw(basename dirname);
use FindBin;
use lib "$FindBin::RealBin/lib";
use Installation;
use File::Find ();

my $root = dirname(__FILE__) . '/../..';
my $reference = slurp_file("$root/docs/reference.md");

my $node = PostgreSQL::Test::Cluster->new('docs');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_stat_statements'");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION gb_enums; CREATE EXTENSION pg_stat_statements SCHEMA gb_enums_internal');

# Functions: the signatures of blocks without a language, against what users can call.
my @documented;
while ($reference =~ /^```(\w*)\n(.*?)^```$/msg)
{
	push @documented, map { s/\s+/ /gr =~ s/ $//r } split /\n(?=\S)/, $2 if $1 eq '';
}
my @callable = split /\n/, $node->safe_psql('postgres', q{
    WITH enums AS (SELECT '(' || string_agg(DISTINCT enum::text, '|') || ')' AS names FROM gb_enums)
    SELECT DISTINCT format(CASE p.prokind WHEN 'p' THEN 'CALL %s(%s)' ELSE '%s(%s) → %s' END, regexp_replace(p.proname, names, 'E'),
        regexp_replace(pg_get_function_arguments(p.oid), names, 'E', 'g'),
        regexp_replace(pg_get_function_result(p.oid), names, 'E'))
    FROM enums, pg_proc p
    JOIN pg_depend d ON (d.classid, d.objid, d.deptype) = ('pg_proc'::regclass, p.oid, 'e')
    JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'gb_enums'
    WHERE p.pronamespace IN ('public'::regnamespace, 'pg_catalog'::regnamespace)});
for (@callable)
{
	s/\bIN //g;
	s/\bgb_enums_internal\.//g;
	s/(DEFAULT (?:'[^']*'|NULL))::[\w \[\]]+/$1/g;
	# The columns of the result, where they are output arguments.
	s/, OUT (.*)\) → (SETOF )?record$/') → ' . ($2 ? 'TABLE' : '') . "($1)"/e && s/, OUT /, /g;
}
@documented = sort @documented;
is_deeply(\@documented, [ sort @callable ], 'every function that users call is documented, and no other');

# The partition manager and conversions have guides of their own: each function a heading, each argument
# named.
sub check_guide
{
	my ($file, $functions) = @_;
	my $guide = slurp_file("$root/docs/$file");
	for my $line (split /\n/, $node->safe_psql('postgres', qq{
    SELECT DISTINCT p.proname || ' ' || unnest(p.proargnames[1:p.pronargs])
    FROM pg_proc p
    JOIN pg_depend d ON (d.classid, d.objid, d.deptype) = ('pg_proc'::regclass, p.oid, 'e')
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname ~ '$functions'}))
	{
		my ($function, $argument) = split / /, $line;
		my ($section) = $guide =~ /^### (?:CALL )?$function\((.*?)(?=^##|\z)/ms;
		ok(($section // '') =~ /\b$argument\b/, "documented: $argument of $function");
	}
	return $guide;
}
my $guide = check_guide('partitions.md', '^gb_partition');
ok($guide =~ /^### create_monthly_partition\(/m, 'documented: create_monthly_partition');
check_guide('converting.md', '^gb_enum_convert');
check_guide('existing_database.md', '^gb_uninstall');
my $operations = check_guide('operations.md', '^gb_(?:index_advice|maintenance|slow|table)');

# The examples of operations run on tables of the platform, and give what they say if they say it. Each column of a view is
# explained by a comment.
$node->safe_psql('postgres', 'CREATE DATABASE operations');
$node->safe_psql('operations', q{
	CREATE EXTENSION gb_enums;
	CREATE EXTENSION pg_stat_statements SCHEMA gb_enums_internal;
	CREATE TABLE user_sessions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid, title text);
	INSERT INTO user_sessions SELECT gen_random_uuid(), gen_random_uuid(), repeat('title', 20) FROM generate_series(1, 20000);
	CREATE TABLE message_history (session_id uuid, role message_role, content text, message_index integer, created_at timestamptz NOT NULL)
		PARTITION BY RANGE (created_at);
	SELECT gb_partition_manage('message_history', '1 month');
	CALL gb_partition_maintain();
	ANALYZE;
});
while ($operations =~ /^```sql\n(.*?)^```/msg)
{
	my ($block, $expected) = ($1, '');
	$expected .= "$1\n" while $block =~ /-- =>[ ]?(.*)$/mg;
	my ($status, $out, $err) = $node->psql('operations', $block, on_error_stop => 1);
	is($status, 0, "runs: $block") or diag($err);
	is("$out\n", $expected, 'and gives what it says') if $expected ne '';
}
is($node->safe_psql('postgres', q{SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
	WHERE c.relname IN ('gb_table_sizes', 'gb_index_usage', 'gb_table_maintenance', 'gb_maintenance_findings') AND col_description(c.oid, a.attnum) IS NULL}), '',
	'columns of views have comments');

# Enumerations: one line of the table each.
my $enumerations = $node->safe_psql('postgres', q{
    SELECT format('| `%s` | %s |', enum, string_agg(code || ' ' || name, ', ' ORDER BY code))
    FROM gb_enums GROUP BY enum});
for my $line (split /\n/, $enumerations)
{
	ok(index($reference, "$line\n") >= 0, "documented: $line");
}
my $count = () = $reference =~ /^\| `\w+` \| \d+ \w+, /mg;
is($count, scalar(split /\n/, $enumerations), 'no other enumeration is documented');

# Settings.
my $settings = $node->safe_psql('postgres', q{
    LOAD 'gb_enums';
    SELECT format('| `%s` | %s |', name, (SELECT string_agg('`' || v || '`' || CASE WHEN v = boot_val THEN ' (default)' ELSE '' END,
        ', ') FROM unnest(enumvals) v)) FROM pg_settings WHERE name LIKE 'gb\_enums.%'});
for my $line (split /\n/, $settings)
{
	ok(index($reference, $line) >= 0, "documented: $line");
}

# Examples: each statement that has "-- => result" gives it. COMMENT ON gives examples as well.
my $examples_of_docs = join '', $reference, map { slurp_file("$root/docs/$_.md") } qw(code existing_database own_enumerations several_machines smallint);
my $extension = copy_installation($node);
while ($examples_of_docs =~ /^```sql\n(.*?)^```/msg)
{
	my ($block, $expected) = ($1, '');
	next if !$extension && $block =~ /gb_enum_(?:adopt|release)\(/;
	place_package($extension, $node, 'postgres', q{SELECT * FROM gb_enum_package('orders', '{order_status}')})
	  if $block =~ /gb_enum_adopt\(/;
	$expected .= "$1\n" while $block =~ /-- => (.*)$/mg;
	is($node->safe_psql('postgres', $block), $expected =~ s/\n\z//r, "example: $block");
}
$node->safe_psql('postgres', "CREATE TABLE $_ (created_at timestamptz) PARTITION BY RANGE (created_at)")
  for qw(events message_history);
$node->safe_psql('postgres', "CREATE TABLE $_ (created_at timestamptz)") for qw(history request_log);
$node->safe_psql('postgres', 'CREATE TABLE archive (created_at timestamptz PRIMARY KEY) PARTITION BY RANGE (created_at)');
$node->safe_psql('postgres', 'CREATE TABLE old_tasks (status text, priority text); CREATE TABLE typed_tasks (status task_status)');
$node->safe_psql('postgres', "CALL gb_partition_convert('request_log', 'created_at')");
$node->safe_psql('postgres', 'CREATE ROLE migrations');
$node->safe_psql('postgres', 'CREATE TABLE old_sessions (channel text); CREATE TABLE old_texts (channel text)');
for my $table (qw(old_sessions old_texts))
{
	$node->safe_psql('postgres', qq{CALL gb_enum_convert_online('$table', '{"channel": "channel_type"}')});
}
my $examples = $node->safe_psql('postgres', q{
    SELECT substring(obj_description(p.oid, 'pg_proc') from '; example: (.*)')
    FROM pg_proc p JOIN pg_depend d ON (d.classid, d.objid, d.deptype) = ('pg_proc'::regclass, p.oid, 'e')
    JOIN pg_extension x ON x.oid = d.refobjid AND x.extname = 'gb_enums'
    WHERE p.pronamespace IN ('public'::regnamespace, 'pg_catalog'::regnamespace) ORDER BY p.oid});
my ($ran, @failed) = (0);
for my $example (split /\n/, $examples)
{
	next if !$extension && $example =~ /^gb_enum_(?:adopt|release)\(/;
	my ($expression, $result) = $example =~ /^(.*) is (\S+)$/ ? ($1, $2) : ($example, undef);
	$expression = "SELECT $expression" if $expression !~ /^(SELECT|CALL) /;
	my ($status, $out) = $node->psql('postgres', $expression);
	push @failed, "$example: " . ($out // '') if $status != 0 || (defined $result && $out ne $result);
	$ran++;
}
is_deeply(\@failed, [], "examples in comments on functions ($ran)");
cmp_ok($ran, '>', 100, 'there are such examples');

# The examples for clients are parts of programs, and each program is run.
my $use = "$root/test/client/use";
my $programs = '';
File::Find::find(sub { $programs .= slurp_file($_) if -f }, $use);
sub unindented { return $_[0] =~ s/^[ \t]+//mgr }
$programs = unindented($programs);
my $clients = 0;
for my $block (slurp_file("$root/docs/clients.md") =~ /^```\w+\n(.*?)^```/msg)
{
	ok(index($programs, unindented($block)) >= 0, "a program has the example: " . substr $block, 0, 60);
	++$clients;
}
cmp_ok($clients, '>', 35, 'there are such examples');
my %is_run = map { $_ => 1 } map { split / / } slurp_file("$use/run") =~ /^(?:quick|npm|all)=\((.*)\)$/mg;
my @found = map { basename($_) =~ /^(\w+)_use\.\w+$/ } glob "$use/*";
push @found, map { basename(dirname($_) =~ s{/src$}{}r) } glob "$use/*/main.* $use/*/src/main.*";
is_deeply([ grep { !$is_run{$_} } @found ], [], 'each program is run');
cmp_ok(scalar @found, '>', 20, 'there are such programs');

# Links: each leads to a file, and to a heading of it.
sub anchors
{
	my ($page) = @_;
	my %anchors;
	for my $heading ($page =~ /^#+ (.*)$/mg)
	{
		my $anchor = lc $heading =~ s/\[([^\]]*)\]\([^)]*\)/$1/gr;
		$anchors{ $anchor =~ s/[^\w\- ]//gr =~ tr/ /-/r } = 1;
	}
	return \%anchors;
}
my @pages = map { s{^\Q$root\E/}{}r } glob "$root/*.md $root/*/README.md $root/*/*/README.md $root/docs/*.md";
my ($links, @broken) = (0);
for my $page (@pages)
{
	for my $link (slurp_file("$root/$page") =~ /\]\(([^)\s]+)\)/g)
	{
		next if $link =~ /^https?:/;
		my ($path, $anchor) = split /#/, $link;
		my $target = $path eq '' ? "$root/$page" : dirname("$root/$page") . "/$path";
		push @broken, "$page: $link" if !-e $target || defined $anchor && !anchors(slurp_file($target))->{$anchor};
		$links++;
	}
}
is_deeply(\@broken, [], "links of the pages lead somewhere ($links)");
cmp_ok($links, '>', 100, 'there are such links');

# Pages name a test by its number: each number is that of one file.
my %tests;
$tests{$_}++ for map { /^(\d{3})_/ } map { basename($_) } glob "$root/test/t/*.pl";
is_deeply([ grep { $tests{$_} > 1 } sort keys %tests ], [], 'each test has a number of its own');
my @numbers = map { /\b(0\d\d)\b/g } grep { /^\|/ } split /\n/, slurp_file("$root/docs/several_machines.md");
is_deeply([ grep { !$tests{$_} } @numbers ], [], 'a test has each number that is named');
cmp_ok(scalar @numbers, '>', 20, 'there are such numbers');

# The README's tour.
my ($tour) = slurp_file("$root/expected/tour.out") =~ /-- The tour\n(.*)/s;
ok(index(slurp_file("$root/README.md"), "```\n$tour```") >= 0, 'the README shows the tour as tested');

$node->stop;
done_testing();
