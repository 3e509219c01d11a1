# The platform's tables with production-like data, at a small scale, by the scripts of `make scale`: each of the
# platform's queries has the plan it is meant to have, and the same answer in every form.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = "$FindBin::RealBin/../..";
my $node = PostgreSQL::Test::Cluster->new('scale');
$node->init;
$node->append_conf('postgresql.conf', slurp_file("$root/demo/platform/postgresql.conf"));
$node->append_conf('postgresql.conf', "autovacuum = off\nfsync = off");
$node->start;

my $results = PostgreSQL::Test::Utils::tempdir;
local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => 'postgres');
my ($output, $errors);
ok(IPC::Run::run([ "$root/bench/scale/measure", 40000, $results, 1 ], '>', \$output, '2>', \$errors),
    'the tables are filled, and each query has its plan')
  or diag "$output$errors";
is($errors, '', 'no errors');
like($output, qr/^typed message_history: \d+ rows, 100 %$/m, 'progress is shown');

# The data, which is the same in every run.
my $rows = $node->safe_psql('postgres', 'SELECT DISTINCT "table", rows FROM scale.sizes ORDER BY 1');
is($rows, <<'ROWS' =~ s/\n\z//r, 'rows of each table, in every form');
analytics_events|8000
auto_tasks|2400
bots|1000
files|1000
intents|1000
memories|1200
message_history|23640
task_approvals|1000
user_sessions|2400
ROWS
is($node->safe_psql('postgres', q{SELECT count(*) FROM typed.message_history_default}), 0, 'every message is in the partition of its month');
is($node->safe_psql('postgres', q{
        SELECT count(*) FROM pg_class WHERE relname ~ '^message_history_\d' AND relkind = 'r'
            AND relnamespace = 'typed'::regnamespace AND reloptions @> '{autovacuum_vacuum_scale_factor=0.01}'}),
    25, 'partitions have their settings of autovacuum');
my $shape = $node->safe_psql('postgres', q{
    SELECT count(*) FILTER (WHERE created_at >= '2025-12-01') > 3 * count(*) FILTER (WHERE created_at < '2024-02-01'),
        100 * count(*) FILTER (WHERE NOT is_read) / count(*) BETWEEN 1 AND 3,
        3 * count(*) FILTER (WHERE date_part('hour', created_at AT TIME ZONE 'UTC') BETWEEN 10 AND 13) > count(*)
    FROM typed.message_history;
    SELECT 12 * max(rows) > sum(rows) AND count(*) > 100
    FROM (SELECT count(*) AS rows FROM typed.auto_tasks GROUP BY tenant_id) tenants});
is($shape, "t|t|t\nt", 'months grow, little is unread, days have busy hours, and a few tenants have most tasks');

# The same answer in every form. Tasks of the same priority have no order, so ids are left out.
my %answers;
for my $form (qw(typed varchar_check native_enum))
{
    my $statements = $node->safe_psql('postgres',
        "SELECT string_agg(scale.statement(query, '$form', sample), E';\n' ORDER BY position, sample) FROM scale.queries, scale.keys");
    $answers{$form} = [ map {
            my ($status, $answer) = $node->psql('postgres', "SET search_path = $form, public; $_");
            join "\n", sort map { s/^[-0-9a-f]{36}\|//r } split /\n/, $answer;
    } split /;\n/, $statements ];
}
is_deeply($answers{$_}, $answers{typed}, "answers: $_") for qw(varchar_check native_enum);
cmp_ok(scalar(grep { $_ ne '' } @{ $answers{typed} }), '>', 50, 'most of them have rows');

# Many clients share the sessions of PgBouncer's pool.
my ($pgbouncer) = grep { -x } map { "$_/pgbouncer" } split(/:/, $ENV{PATH}), '/usr/sbin';
my $pool = "50,50,a session each,100,1.0\n500,50,PgBouncer,100,1.0\n";
SKIP:
{
    skip 'pgbouncer is not installed, or does not run as root', 1 if !$pgbouncer || $> == 0;
    ok(IPC::Run::run([ "$root/bench/scale/pool", PostgreSQL::Test::Utils::tempdir_short, 1 ], '>', \$pool), 'clients of a pool');
}
my ($direct, $pooled) = map { [ split /,/ ] } split /\n/, $pool;
cmp_ok($pooled->[1], '<=', 50, "500 clients share $pooled->[1] sessions");
cmp_ok($pooled->[1], '>', 10, 'but not few');
ok((!grep { $_->[3] < 1 } $direct, $pooled), 'they all get answers');
append_to_file("$results/scale_pool.csv", "size,clients,sessions,how,tps,ms\n" . $pool =~ s/^/40000,/gmr);

# What was stored is shown, and the same tables are written into a document.
my ($report) = run_command([ "$root/bench/scale/report", $results ]);
like($report, qr/^\| sessions of a user \| \d+\.\d\d \| .* \| Index Only Scan user_sessions \(user_id, created_at\) \|$/m, 'times and plans are shown');
like($report, qr/^\| all tables \| 41,640 \| gb_enums \| \d/m, 'sizes are shown');
like($report, qr/^\| new messages \| 40,000 \| \d/m, 'WAL is shown');
like($report, qr/^\| 40,000 \| 500 \| \d+ \| PgBouncer \| \d/m, 'the pool is shown');
append_to_file("$results/page.md", "Text\n\n<!-- changes -->\nold\nold\n\nText after\n");
command_ok([ "$root/bench/scale/report", $results, "$results/page.md" ], 'written into a document');
my ($changes) = $report =~ /^<!-- changes -->\n(.*?)\n\n/ms;
is(slurp_file("$results/page.md"), "Text\n\n<!-- changes -->\n$changes\n\nText after\n", 'in place of the old table');

# A plan is missed when its index is.
my $missed = q{SET enable_seqscan = off; SET search_path = typed, public; SELECT DISTINCT name FROM scale.other_plans('typed') ORDER BY name};
is($node->safe_psql('postgres', $missed), '', 'no other plans');
$node->safe_psql('postgres', q{DROP INDEX typed.auto_tasks_status_priority_idx, typed.task_approvals_task_id_expires_at_idx});
is($node->safe_psql('postgres', $missed),
    "active tasks by status and priority\npending approvals of a task\nthe next tasks by priority", 'without two indexes there are');

$node->stop;
done_testing();
