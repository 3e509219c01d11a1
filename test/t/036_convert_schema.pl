# A schema in the style of a platform for chat bots, whose columns become enumerations by two calls: each column is
# converted or has a reason, whatever happens meanwhile (a server that is killed, a table that somebody keeps locked);
# queries give the rows that they gave; and the way back gives the schema that there was.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $schema = "$FindBin::RealBin/../schema";
my $node = new_server('convert_schema', autovacuum => 'off');
$node->safe_psql('postgres', 'CREATE EXTENSION gb_enums');
$node->safe_psql('postgres', slurp_file("$schema/bot_platform.sql"));
$node->safe_psql('postgres', 'ANALYZE');

sub rows { return split /\n/, $node->safe_psql('postgres', $_[0]) }

# What there is beside the values: properties, definitions, types.
my $fingerprint = slurp_file("$schema/fingerprint.sql") =~ s/chat_platform/bot_platform/gr;
sub portrait
{
    return $node->safe_psql('postgres', $fingerprint . q{;
        SELECT what FROM fingerprint ORDER BY what COLLATE "C";
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v')
        LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
        WHERE c.relnamespace = 'bot_platform'::regnamespace ORDER BY 1, 2;
        SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'bot_platform'::regnamespace AND contype IN ('c', 'p') ORDER BY conrelid::regclass::text, conname;
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'bot_platform' ORDER BY indexname;
        SELECT viewname, definition FROM pg_views WHERE schemaname = 'bot_platform' ORDER BY viewname;
        SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname;
        SELECT polname, pg_get_expr(polqual, polrelid) FROM pg_policy ORDER BY polname});
}

# The rows of all tables and views as texts, codes as numbers.
my @digests = rows(q{
    SELECT format('SELECT %L, md5(string_agg(r::text, '','' ORDER BY r::text)) FROM (SELECT %s FROM bot_platform.%I) r',
        c.relname, string_agg(format(CASE WHEN a.attname IN ('message_type', 'risk_level') THEN '%I::integer' ELSE '%I::text' END, a.attname),
            ', ' ORDER BY a.attnum), c.relname)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'bot_platform'::regnamespace AND c.relkind IN ('r', 'v')
    GROUP BY c.relname ORDER BY c.relname});
sub digests { return $node->safe_psql('postgres', join(";\n", @digests)) }

# The columns that are not of an enumeration yet, of those that the plan converts.
my @planned = rows(q{SELECT table_name, column_name FROM gb_enum_convert_schema_plan('bot_platform') WHERE kind = 'convert'});
sub unconverted
{
    my %type = map { my ($column, $is) = /(.*)\|(.*)/; ($column => $is) } rows(q{
        SELECT attrelid::regclass, attname, gb_enums_internal.convert_is_enumeration(atttypid) FROM pg_attribute
        WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'bot_platform'::regnamespace AND relkind = 'r')});
    return grep { $type{$_} ne 't' } @planned;
}

# Enumerations of the schema that no column has.
sub unused
{
    return $node->safe_psql('postgres', q{SELECT DISTINCT enum FROM gb_enums JOIN pg_type t ON t.oid = enum
        WHERE typnamespace = 'bot_platform'::regnamespace AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.atttypid = enum AND NOT a.attisdropped)});
}

# What the columns were, and whether a CHECK listed their values, which an enumeration makes superfluous.
my %was = map { my ($column, $type) = /(.*)\|(.*)/; ($column => $type) } rows(q{
    SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'bot_platform'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped});
my %is_checked = map { $_ => 1 } rows(q{
    SELECT conrelid::regclass, attname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
    WHERE connamespace = 'bot_platform'::regnamespace AND contype = 'c' AND pg_get_constraintdef(pg_constraint.oid) ~ 'ARRAY'});

my $reasons = q{SELECT table_name, outcome, refused, sqlstate, reason FROM gb_enum_schema_report WHERE outcome <> 'converted' ORDER BY table_name::text};
my %old = (portrait => portrait(), digests => digests());

# The plan.
my $kinds = $node->safe_psql('postgres', q{SELECT kind, count(*) FROM gb_enum_convert_schema_plan('bot_platform') GROUP BY kind ORDER BY kind});
like($kinds, qr/^convert\|155\n.*^left out\|1\nstop\|2$/ms, 'of 158 columns the plan converts 155');
is($node->safe_psql('postgres', q{SELECT table_name, column_name, detail FROM gb_enum_convert_schema_plan('bot_platform') WHERE kind IN ('stop', 'left out') ORDER BY table_name::text}),
    join("\n",
        q{bot_platform.chat_campaigns|status|1 row of column status is no value of bot_platform.campaigns_status: "Draft" }
            . q{(1 row; fold_case would help).},
        q{bot_platform.kb_sessions|channel|character varying(20), default: Other values are not known: create an enumeration that }
            . q{has all of them.},
        q{bot_platform.mail_audits|severity|Column "is_bad" of "mail_audits" is generated from column "severity": }
            . q{(severity = ANY (ARRAY['warning'::text, 'error'::text])).}),
    'what stops tables, and what is left out');
is(portrait(), $old{portrait}, 'a plan leaves no trace');
is(unused(), '', 'nor enumerations');

# A server that is killed in the middle has tables that are converted, and tables that are not.
my $call = q{CALL gb_enum_convert_schema('bot_platform', lock_timeout => '100 ms', attempts => 1)};
my $client = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', $call ], '>', \my $out, '2>', \my $err);
$node->poll_query_until('postgres', 'SELECT count(*) >= 30 FROM gb_enum_schema_report') or die;
kill_server($node);
eval { $client->finish; };
my @left = unconverted();
cmp_ok(scalar @left, '>', 0, scalar(@left) . ' columns were not converted when the server was killed');
cmp_ok(scalar @left, '<', scalar(@planned), 'and others were');
is(unused(), '', 'no enumeration without a column');
is(digests(), $old{digests}, 'all rows are what they were');

# The next call goes on; a table that is in use is left to another call, and the others are not.
my ($table) = $left[-1] =~ /(.*)\|/;
my $user = $node->background_psql('postgres');
$user->query_safe("BEGIN; SELECT count(*) FROM $table");
$node->safe_psql('postgres', $call);
like($node->safe_psql('postgres', $reasons), qr/^\Q${table}\E\|refused\|[\w, ]+\|55P03\|/m, 'a table that is in use is refused');
is(join(' ', grep { !/^\Q$table\E\|/ } unconverted()), '', 'and no other that the plan converts');
$user->quit;
$node->safe_psql('postgres', $call);
is(join(' ', unconverted()), '', 'then it is converted');
is($node->safe_psql('postgres', $reasons =~ s/, reason//r),
    "bot_platform.chat_campaigns|refused|status|55000\nbot_platform.mail_audits|refused|severity|55000",
    'each table that was refused has a reason');
is($node->safe_psql('postgres', 'SELECT * FROM gb_enum_check()'), '', 'gb_enum_check() has nothing to say');
is(digests(), $old{digests}, 'all tables and views have the rows that they had');
like($node->safe_psql('postgres', q{SET search_path = bot_platform, public; SET enable_seqscan = off;
    EXPLAIN SELECT FROM crm_tickets WHERE status = 'open' AND tenant_id = 1}),
    qr/crm_tickets_open/, 'a partial index serves the query that it served');

# What rows stop is a choice.
$node->safe_psql('postgres', q{CALL gb_enum_convert_schema('bot_platform',
    '{"chat_campaigns": {"status": {"fold_case": true}}, "kb_sessions": {"channel": {"enum": "channel_type", "otherwise_null": true}}, "mail_audits": null}')});
is($node->safe_psql('postgres', $reasons), '', 'with choices no table is refused');
is($node->safe_psql('postgres', q{SELECT status FROM bot_platform.chat_campaigns WHERE id = 201;
    SELECT count(*) FROM bot_platform.kb_sessions WHERE channel IS NULL}), "draft\n1", 'and rows have what was chosen');
is($node->safe_psql('postgres', 'SELECT * FROM gb_enum_check()'), '', 'gb_enum_check() has nothing to say then, either');
push @planned, 'bot_platform.chat_campaigns|status', 'bot_platform.kb_sessions|channel';

# And back: to what gb_enum_revert() makes, and from there to types that it does not.
my @back;
for my $column (@planned)
{
    my ($table, $name) = split /\|/, $column;
    my ($type, $length) = $was{$column} =~ /^(text|character varying|integer|smallint)(?:\((\d+)\))?$/;
    push @back, sprintf(q{SELECT count(*) FROM gb_enum_revert('%s', '%s', '%s', %s, add_check => %s, dry_run => false)},
        $table, $name, $type // 'text', $length // 'NULL', $is_checked{$column} ? 'true' : 'false');
    next if defined $type;
    push @back, "ALTER TABLE $table ALTER COLUMN $name DROP DEFAULT, ALTER COLUMN $name TYPE $was{$column} USING $name\::$was{$column}";
    my ($default) = $old{portrait} =~ /^\Q${\($table =~ s{.*[.]}{}r)}\E\|$name\|\Q$was{$column}\E\|(.+)$/m;
    push @back, "ALTER TABLE $table ALTER COLUMN $name SET DEFAULT $default" if defined $default;
}
$node->safe_psql('postgres', join(";\n", @back));
# The server writes a list of varchars with other casts than a list of texts that varchars are compared with.
sub without_casts { return $_[0] =~ s{::(?:character varying|text)(?:\(\d+\))?(?:\[\])?|[()]}{}gr }
is_same_text(without_casts(portrait()), without_casts($old{portrait}), 'the way back gives the schema that there was');
$node->safe_psql('postgres', q{UPDATE bot_platform.chat_campaigns SET status = 'Draft' WHERE id = 201;
    UPDATE bot_platform.kb_sessions SET channel = 'carrier pigeon' WHERE id = 201});
is(digests(), $old{digests}, 'with the rows that it had');

$node->stop;
done_testing();
