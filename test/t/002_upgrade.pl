# Upgrades: every way from an older version leads to what a fresh install makes, sessions see the new
# values at once, ROLLBACK undoes it all, and DROP EXTENSION leaves nothing behind.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use DumpedObjects;
use GbEnums;
use Installation;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('upgrade');

# A database with the extension, created at one version and updated to another.
my $databases = 0;
sub install
{
    my ($created, @updates) = @_;
    my $dbname = 'db' . ++$databases;
    $node->safe_psql('postgres', "CREATE DATABASE $dbname");
    my $sql = "CREATE EXTENSION gb_enums VERSION '$created';";
    $sql .= "ALTER EXTENSION gb_enums UPDATE TO '$_';" for @updates;
    $node->safe_psql($dbname, $sql);
    return $dbname;
}

# The catalog without the rows that a version number stands in.
sub facts { return join "\n", grep { !/^object extension / } split /\n/, catalog($node, $_[0]) }

# The versions on the ways from each older version to `target`, each a list that begins with the old one.
sub ways_to
{
    my ($target) = @_;
    return map { [ split /--/ ] } split /\n/, $node->safe_psql('postgres',
        qq{SELECT path FROM pg_extension_update_paths('gb_enums')
           WHERE target = '$target' AND path IS NOT NULL ORDER BY 1});
}

sub check_ways_to
{
    my ($target) = @_;
    my $fresh = facts(install($target));
    like($fresh, qr/^member function gb_enum_name\(regtype,integer\)$/m, "$target has members");
    for my $way (ways_to($target))
    {
        is_same_text(facts(install(@$way)), $fresh, join(' to ', @$way) . ' is as a fresh install');
    }
    return;
}

# A session that goes on after an error.
sub session { return $node->background_psql($_[0], on_error_stop => 0) }

# The real versions ------------------------------------------------------------------------------

my $default = $node->safe_psql('postgres', q{BEGIN; SET client_min_messages = warning;
    CREATE EXTENSION gb_enums; SELECT extversion FROM pg_extension WHERE extname = 'gb_enums'; ROLLBACK});
is_same_text(facts(install($default)), facts(install($default)), 'two fresh installs are equal');
check_ways_to($default);
is($node->safe_psql('postgres',
        qq{SELECT source FROM pg_extension_update_paths('gb_enums') WHERE target = '$default' AND path IS NULL}),
    '', 'there is a way from every version');

# Nothing is left behind ---------------------------------------------------------------------------

my @catalogs = qw(pg_proc pg_type pg_operator pg_amop pg_amproc pg_opfamily pg_opclass pg_namespace
    pg_language pg_cast pg_description pg_class pg_rewrite pg_attribute pg_attrdef pg_aggregate pg_depend
    pg_shdepend pg_init_privs pg_default_acl pg_extension);
my $count_rows = join ' UNION ALL ', map { "SELECT '$_', count(*) FROM $_" } @catalogs;
{
    $node->safe_psql('postgres', 'CREATE DATABASE dropped');
    my $session = session('dropped');
    my $before = $session->query_safe($count_rows);
    my $lookups = q{SELECT task_status_name(2), task_status_code('running'), 'running'::task_status,
        gb_enum_name('risk_level', 1), (SELECT count(*) FROM gb_enums)};
    my $answers = 'running|2|running|low|80';
    my $other = session('dropped');
    for my $round (1, 2)
    {
        $session->query_safe('CREATE EXTENSION gb_enums');
        is($session->query_safe($lookups), $answers, "round $round: lookups in the session that made it");
        is($other->query_safe($lookups), $answers, "round $round: lookups in another session");
        $session->query_safe('DROP EXTENSION gb_enums');
        is($session->query_safe($count_rows), $before, "round $round: nothing is left behind");
        like(refused($other, q{SELECT task_status_name(2)}), qr/function task_status_name.* does not exist/,
            "round $round: gone for another session");
    }
    $session->query_safe('CREATE SCHEMA elsewhere; CREATE EXTENSION gb_enums SCHEMA elsewhere');
    is($other->query_safe("SET search_path = elsewhere; $lookups"), $answers, 'back in another schema');
    $session->query_safe('DROP EXTENSION gb_enums; DROP SCHEMA elsewhere');
    is($session->query_safe($count_rows), $before, 'nothing is left behind there either');
    $_->quit for $session, $other;
}

# A version to come --------------------------------------------------------------------------------

SKIP:
{
    my $extension = copy_installation($node)
        or skip('this server finds extensions only where it is installed itself', 1);

    # 1.0.test has one value more and one enumeration more: in the file of the enumerations, of which scripts are made
    # as the Makefile makes them.
    my $next = "$default.test";
    my $sources = "$FindBin::RealBin/../../src/sql";
    my $now = slurp_file("$sources/type/enumerations.sql");
    my ($one) = $now =~ /^(SELECT gb_enums_internal\.define\(.*?\$\$\);\n)/ms or die 'no enumeration';
    $one =~ s/'channel_type', '.*?', \$\$.*\$\$/'new_enum', 'a new one', \$\$\n0 zero "Nothing"\n\$\$/s or die 'no channel_type';
    my $then = "$now\n$one";
    $then =~ s/^(7 cancelled .*\n)/$1 . qq{8 blocked "Waits for another task" alias waiting_for_task\n}/me or die 'no value cancelled';
    append_to_file("$extension/gb_enums--$default--$next.sql", slurp_file("$sources/guard.sql") . $then);
    my $install = slurp_file("$extension/gb_enums--$default.sql");
    my $at = index $install, $now;
    cmp_ok($at, '>', 0, 'the enumerations are in the install script as they are in their file');
    append_to_file("$extension/gb_enums--$next.sql", substr($install, 0, $at) . $then . substr($install, $at + length $now));

    check_ways_to($next);

    my $dbname = install($default);
    my $session = session($dbname);
    my $updater = session($dbname);
    $session->query_safe(<<'SQL');
CREATE TABLE t (status task_status);
CREATE INDEX ON t (status);
CREATE TABLE raw (status smallint);
INSERT INTO t VALUES ('running'), (as_task_status('8'));
INSERT INTO raw VALUES (2), (8);
SET plan_cache_mode = force_generic_plan;
PREPARE code AS SELECT task_status_code('blocked');
PREPARE name AS SELECT task_status_name(8);
PREPARE by_text(text) AS SELECT count(*) FROM t WHERE status = $1;
PREPARE by_texts(text[]) AS SELECT count(*) FROM t WHERE status = ANY($1);
PREPARE by_constant AS SELECT count(*) FROM t WHERE status = 'blocked'::text;
PREPARE not_constant AS SELECT count(*) FROM t WHERE status <> 'blocked'::text;
PREPARE raw_by_text(text) AS SELECT count(*) FROM raw WHERE as_task_status(status) = $1;
PREPARE raw_by_constant AS SELECT count(*) FROM raw WHERE status = task_status_code('blocked');
PREPARE shown AS SELECT string_agg(status::text, ' ' ORDER BY status) FROM t;
PREPARE strict(text) AS SELECT $1::task_status::int;
SQL
    my @statements = (q{EXECUTE code}, q{EXECUTE name}, q{EXECUTE by_text('blocked')},
        q{EXECUTE by_texts('{blocked}')}, q{EXECUTE by_constant}, q{EXECUTE not_constant},
        q{EXECUTE raw_by_text('blocked')}, q{EXECUTE raw_by_constant}, q{EXECUTE shown},
        q{SELECT task_status_code('blocked')}, q{SELECT gb_enum_name('task_status', 8)},
        q{SELECT count(*) FROM task_status_values()}, q{SELECT count(*) FROM t WHERE status = 'waiting_for_task'::text});
    my $see = sub { my ($who) = @_; return join '|', map { $who->query_safe($_) } @statements };
    my $old = '||0|0|0|2|0|0|running 8|||8|0';
    my $new = '8|blocked|1|1|1|1|1|1|running blocked|8|blocked|9|1';
    my $refused = qr/invalid input value for enum task_status: "blocked"/;

    for my $round (1, 2)
    {
        is($see->($session), $old, "round $round: before");
        like(refused($session, q{EXECUTE strict('blocked')}), $refused, "round $round: refused before");
    }
    $updater->query_safe("BEGIN; ALTER EXTENSION gb_enums UPDATE TO '$next'");
    is($updater->query_safe(q{SELECT task_status_code('blocked'), 'blocked'::task_status, 'zero'::new_enum}),
        '8|blocked|zero', 'usable in the transaction that updates');
    is($see->($session), $old, 'not seen before COMMIT');
    $updater->query_safe('ROLLBACK');
    is($see->($session), $old, 'undone by ROLLBACK');
    is($updater->query_safe(q{SELECT task_status_code('blocked')}), '', 'undone for who updated, too');
    like(refused($updater, q{SELECT 'blocked'::task_status}), $refused, 'refused again');
    is($updater->query_safe(q{SELECT to_regtype('new_enum')}), '', 'the new enumeration is gone');

    $updater->query_safe("BEGIN; ALTER EXTENSION gb_enums UPDATE TO '$next'; COMMIT");
    is($see->($session), $new, 'seen right after COMMIT, without reconnecting');
    is($session->query_safe(q{EXECUTE strict('blocked')}), '8', 'accepted');
    is($session->query_safe(q{INSERT INTO t VALUES ('blocked') RETURNING status::int}), '8', 'stored');
    is($session->query_safe(q{EXECUTE by_text('blocked')}), '2', 'found');
    is($session->query_safe(q{SELECT new_enum_name(0), 'zero'::new_enum::int}), 'zero|0', 'the new enumeration works');
    $_->quit for $session, $updater;

    # A dump of a database with the old version, restored where the new one is: as if it had been updated.
    # Among its enumerations is one that is called like a new one of the extension's.
    make_objects($node, 'original');
    $node->safe_psql('original', q{SELECT gb_enum_create('other.new_enum', '{another}')});
    my $dump = PostgreSQL::Test::Utils::tempdir . '/dump';
    $node->command_ok([ 'pg_dump', '-f', $dump, 'original' ], 'a dump of the old version');
    $node->safe_psql('original', "ALTER EXTENSION gb_enums UPDATE TO '$next'");
    my $state = state_of($node, 'original');
    my $control = slurp_file("$extension/gb_enums.control") =~ s/^default_version.*/default_version = '$next'/mr;
    unlink "$extension/gb_enums.control";
    append_to_file("$extension/gb_enums.control", $control);
    $node->safe_psql('postgres', 'CREATE DATABASE restored');
    $node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', $dump, 'restored' ], 'is restored with the new one');
    is($node->safe_psql('restored', q{SELECT extversion FROM pg_extension WHERE extname = 'gb_enums'}), $next, 'which it has');
    check_state($node, 'restored', $state, 'restored into a newer version');

    # Another extension that makes enumerations. Its scripts change them, nobody else does; they are dumped and dropped with it.
    append_to_file("$extension/tickets.control", "default_version = '1.1'\nrequires = 'gb_enums'\n");
    append_to_file("$extension/tickets--1.0.sql", <<'SQL');
SELECT gb_enum_create('ticket', '{new,open}');
SELECT gb_enum_add_value('ticket', 'closed');
SQL
    append_to_file("$extension/tickets--1.0--1.1.sql", <<'SQL');
SELECT gb_enum_add_value('ticket', 'lost'), gb_enum_rename_value('ticket', 'open', 'in progress');
SQL
    $node->safe_psql('postgres', "CREATE DATABASE $_") for 'another', 'another_restored';
    my $values = q{SELECT string_agg(name, ' ' ORDER BY code) FROM ticket_values()};
    is($node->safe_psql('another', "CREATE EXTENSION tickets VERSION '1.0' CASCADE; $values"), 'new open closed', 'made by another extension');
    is($node->safe_psql('another', "ALTER EXTENSION tickets UPDATE; $values"), 'new in progress closed lost', 'changed by its upgrade');
    my (undef, undef, $stderr) = $node->psql('another', q{SELECT gb_enum_add_value('ticket', 'mine')});
    like($stderr, qr/ERROR:  enumeration ticket belongs to extension "tickets"\n.*HINT:  Put this into tickets--1\.1--1\.2\.sql/s, 'and by nobody else');
    $node->safe_psql('another', q{CREATE TABLE t (t ticket DEFAULT 'lost'); INSERT INTO t VALUES (DEFAULT), ('in progress')});
    $node->command_ok([ 'pg_dump', '-f', "$dump.another", 'another' ], 'dumped');
    $node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$dump.another", 'another_restored' ], 'restored');
    is($node->safe_psql('another_restored', 'SELECT t, t::int FROM t ORDER BY 1; SELECT * FROM gb_enum_check()'), "in progress|1\nlost|3", 'with its extension');
    $node->safe_psql('another', 'DROP TABLE t; DROP EXTENSION tickets');
    is($node->safe_psql('another', q{SELECT count(*) FROM pg_depend d WHERE d.objid >= 16384 AND pg_describe_object(d.classid, d.objid, 0) ~ 'ticket_'}),
        0, 'dropped with it');
}

$node->stop;
done_testing();
