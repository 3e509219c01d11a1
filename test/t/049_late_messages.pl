# A transaction that commits is seen by others first, and tells them of new definitions a moment later. Who reads its rows in
# between knows their values, whatever the session has looked up before.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('late_messages');
my $dir = $node->basedir;
my $library = "$dir/late_messages.so";
system_or_bail(split(' ', (run_command([ 'pg_config', '--cc' ]))[0]), '-shared', '-fPIC', '-o', $library,
    '-I' . (run_command([ 'pg_config', '--includedir-server' ]))[0], "$FindBin::RealBin/lib/late_messages.c");

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION gb_enums;
SELECT gb_enum_create('stage', '{first}');
CREATE TABLE stages (id serial PRIMARY KEY, stage stage, code smallint, name text);
INSERT INTO stages (stage, code, name) VALUES ('first', 0, 'first');
CREATE INDEX ON stages (stage);
CREATE TABLE listed (stage stage, code smallint) PARTITION BY LIST (stage);
CREATE TABLE listed_first PARTITION OF listed FOR VALUES IN ('first');
CREATE TABLE listed_others PARTITION OF listed DEFAULT;
CREATE TABLE ranges (stage stage) PARTITION BY RANGE (stage);
SELECT gb_enum_add_value('stage', 'end', code => 1000);
CREATE TABLE ranges_low PARTITION OF ranges FOR VALUES FROM (MINVALUE) TO ('end');
CREATE TABLE ranges_high PARTITION OF ranges FOR VALUES FROM ('end') TO (MAXVALUE);
CREATE FUNCTION is_stage(stage, text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN $1 = $2;
CREATE TABLE names AS SELECT 'value_' || i AS name FROM generate_series(1, 100) i;
VACUUM ANALYZE stages, names;
CREATE EXTENSION postgres_fdw;
SQL
$node->safe_psql('postgres', sprintf(<<'SQL', $node->host, $node->port));
CREATE SERVER another FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%s', port '%s', dbname 'postgres', extensions 'gb_enums');
CREATE USER MAPPING FOR CURRENT_USER SERVER another;
CREATE FOREIGN TABLE elsewhere (name text) SERVER another OPTIONS (table_name 'names');
SQL

# What is asked about the last row, with its name as $1, and its answer for that name; NULL is not known.
my $last = 'FROM stages ORDER BY id DESC LIMIT 1';
my @questions = (
    [ 'the text', "SELECT stage::text $last", sub { $_[0] } ],
    [ 'the value', "SELECT stage $last", sub { $_[0] } ],
    [ 'the value in binary', "SELECT convert_from(gb_enums_internal.stage_own_send(stage), 'UTF8') $last", sub { $_[0] } ],
    [ 'the name of a code', "SELECT stage_name(code) $last", sub { $_[0] } ],
    [ 'the code of a name', "SELECT stage_code(name) = code $last", sub { 't' } ],
    [ 'a row of values', q{SELECT count(*) FROM gb_enum_values('stage') v JOIN stages s ON s.code = v.code WHERE v.name = $1}, sub { 1 } ],
    [ 'a parameter', 'SELECT count(*) FROM stages WHERE stage = $1', sub { 1 } ],
    [ 'a parameter beside a code', 'SELECT count(*) FROM stages WHERE as_stage(code) = $1', sub { 1 } ],
    [ 'a difference from a parameter', 'SELECT count(*) FROM stages WHERE stage <> $1 AND name = $1', sub { 0 } ],
    [ 'a greater one', q{SELECT count(*) FROM stages WHERE stage >= $1}, sub { 1 } ],
    [ 'an array', 'SELECT count(*) FROM stages WHERE stage = ANY (ARRAY[$1])', sub { 1 } ],
    [ 'a text column', 'SELECT count(*) FROM stages WHERE stage = name AND name = $1', sub { 1 } ],
    [ 'a join with texts', 'SELECT count(*) FROM stages s JOIN names n ON s.stage = n.name WHERE n.name = $1', sub { 1 } ],
    [ 'a constant', q{SELECT count(*) FROM stages WHERE stage = 'NAME'::text}, sub { 1 } ],
    [ 'a constant beside a code', q{SELECT count(*) FROM stages WHERE as_stage(code) = 'NAME'::text}, sub { 1 } ],
    [ 'a difference from a constant', q{SELECT count(*) FROM stages WHERE stage <> 'NAME'::text AND name = 'NAME'}, sub { 0 } ],
    [ 'a constant in partitions', q{SELECT count(*) FROM listed WHERE stage = 'NAME'::text}, sub { 1 } ],
    [ 'a constant beside codes in partitions', q{SELECT count(*) FROM listed WHERE as_stage(code) = 'NAME'::text}, sub { 1 } ],
    [ 'a constant in ranges', q{SELECT count(*) FROM ranges WHERE stage = 'NAME'::text}, sub { 1 } ],
    [ 'a least constant in ranges', q{SELECT count(*) FROM ranges WHERE stage >= 'NAME'::text}, sub { 1 } ],
    [ 'a constant in UNION ALL', q{SELECT count(*) FROM (SELECT stage FROM stages UNION ALL SELECT stage FROM listed) u WHERE stage = 'NAME'::text}, sub { 2 } ],
    [ 'a constant of a function', q{SELECT count(*) FROM stages WHERE is_stage(stage, 'NAME')}, sub { 1 } ],
    [ 'a constant in CASE', q{SELECT count(*) FROM stages WHERE CASE stage WHEN 'NAME'::text THEN true END}, sub { 1 } ],
    [ 'a constant beside a foreign table', q{SELECT count(*) FROM stages WHERE stage = 'NAME'::text AND name IN (SELECT name FROM elsewhere)}, sub { 1 } ],
    [ 'an unknown code', q{SELECT count(*) FROM gb_enum_check() WHERE enumeration = 'stage'::regtype}, sub { 0 } ],
    [ 'a cast from a text', 'SELECT $1::stage', sub { $_[0] } ],
    [ 'a conversion', q{SELECT gb_enums_internal.converted($1, NULL::stage, '{"otherwise": "first"}')}, sub { $_[0] } ],
    [ 'a conversion that folds case', q{SELECT gb_enums_internal.converted(upper($1), NULL::stage, '{"fold_case": true, "otherwise": "first"}')}, sub { $_[0] } ],
    [ 'a cast from a code', "SELECT code::integer::stage $last", sub { $_[0] } ]);

my $reader = $node->background_psql('postgres');
$reader->query_safe('SET client_min_messages = warning; SET plan_cache_mode = force_generic_plan');
$reader->query_safe('PREPARE newest AS SELECT max(id) FROM stages');

for my $i (1 .. @questions)
{
    my ($what, $question, $answer) = @{ $questions[ $i - 1 ] };
    my $name = "value_$i";
    my $end = "$dir/end_$i";
    $question =~ s/NAME/$name/g;
    my $has_parameter = $question =~ /\$1/;
    my $ask = "EXECUTE question_$i" . ($has_parameter ? "('$name')" : '');
    $reader->query_safe("PREPARE question_$i" . ($has_parameter ? '(text)' : '') . " AS $question");
    # The transaction has asked before, and has all locks that the question takes.
    $reader->query_safe('BEGIN; EXECUTE newest');
    $reader->query_safe($ask =~ s/\('$name'\)/('first')/r);
    my $writer = IPC::Run::start([
        'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'),
        map { ('-c', $_) } "LOAD '$library'", "SET late_messages.until = '$end'",
        "BEGIN; SELECT gb_enum_add_value('stage', '$name', code => $i)",
        "INSERT INTO stages (stage, code, name) VALUES ('$name', $i, '$name')",
        "INSERT INTO listed VALUES ('$name', $i); INSERT INTO ranges VALUES ('$name')", 'COMMIT' ],
        '>', \my $out, '2>', \my $err);
    my $attempts = 0;
    while ($reader->query_safe('EXECUTE newest') != $i + 1)
    {
        die 'the row does not come' if ++$attempts > 10_000;
    }
    is($reader->query_safe($ask), $answer->($name), "$what: known before the message comes");
    append_to_file($end, '');
    $writer->finish or die "the writer failed: $err";
    $reader->query_safe('COMMIT');
    is($reader->query_safe($ask), $answer->($name), "$what: known afterwards");
}

# An index scan that compares with a text holds a page while it looks. It does not wait for who has the catalog: that session may
# be about to write to the page, and the server would notice no deadlock. Here that session gives up after a while by itself.
$node->safe_psql('postgres', 'CREATE TABLE others (i int)');
$reader->query_safe('SET enable_seqscan = off; PREPARE above(text) AS SELECT count(*) FROM stages WHERE stage >= $1');
is($reader->query_safe(q{EXECUTE above('no name')}), 0, 'nothing comes after a text that is no name');
$node->safe_psql('postgres', 'INSERT INTO others VALUES (1)');
my $owner = $node->background_psql('postgres', on_error_stop => 0);
$owner->query_safe(q{SET idle_in_transaction_session_timeout = '10s'; BEGIN; LOCK TABLE pg_proc});
my $start = time;
is($reader->query_safe(q{EXECUTE above('no name')}), 0, 'nor while somebody has locked the catalog');
ok(time - $start < 8, 'the look for the name does not wait');
$owner->{run}->finish;

# Two bytes are a name in a definition that is out of date, and may be a code in the newest one.
$node->safe_psql('postgres', <<'SQL');
SELECT gb_enum_create('pair', '{ab}');
SELECT count(gb_enum_add_value('pair', 'value ' || i, description => repeat('x', 200))) FROM generate_series(1, 200) i;
CREATE TABLE pairs (pair pair);
INSERT INTO pairs VALUES ('ab');
SQL
my $copy = "COPY pairs FROM '$dir/pairs' (FORMAT binary)";
$reader->query_safe("COPY pairs TO '$dir/pairs' (FORMAT binary)");
$reader->query_safe("BEGIN; $copy");
for my $i (1 .. 20)
{
    $node->safe_psql('postgres', "SELECT gb_enum_add_value('pair', 'later $i', description => repeat('y', 100 * $i))");
    $reader->query_safe($copy);
}
is($reader->query_safe(q{SELECT pair, count(*) FROM pairs GROUP BY pair; COMMIT}), 'ab|22', 'two bytes are read as the name');

$reader->quit;
$node->stop;

done_testing();
