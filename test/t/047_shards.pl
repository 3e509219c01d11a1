# Shards by tenant on plain servers: two servers have the rows of their tenants, and a database that has none reads all of them
# by foreign partitions. Their enumerations are compared by one query; conditions, groups and joins are done where the rows
# are; and a value is added server by server while nobody's query fails.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my @tasks = ('tenant_id bigint NOT NULL', 'id bigint NOT NULL', q{status task_status NOT NULL DEFAULT 'pending'}, 'priority smallint', 'state ticket_state');
my $columns = join ', ', @tasks;
my $definition = q{'ticket_state', definition => '0 new
    1 open alias busy
    5 closed deprecated use open'};
my %node = map { $_ => new_server($_) } qw(router gb_shard1 gb_shard2);
my %first_tenant = (gb_shard1 => 1, gb_shard2 => 1000);
my $router = $node{router};

sub sql { return $node{$_[0]}->safe_psql('postgres', $_[1]) }
sub plan_of { return sql('router', "EXPLAIN (VERBOSE, COSTS OFF) $_[0]") }

# The error of a statement, 'no error' when there is none.
sub error_of
{
    my ($server, $sql) = @_;
    my ($code, undef, $stderr) = $node{$server}->psql('postgres', $sql);
    return $code == 0 ? 'no error' : $stderr;
}

sql($_, "CREATE EXTENSION gb_enums; SELECT gb_enum_create($definition)") for sort keys %node;
for my $shard (sort keys %first_tenant)
{
    sql($shard, qq{CREATE TABLE tasks ($columns, PRIMARY KEY (tenant_id, id)); CREATE INDEX ON tasks (status);
        CREATE TABLE sessions (tenant_id bigint, id bigint, channel channel_type);
        INSERT INTO tasks SELECT t, 1000 * t + g, as_task_status((g % 8)::smallint), g % 5, CASE g % 2 WHEN 0 THEN 'new'::ticket_state ELSE 'open' END
            FROM generate_series($first_tenant{$shard}, $first_tenant{$shard} + 4) t, generate_series(1, 400) g;
        INSERT INTO sessions SELECT tenant_id, id, as_channel_type((id % 10)::smallint) FROM tasks; ANALYZE});
}

# As docs/several_machines.md has it.
sql('router', qq{CREATE EXTENSION postgres_fdw;
    CREATE TABLE tasks ($columns) PARTITION BY RANGE (tenant_id);
    CREATE TABLE sessions (tenant_id bigint, id bigint, channel channel_type) PARTITION BY RANGE (tenant_id);
    ALTER DATABASE postgres SET enable_partitionwise_aggregate = on; ALTER DATABASE postgres SET enable_partitionwise_join = on;});
for my $shard (sort keys %first_tenant)
{
    my $connection = sprintf q{host '%s', port '%s', dbname 'postgres'}, $node{$shard}->host, $node{$shard}->port;
    my $range = sprintf 'FOR VALUES FROM (%d) TO (%d)', $first_tenant{$shard}, $first_tenant{$shard} + 999;
    sql('router', qq{CREATE SERVER $shard FOREIGN DATA WRAPPER postgres_fdw OPTIONS ($connection, extensions 'gb_enums', async_capable 'true', use_remote_estimate 'true', fdw_tuple_cost '0.2');
        CREATE USER MAPPING FOR CURRENT_USER SERVER $shard; CREATE SCHEMA $shard;
        CREATE FOREIGN TABLE $shard.tasks PARTITION OF tasks $range SERVER $shard OPTIONS (schema_name 'public');
        CREATE FOREIGN TABLE $shard.sessions PARTITION OF sessions $range SERVER $shard OPTIONS (schema_name 'public');
        IMPORT FOREIGN SCHEMA public LIMIT TO (gb_enum_fingerprints) FROM SERVER $shard INTO $shard});
}

# Fingerprints ----------------------------------------------------------------------------------------

my $different = q{SELECT enumeration, string_agg(node, ' ' ORDER BY node) AS nodes, count(DISTINCT fingerprint)
    FROM (SELECT 'router' AS node, * FROM gb_enum_fingerprints
          UNION ALL SELECT 'gb_shard1', * FROM gb_shard1.gb_enum_fingerprints
          UNION ALL SELECT 'gb_shard2', * FROM gb_shard2.gb_enum_fingerprints) f
    GROUP BY enumeration HAVING count(*) < 3 OR count(DISTINCT fingerprint) > 1};
is(sql('router', $different), '', 'all nodes have the same enumerations');
is(sql('router', 'SELECT count(*) FROM gb_shard2.gb_enum_fingerprints'), 13, '... and they are there');
my $fingerprint = q{SELECT gb_enum_fingerprint('ticket_state')};
my %seen = (sql('gb_shard2', $fingerprint) => 'as it was');
# Each of them changes the fingerprint, and the way back brings it back; the description is no part of it.
for my $change ([ 'a name', q{SELECT gb_enum_rename_value('ticket_state', 'new', 'fresh')}, q{SELECT gb_enum_rename_value('ticket_state', 'fresh', 'new')} ],
    [ 'an alias', q{SELECT gb_enum_add_alias('ticket_state', 'new', 'fresh')}, q{SELECT gb_enum_drop_alias('ticket_state', 'fresh')} ],
    [ 'a deprecation', q{SELECT gb_enum_deprecate('ticket_state', 'new')}, q{SELECT gb_enum_undeprecate('ticket_state', 'new')} ],
    [ 'a replacement', q{SELECT gb_enum_deprecate('ticket_state', 'new', 'open')}, q{SELECT gb_enum_undeprecate('ticket_state', 'new')} ],
    [ 'a value', q{SELECT gb_enum_add_value('ticket_state', 'late', 7)}, q{SELECT gb_enum_remove_value('ticket_state', 'late')} ],
    [ 'a code', q{SELECT gb_enum_add_value('ticket_state', 'late', 8)}, q{SELECT gb_enum_remove_value('ticket_state', 'late')} ])
{
    my ($what, $do, $undo) = @$change;
    sql('gb_shard2', $do);
    my $now = sql('gb_shard2', $fingerprint);
    is($seen{$now}, undef, "$what is part of the fingerprint");
    $seen{$now} = $what;
    is(sql('router', $different), 'public.ticket_state|gb_shard1 gb_shard2 router|2', '... and the nodes show it');
    sql('gb_shard2', $undo);
    is($seen{ sql('gb_shard2', $fingerprint) }, 'as it was', '... until it is undone');
}
sql('gb_shard2', q{SELECT gb_enum_set_description('ticket_state', 'new', 'Nobody has seen it')});
is(sql('router', $different), '', 'a description is none');
sql('gb_shard2', q{SELECT gb_enum_create('only_here', '{a}')});
is(sql('router', $different), 'public.only_here|gb_shard2|1', 'an enumeration that other nodes lack is shown');
sql('gb_shard2', q{SELECT gb_enum_drop('only_here')});
# As the reference says that it is made; and in another encoding, with another order of texts.
my $by_hand = q{SELECT encode(sha256(convert_to(string_agg(json_build_array(code, name, ARRAY(SELECT a FROM unnest(aliases) a ORDER BY convert_to(a, 'UTF8')), deprecated, replacement)::text, E'\n' ORDER BY code), 'UTF8')), 'hex')
    FROM gb_enum_values('%s')};
is(sql('router', sprintf $by_hand, 'ticket_state'), sql('router', $fingerprint), 'the fingerprint is what the reference says');
my $odd = q{SELECT gb_enum_create('odd', definition => E'-3 "a \\\\"b\\\\"\t" alias zé alias Éa alias z\n4 ß'); SELECT gb_enum_fingerprint('odd')};
sql('router', q{CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'});
$router->safe_psql('latin', 'CREATE EXTENSION gb_enums');
my $of_latin = $router->safe_psql('latin', "SET client_encoding = 'UTF8'; $odd");
is($of_latin, sql('router', $odd), 'the fingerprint is the same in every encoding');
is(sql('router', sprintf $by_hand, 'odd'), (split /\n/, $of_latin)[1], '... and as by hand');
# A database that knows no encoding gives the bytes, which may be those of any.
sql('router', q{CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'});
$router->safe_psql('bytes', 'CREATE EXTENSION gb_enums');
is($router->safe_psql('bytes', $odd), $of_latin, '... also where the database knows no encoding');
like($router->safe_psql('bytes', q{SELECT gb_enum_create('bytes', ARRAY[E'\\xe9x']); SELECT count(*), count(fingerprint), gb_enum_fingerprint('bytes') = encode(sha256('\\x5b302c2022e97822'::bytea || ', [], false, null]'), 'hex') FROM gb_enum_fingerprints}), qr/\n14\|14\|t$/, '... and what is no UTF-8 stops nobody');
sql('router', q{SELECT gb_enum_drop('odd')});

# Where the work is done ------------------------------------------------------------------------------

my $one = plan_of(q{SELECT status, count(*), max(priority) FROM tasks WHERE tenant_id = 1002 AND status < 'completed' GROUP BY tenant_id, status});
like($one, qr/Remote SQL: SELECT status, count\(\*\), max\(priority\)(?:, tenant_id)? FROM public\.tasks WHERE .*status < 'completed'.* GROUP BY /, 'one tenant: the shard counts') or diag($one);
unlike($one, qr/gb_shard1/, '... and the other one is not asked');
my $all = plan_of(q{SELECT status, sum(n) FROM (SELECT tenant_id, status, count(*) AS n FROM tasks WHERE status IN ('running', 'failed') GROUP BY tenant_id, status) t GROUP BY status});
is(() = $all =~ /Remote SQL: SELECT (?:tenant_id, status|status, tenant_id), count\(\*\) FROM public\.tasks WHERE [^\n]*\{running,failed\}[^\n]* GROUP BY 1, 2/g, 2, 'all tenants: each shard counts') or diag($all);
my $join = plan_of(q{SELECT tenant_id, count(*) FROM tasks t JOIN sessions s USING (tenant_id, id) WHERE t.status = 'running' AND s.channel <> 'sms' GROUP BY tenant_id});
is(() = $join =~ /Remote SQL: SELECT [^\n]*count\(\*\)[^\n]* FROM \(public\.\w+ r\d+ INNER JOIN public\.\w+ r\d+ ON [^\n]* GROUP BY/g, 2, 'tables of one tenant are joined by its shard') or diag($join);
my $raw = plan_of(q{SELECT id FROM tasks WHERE as_task_priority(priority) >= 'high' AND tenant_id < 5});
like($raw, qr/Remote SQL: SELECT id FROM public\.tasks WHERE .*\(priority >= 2\b/, 'a condition on a SMALLINT column as well') or diag($raw);
like(plan_of(q{SELECT id FROM tasks WHERE state = 'open'}), qr/Filter: \((tasks(_\d)?)\.state = 'open'::ticket_state\)/, 'a condition on an enumeration of your own is decided by the router');
is(sql('router', q{SELECT count(*), count(DISTINCT tenant_id), min(status), max(status), count(*) FILTER (WHERE state = 'open') FROM tasks}), '4000|10|pending|cancelled|2000', 'all rows are read');
is(sql('router', q{SELECT task_status_name(c::smallint), n FROM (SELECT tenant_id, status::smallint AS c, count(*) AS n FROM tasks WHERE tenant_id = 1 GROUP BY 1, 2) g ORDER BY c LIMIT 1}), 'pending|50', 'codes are the same on all nodes');

# A value is added ------------------------------------------------------------------------------------

# What the applications do all the time. None of them fails, whatever the order is in which the nodes learn the value, as long as nobody
# writes it.
my @applications = ([ 'router', q{SELECT state, sum(n) FROM (SELECT tenant_id, state, count(*) AS n FROM tasks GROUP BY 1, 2) t GROUP BY state} ], [ 'router', q{SELECT count(*) FROM tasks WHERE state < 'closed' OR state = 'busy'} ],
    [ 'router', q{INSERT INTO tasks VALUES (1, nextval('ids'), 'ready', 1, 'open'), (1001, nextval('ids'), 'ready', 1, 'new')} ], [ 'router', q{UPDATE tasks SET state = 'new' WHERE tenant_id = 1 AND id = 1001} ],
    [ 'gb_shard1', q{UPDATE tasks SET state = 'open' WHERE tenant_id = 2} ], [ 'gb_shard2', q{SELECT state, count(*) FROM tasks GROUP BY state} ]);
sql('router', 'CREATE SEQUENCE ids START 10000000');
sub work { my ($when) = @_; is(join(' ', grep { $_ ne 'no error' } map { error_of(@$_) } @applications), '', "no query fails $when"); return }
my $add = q{SELECT gb_enum_add_value('ticket_state', 'waiting', 2)};
my $write = q{INSERT INTO tasks VALUES (1, nextval('ids'), 'ready', 1, 'waiting'), (1001, nextval('ids'), 'ready', 1, 'waiting')};
work('before');
for my $shard ('gb_shard1', 'gb_shard2')
{
    sql($shard, $add);
    work("when $shard knows the value");
    like(error_of('router', $write), qr/invalid input value for enum ticket_state: "waiting"/, '... which the router refuses to write');
    is(sql('router', $different), 'public.ticket_state|gb_shard1 gb_shard2 router|2', '... and the fingerprints say that it is not done');
}
sql('router', $add);
work('when all know the value');
is(sql('router', $different), '', '... as the fingerprints say');
sql('router', $write);
push @applications, [ 'router', $write ];
work('when it is written');
is(sql('router', q{SELECT tenant_id, count(*) FROM tasks WHERE state = 'waiting' GROUP BY 1 ORDER BY 1}), "1|2\n1001|2", '... and found on both shards');

# A name is changed in two rounds: first all read it, then all show it.
for my $round (q{SELECT gb_enum_add_alias('ticket_state', 'open', 'active')}, q{SELECT gb_enum_rename_value('ticket_state', 'open', 'active', keep_alias => true)})
{
    for my $server ('gb_shard1', 'router', 'gb_shard2')
    {
        sql($server, $round);
        work("after $server has done $round");
    }
}
is(sql('router', q{SELECT count(*) > 0, count(*) = count(*) FILTER (WHERE state = 'open') FROM tasks WHERE state = 'active'}), 't|t', 'both names find the rows');
is(sql('router', $different), '', '... and all nodes agree');
sql('gb_shard1', q{SELECT gb_enum_rename_value('ticket_state', 'waiting', 'asked', keep_alias => true)});
like(error_of('router', 'SELECT DISTINCT state FROM tasks'), qr/invalid input value for enum ticket_state: "asked"/, 'without the first round the router does not know what it reads');
sql('gb_shard1', q{SELECT gb_enum_rename_value('ticket_state', 'asked', 'waiting')});

# A value is removed in the reverse order.
my $remove = q{SELECT gb_enum_remove_value('ticket_state', 'waiting'%s)};
sql($_, q{UPDATE tasks SET state = 'new' WHERE state = 'waiting'}) for 'gb_shard1', 'gb_shard2';
pop @applications;
like(error_of('router', sprintf $remove, ''), qr/foreign table gb_shard1.tasks: cannot be looked into/, 'the router cannot look into the shards');
for my $server ('router', 'gb_shard1', 'gb_shard2')
{
    sql($server, sprintf $remove, $server eq 'router' ? ', except_foreign_tables => true' : '');
    work("after $server has removed the value");
}

# The other way round.
sql('router', q{SELECT gb_enum_add_value('ticket_state', 'early', 3)});
work('when the router knows a value that shards do not know');
like(error_of('router', $write =~ s/waiting/early/gr), qr/invalid input value for enum public.ticket_state: "early"/, '... until somebody writes it, whom a shard refuses');
sql('gb_shard2', q{SELECT gb_enum_add_value('ticket_state', 'local', 4); UPDATE tasks SET state = 'local' WHERE tenant_id = 1003});
like(error_of('router', 'SELECT count(*) FROM tasks'), qr/no error/, 'rows with what a shard alone knows can be counted');
like(error_of('router', 'SELECT DISTINCT state FROM tasks'), qr/invalid input value for enum ticket_state: "local"/, '... and not be read by the router');

done_testing();
