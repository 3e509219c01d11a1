# What only newer servers have, under enumerations, conversions and partitions: it stays as it is, or the plan names it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node  = PostgreSQL::Test::Cluster->new('main');
my $major = $node->pg_version->major;
plan skip_all => 'this server has none of it' if $major < 18;

$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'\nclient_min_messages = warning");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION gb_enums; CREATE EXTENSION btree_gist');

sub is_answer
{
    my ($sql, $expected, $name) = @_;
    return is($node->safe_psql('postgres', $sql), $expected, $name);
}

sub stops
{
    my ($what) = @_;
    return "SELECT detail FROM $what WHERE kind = 'stop'";
}

# ---- Constraints and generated columns under conversions

$node->safe_psql('postgres', q{
    CREATE TABLE tasks (id int PRIMARY KEY, status text CONSTRAINT there NOT NULL, label text GENERATED ALWAYS AS ('task ' || id) VIRTUAL,
        CONSTRAINT none_failed CHECK (status <> 'failed') NOT ENFORCED);
    INSERT INTO tasks VALUES (1, 'ready'), (2, 'failed');
    CREATE TABLE online_tasks (LIKE tasks INCLUDING ALL);
    INSERT INTO online_tasks VALUES (1, 'ready'), (2, 'failed');
    SELECT count(*) FROM gb_enum_convert('tasks', 'status', 'task_status', dry_run => false);
    CALL gb_enum_convert_online('online_tasks', '{"status": "task_status"}');
    SELECT gb_enum_convert_finish('online_tasks');
});
for my $table (qw(tasks online_tasks))
{
    is_answer("SELECT id, status, label, pg_typeof(status) FROM $table ORDER BY id",
        "1|ready|task 1|task_status\n2|failed|task 2|task_status", "$table: rows and virtual columns");
    is_answer("SELECT conname, conenforced, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '$table'::regclass AND contype IN ('c', 'n') AND conname !~ 'id' ORDER BY 1",
        "none_failed|f|CHECK ((status <> 'failed'::task_status)) NOT ENFORCED\nthere|t|NOT NULL status",
        "$table: constraints keep their names and what they enforce");
}

$node->safe_psql('postgres', q{
    CREATE TABLE loose (id int, status text);
    INSERT INTO loose VALUES (1, NULL);
    ALTER TABLE loose ADD CONSTRAINT there NOT NULL status NOT VALID;
});
is_answer(stops(q{gb_enum_convert_online_plan('loose', '{"status": "task_status"}')}),
    'Constraint "there" of "public.loose" is NOT NULL and not validated.', 'NOT NULL that is not validated stops an online conversion');
$node->safe_psql('postgres', q{
    UPDATE loose SET status = 'ready';
    ALTER TABLE loose VALIDATE CONSTRAINT there;
    CALL gb_enum_convert_online('loose', '{"status": "task_status"}');
    SELECT gb_enum_convert_finish('loose');
});
is_answer('TABLE loose', '1|ready', 'after that it is converted');

$node->safe_psql('postgres', q{
    CREATE TABLE computed (id int, status text, is_ready boolean GENERATED ALWAYS AS (status = 'ready') VIRTUAL);
    CREATE TABLE periods (status text, valid daterange, PRIMARY KEY (status, valid WITHOUT OVERLAPS));
});
is_answer(stops(q{gb_enum_convert('computed', 'status', 'task_status')}),
    q{Column "is_ready" of "computed" is generated from column "status": (status = 'ready'::text).}, 'a virtual column of the column stops it');
is_answer(stops(q{gb_enum_convert('periods', 'status', 'task_status')}),
    'Constraint "periods_pkey" of "public.periods" has an index that cannot be made again as it is.', 'so does a key WITHOUT OVERLAPS');

# ---- Views and input

$node->safe_psql('postgres', q{
    CREATE TABLE steps (id int PRIMARY KEY, status text, allowed jsonb DEFAULT '{"names": ["ready", "bogus"]}', n int);
    INSERT INTO steps (id, status, n) SELECT i, (ARRAY['pending', 'ready', 'running', NULL])[1 + i % 4], i FROM generate_series(1, 20) i;
    CREATE VIEW in_json AS SELECT steps.id, t.s FROM steps, JSON_TABLE(allowed, '$.names[*]' COLUMNS (s text PATH '$')) t WHERE t.s = status;
    CREATE VIEW as_json AS SELECT id, JSON_OBJECT('s': status RETURNING text) AS o, JSON_ARRAY(status) AS a FROM steps;
    CREATE VIEW query_as_json AS SELECT id, JSON_ARRAY(SELECT s.status FROM steps s WHERE s.status > 'failed' AND s.n < outside.n ORDER BY s.id) AS before FROM steps outside;
    CREATE VIEW grouped AS SELECT status, n % 2 AS odd, count(*) FROM steps GROUP BY GROUPING SETS ((status, n % 2), (status), ()) HAVING status IS DISTINCT FROM 'running';
});
$node->safe_psql('postgres',
    'CREATE VIEW in_window AS SELECT id, lag(status) ' . ($major >= 19 ? 'IGNORE NULLS' : '') . ' OVER (ORDER BY id) AS before FROM steps');
my $answers = join(' UNION ALL ', map { "SELECT '$_' || to_jsonb(v)::text FROM $_ v" } qw(in_json as_json query_as_json grouped in_window)) . ' ORDER BY 1';
my $before  = $node->safe_psql('postgres', $answers);
$node->safe_psql('postgres', q{SELECT count(*) FROM gb_enum_convert('steps', 'status', 'task_status', dry_run => false)});
is_answer($answers, $before, 'views with what newer servers have answer the same');

is_answer(q{SELECT pg_input_is_valid('ready', 'task_status'), pg_input_is_valid('bogus', 'task_status'), (pg_input_error_info('bogus', 'task_status')).sql_error_code}, 't|f|22P02',
    'input that is not valid is told, not raised');
my $file = $node->basedir . '/statuses';
append_to_file($file, "ready\nbogus\n");
$node->safe_psql('postgres', "CREATE TABLE statuses (status task_status); COPY statuses FROM '$file' (ON_ERROR ignore)");
is_answer('TABLE statuses', 'ready', 'COPY leaves out rows that are not valid');

# ---- Partitions

$node->safe_psql('postgres', q{
    CREATE TABLE events (id int NOT NULL, at date CONSTRAINT dated NOT NULL, status task_status, n int, double int GENERATED ALWAYS AS (n * 2) VIRTUAL,
        validity daterange, PRIMARY KEY (id, at, validity WITHOUT OVERLAPS));
    INSERT INTO events (id, at, status, n, validity) VALUES (1, '2024-01-05', 'ready', 3, '[2024-01-01,2024-02-01)'), (2, '2024-02-05', 'ready', 4, '[2024-01-01,2024-02-01)');
    CALL gb_partition_convert('events', 'at', every => '1 month', method => 'copy');
    SELECT gb_partition_convert_finish('events');
});
is_answer('SELECT id, n, double FROM events ORDER BY id', "1|3|6\n2|4|8", 'a table with a virtual column is partitioned');
is_answer(q{SELECT conname, contype, conperiod FROM pg_constraint WHERE conrelid = 'events'::regclass AND conname IN ('dated', 'events_pkey') ORDER BY 1}, "dated|n|f\nevents_pkey|p|t",
    'and its constraints with their names and WITHOUT OVERLAPS');

$node->safe_psql('postgres', q{
    CREATE TABLE readings (at date NOT NULL, n int, CONSTRAINT positive CHECK (n > 0) NOT ENFORCED) PARTITION BY RANGE (at);
    SELECT gb_partition_create('readings', '2024-01-01');
    INSERT INTO readings VALUES ('2024-01-02', -1);
});
is_answer(q{SELECT conenforced, conislocal FROM pg_constraint WHERE conrelid = 'readings_2024_01'::regclass AND conname = 'positive'}, 'f|f', 'a partition enforces no more than its parent');

# ---- From 19 on

SKIP:
{
    skip 'this server does not have it', 4 if $major < 19;
    $node->safe_psql('postgres', "TRUNCATE statuses; COPY statuses FROM '$file' (ON_ERROR set_null)");
    is_answer('SELECT status IS NULL, status FROM statuses ORDER BY 1', "f|ready\nt|", 'COPY sets NULL for what is not valid');
    $node->safe_psql('postgres', q{
        CREATE TABLE sent (status text);
        CREATE TABLE kept_back (status text);
        CREATE PUBLICATION most FOR ALL TABLES EXCEPT (TABLE kept_back);
    });
    is_answer(q{SELECT t, count(*) FROM unnest('{sent,kept_back}'::regclass[]) t, gb_enum_convert(t, 'status', 'task_status') c WHERE c.detail ~ '^Publication' GROUP BY 1},
        'sent|1', 'a publication is named for the tables that it sends only');
    # A concurrent detachment leaves no CHECK any more.
    $node->safe_psql('postgres', q{
        CREATE TABLE visits (at date NOT NULL) PARTITION BY RANGE (at);
        SELECT gb_partition_create('visits', at) FROM unnest('{2024-01-01,2024-06-01}'::date[]) at;
        SELECT gb_partition_manage('visits', premake => 0, retain => '1 month', on_expire => 'drop', force => true);
    });
    $node->safe_psql('postgres', $_)
        for split(/\n/, $node->safe_psql('postgres', q{SELECT command FROM gb_partition_detach_plan('visits', '2024-06-15') WHERE step < 3 ORDER BY step}));
    is_answer(q{SELECT count(*) FROM gb_partition_detach_plan('visits', '2024-06-15')}, 0, 'what comes after an interrupted detachment is not planned');
    $node->safe_psql('postgres', q{CALL gb_partition_maintain('visits', '2024-06-15', must_succeed => true)});
    is_answer(q{SELECT relispartition FROM pg_class WHERE relname = 'visits_2024_01'}, 'f', 'nor done');
}

done_testing();
