# IS DISTINCT FROM, NULLIF, CASE x WHEN, USING and rows with IN name no operator: who reads them looks for = by the
# search_path, and a restore has an empty one. Stored over columns of enumerations that come with the extension they are
# restored as they were. Over enumerations of users they are restored without an error, as comparisons of texts.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('forms');

# Objects over columns of two enumerations.
my $objects = q{
    CREATE TABLE a (id int PRIMARY KEY, st STATUS NOT NULL DEFAULT 'pending', pr PRIORITY,
        g bool GENERATED ALWAYS AS (NULLIF(st, 'failed') IS NULL) STORED,
        CONSTRAINT ck CHECK (CASE st WHEN 'failed' THEN pr IS NULL ELSE true END));
    INSERT INTO a (id, st, pr) VALUES (1, 'running', 'low'), (2, 'failed', NULL), (3, 'pending', 'high');
    CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW WHEN (old.st IS DISTINCT FROM new.st) EXECUTE FUNCTION tg();
    CREATE VIEW v_distinct AS SELECT id FROM a WHERE st IS DISTINCT FROM 'running';
    CREATE VIEW v_nullif AS SELECT id, NULLIF(st, 'failed') AS x FROM a;
    CREATE VIEW v_case AS SELECT CASE st WHEN 'running' THEN 1 ELSE 0 END AS x FROM a;
    CREATE VIEW v_in AS SELECT id FROM a WHERE st IN (SELECT b.st FROM a b WHERE b.id = 1);
    CREATE VIEW v_using AS SELECT a.id FROM a JOIN a b USING (st);
    CREATE VIEW v_between AS SELECT id FROM a WHERE st BETWEEN SYMMETRIC 'running' AND 'failed';
    CREATE VIEW v_greatest AS SELECT GREATEST(st, 'running') AS x, LEAST(st, 'running') AS y FROM a;
    CREATE VIEW v_order AS SELECT DISTINCT ON (st) st, id FROM a ORDER BY st DESC, id;
    CREATE VIEW v_texts AS SELECT id FROM a WHERE st = 'running'::text OR st = 2 OR 'running'::text <> st OR st < 'failed'::text;
    CREATE VIEW v_window AS SELECT id, rank() OVER (PARTITION BY st ORDER BY pr) FROM a;
    CREATE VIEW v_min AS SELECT min(st), max(pr) FROM a;
    CREATE VIEW v_text AS SELECT lower(st) AS l, st || '!' AS e, st LIKE 'r%' AS k, COALESCE(pr, 'low') AS c FROM a;
    CREATE INDEX a_distinct ON a ((st IS DISTINCT FROM 'failed'));
    CREATE INDEX a_nullif ON a (id) WHERE NULLIF(st, 'running') IS NOT NULL;
    CREATE INDEX a_text ON a (id) WHERE st = 'pending'::text;
    ALTER TABLE a ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON a USING (st IS DISTINCT FROM 'failed');
    CREATE MATERIALIZED VIEW m AS SELECT CASE pr WHEN 'low' THEN 'L' END AS l FROM a;
    CREATE FUNCTION f(x STATUS) RETURNS int LANGUAGE sql RETURN CASE x WHEN 'running' THEN 1 END;
    CREATE FUNCTION f2() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM a WHERE st IS DISTINCT FROM 'running'; END;
    CREATE RULE r AS ON DELETE TO a WHERE old.st IS DISTINCT FROM 'failed' DO INSTEAD NOTHING};
# A row is compared by one operator, which must be found for each of its types.
my $row_forms = q{;
    CREATE VIEW v_row AS SELECT id FROM a WHERE (st, pr) = ('running', 'low');
    CREATE VIEW v_row_in AS SELECT id FROM a WHERE (st, id) IN (VALUES ('running'::STATUS, 1))};

sub over
{
    my ($forms, $status, $priority) = @_;
    return $forms =~ s/\bSTATUS\b/$status/gr =~ s/\bPRIORITY\b/$priority/gr;
}

sub restore
{
    my ($from, $to) = @_;
    $node->safe_psql('postgres', "CREATE DATABASE $to TEMPLATE template0");
    $node->command_checks_all([ 'psql', '-Xq', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-f', $node->basedir . "/$from.sql", $node->connstr($to) ],
        0, [], [qr/^$/], "$from is restored without a word");
    return;
}

# The types of all columns, what is in the views, and how some conditions are planned. Rows have no order.
sub state_of
{
    my ($database) = @_;
    my $state = $node->safe_psql($database, q{
        SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod) FROM pg_attribute
        WHERE attrelid::regclass::text ~ '^(a|v_.*|m)$' AND attnum > 0 ORDER BY 1::text, 2;
        SELECT table_name, query_to_xml('SELECT * FROM ' || table_name, true, true, '') FROM information_schema.views
        WHERE table_name LIKE 'v\_%' ORDER BY 1;
        TABLE m; SELECT f('running'), f2();
        SET enable_seqscan = off;
        EXPLAIN (COSTS OFF) SELECT * FROM a WHERE NULLIF(st, 'running') IS NOT NULL;
        EXPLAIN (COSTS OFF) SELECT * FROM a WHERE st = 'pending'::text});
    return join "\n", sort split /\n/, $state;
}

# Enumerations of the extension: nothing changes.
$node->safe_psql('postgres', 'CREATE DATABASE built_in');
$node->safe_psql('built_in', 'CREATE EXTENSION gb_enums;' . over($objects . $row_forms, 'task_status', 'task_priority'));
my $dump = dump_of($node, 'built_in');
my $state = state_of('built_in');
like($state, qr/v_nullif\|x\|task_status/, 'the state has the types');
restore('built_in', 'built_in_2');
is_same_text(dump_of($node, 'built_in_2'), $dump, 'built in: the second dump is the first');
is_same_text(state_of('built_in_2'), $state, 'built in: all is what it was');

# Enumerations of users: without an error, and the same from the second dump on.
$node->safe_psql('postgres', 'CREATE DATABASE own');
$node->safe_psql('own', q{CREATE EXTENSION gb_enums;
    SELECT gb_enum_create('own_status', '{pending,ready,running,paused,failed}'), gb_enum_create('own_priority', '{low,high}');}
    . over($objects, 'own_status', 'own_priority'));
dump_of($node, 'own');
restore('own', 'own_2');
my $second = dump_of($node, 'own_2');
restore('own_2', 'own_3');
is_same_text(dump_of($node, 'own_3'), $second, 'own: the third dump is the second');
is_same_text(state_of('own_3'), state_of('own_2'), 'own: all is what it was in the second');
# gb_enum_check() lists before the restore what will change, and afterwards what has changed.
my $listed = q{SELECT problem FROM gb_enum_check('own_status') ORDER BY problem COLLATE "C"};
my $after_a_restore = 'compares texts after a restore, since it names no operator';
is($node->safe_psql('own', $listed), <<"END" =~ s/\n\z//r, 'own: what names no operator is listed');
constraint ck on table a $after_a_restore: CASE
default value for column g of table a $after_a_restore: NULLIF
function f(own_status) $after_a_restore: CASE
function f2() $after_a_restore: IS DISTINCT FROM
index a_distinct $after_a_restore: IS DISTINCT FROM
index a_nullif $after_a_restore: NULLIF
policy p on table a $after_a_restore: IS DISTINCT FROM
rule _RETURN on view v_case $after_a_restore: CASE
rule _RETURN on view v_distinct $after_a_restore: IS DISTINCT FROM
rule _RETURN on view v_nullif $after_a_restore: NULLIF
rule _RETURN on view v_using $after_a_restore: USING
rule r on table a $after_a_restore: IS DISTINCT FROM
trigger t on table a $after_a_restore: IS DISTINCT FROM
END
is($node->safe_psql('own_2', $listed), <<'END' =~ s/\n\z//r, 'own: what compares texts is listed');
constraint ck on table a compares texts, not values: =
default value for column g of table a compares texts, not values: NULLIF
function f(own_status) compares texts, not values: =
function f2() compares texts, not values: IS DISTINCT FROM
index a_distinct compares texts, not values: IS DISTINCT FROM
index a_nullif compares texts, not values: NULLIF
policy p on table a compares texts, not values: IS DISTINCT FROM
rule _RETURN on view v_case compares texts, not values: =
rule _RETURN on view v_distinct compares texts, not values: IS DISTINCT FROM
rule _RETURN on view v_nullif compares texts, not values: NULLIF
rule _RETURN on view v_using compares texts, not values: =
rule r on table a compares texts, not values: IS DISTINCT FROM
trigger t on table a compares texts, not values: IS DISTINCT FROM
END
is($node->safe_psql('own_2', q{SELECT count(*) FROM gb_enum_check() WHERE repair IS NOT NULL}), 0, 'own: nothing is missing');
is($node->safe_psql('built_in', 'SELECT count(*) FROM gb_enum_check()'), 0, 'built in: nothing is listed');

$node->stop;
done_testing();
