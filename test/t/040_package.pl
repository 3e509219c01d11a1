# Enumerations of an extension of one's own: enumerations that were made at run time and are in use become its members, go
# with it through a dump, a restore by an ordinary owner, updates and pg_upgrade, and can become enumerations of their own
# again. No row is touched.

use strict;
use warnings;

use Cwd qw(abs_path getcwd);
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use Installation;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('package');
my $extension = copy_installation($node)
    or plan(skip_all => 'this server finds extensions only where it is installed itself');
my @as_maker = (extra_params => [ '-U', 'maker' ]);

sub as_maker { return $node->safe_psql($_[0], $_[1], @as_maker) }

# The error of a statement that must fail, with its detail and hint.
sub error_of
{
    my ($dbname, $sql, @options) = @_;
    my ($code, undef, $stderr) = $node->psql($dbname, $sql, @options);
    return $code == 0 ? 'no error' : $stderr;
}

# A database of the role maker, who is no superuser and may have enumerations.
sub make_database
{
    my ($dbname) = @_;
    $node->safe_psql('postgres', "CREATE DATABASE $dbname OWNER maker TEMPLATE template0 ENCODING 'UTF8'");
    $node->safe_psql($dbname, q{CREATE EXTENSION gb_enums; SELECT gb_enum_grant('maker'), gb_enum_grant('reader')});
    return;
}

# What a database holds, without the version of the package.
sub facts { return join "\n", grep { !/^object extension / } split /\n/, catalog($node, $_[0]) }

# The same, of the members of the package alone.
sub package_facts
{
    my ($dbname) = @_;
    my %member = map { $_ => 1 } split /\n/, $node->safe_psql($dbname, q{SELECT pg_describe_object(classid, objid, 0) FROM pg_depend
        WHERE deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'tickets')});
    my $is_about_member = sub {
        my ($fact) = @_;
        my $object = $fact =~ /^(?:member|object|comment) (.*?)(?:: .*)?$/ ? $1 : $fact =~ /^cast (.*) as (.*?) \S+$/ ? "cast from $1 to $2" : $fact =~ s/^((?:function|operator) .*?\)|type \S+(?: \S+'")?) .*/$1/r;
        return $member{ $object =~ s/^aggregate/function/r };
    };
    return join "\n", grep { $is_about_member->($_) } split /\n/, facts($dbname);
}

my $files = q{SELECT * FROM gb_enum_package('tickets', ARRAY['app.ticket_state', 'app.ticket_kind', 'app.ticket_subkind', 'app."Odd ''Ticket''"']::regtype[])};

# In use ----------------------------------------------------------------------------------------------

$node->safe_psql('postgres', 'CREATE ROLE maker LOGIN; CREATE ROLE reader LOGIN');
make_database('used');
as_maker('used', <<'SQL');
CREATE SCHEMA app;
SET search_path = app, public;
SELECT gb_enum_create('app.ticket_state', description => 'how far a ticket is', definition => $d$
    # Codes are what the old application stored: $$ and 'quotes' stay.
    0  new       "Nobody has looked at it yet"
    1  open      "Somebody works on it" alias "in work"
    3  stalled   "It waits; \"why\"?" deprecated use open
    5  closed    "Done, one way or the other"
    retired 4 lost
$d$);
SELECT gb_enum_create('app.ticket_kind', '{bug,wish}', "like" => 'task_priority');
SELECT gb_enum_create('app.ticket_subkind', '{crash}', "like" => 'app.ticket_kind');
SELECT gb_enum_create('app."Odd ''Ticket''"', '{"a b"}', description => E'it''s an "odd" one\\');
SELECT gb_enum_create('app.others', '{x}', "like" => 'app.ticket_kind');
CREATE DOMAIN app.ticket_domain AS app.ticket_state CHECK (VALUE < 'closed');
CREATE TABLE app.ticket (id int, state app.ticket_state NOT NULL DEFAULT 'new', kind app.ticket_kind, odd app."Odd 'Ticket'",
    history app.ticket_state[], waits app.ticket_domain, other app.others,
    shown text GENERATED ALWAYS AS (upper(kind)) STORED, PRIMARY KEY (id, state)) PARTITION BY LIST (state);
CREATE TABLE app.ticket_new PARTITION OF app.ticket FOR VALUES IN ('new');
CREATE TABLE app.ticket_rest PARTITION OF app.ticket DEFAULT;
CREATE INDEX ON app.ticket (state);
CREATE INDEX ON app.ticket (id) WHERE state < 'closed';
CREATE INDEX ON app.ticket USING gin (history);
INSERT INTO app.ticket (id, state, kind, odd, history, other)
    SELECT g, (ARRAY['new', 'open', 'closed'])[1 + g % 3]::app.ticket_state, 'bug', 'a b', '{open}', 'x' FROM generate_series(1, 1000) g;
CREATE VIEW app.ticket_view AS SELECT id, state, NULLIF(state, 'new') AS not_new FROM app.ticket WHERE state IS DISTINCT FROM 'closed' AND kind = 'bug';
CREATE MATERIALIZED VIEW app.ticket_names AS SELECT code, name FROM app.ticket_state_values();
CREATE TABLE app.ticket_raw (code smallint);
CREATE INDEX ON app.ticket_raw (code);
INSERT INTO app.ticket_raw SELECT g % 6 FROM generate_series(1, 1000) g;
CREATE FUNCTION app.found() RETURNS bigint LANGUAGE plpgsql SET search_path = '' AS
    $$ BEGIN RETURN (SELECT count(*) FROM app.ticket WHERE state < 'stalled'); END $$;
SQL
my $grants = 'REVOKE USAGE ON TYPE app.ticket_kind FROM PUBLIC; GRANT USAGE ON TYPE app.ticket_kind TO reader, maker;
    REVOKE EXECUTE ON FUNCTION app.ticket_state_values(app.ticket_state) FROM PUBLIC; GRANT EXECUTE ON FUNCTION app.ticket_state_values(app.ticket_state) TO reader, maker';
as_maker('used', $grants);
$node->safe_psql('used', 'GRANT CREATE ON DATABASE used TO reader; GRANT USAGE, CREATE ON SCHEMA app TO reader; ANALYZE');
my $before = catalog($node, 'used');
my $relations = q{SELECT relname, relfilenode FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'i', 'm') ORDER BY 1};
my $filenodes = $node->safe_psql('used', $relations);
my $rows = 'SELECT t, state::int, kind::int FROM app.ticket t ORDER BY id; SELECT * FROM app.ticket_view ORDER BY id; SELECT * FROM app.ticket_names ORDER BY code';
my $contents = $node->safe_psql('used', $rows);
isnt(as_maker('used', 'SELECT app.found()'), 667, 'off the search_path, a column of an own enumeration is a text');

# Files -----------------------------------------------------------------------------------------------

is(place_package($extension, $node, 'used', $files, @as_maker), 'tickets--1.0.sql tickets.control', 'the files of a first version');
is(slurp_file("$extension/tickets.control"), <<'CONTROL', 'the control file');
comment = 'enumerations Odd ''Ticket'', ticket_kind, ticket_state, ticket_subkind'
default_version = '1.0'
encoding = 'UTF8'
relocatable = false
requires = 'gb_enums'
superuser = true
trusted = true
CONTROL
is(slurp_file("$extension/tickets--1.0.sql"), <<'SCRIPT', 'the script');
-- Enumerations of the extension tickets, version 1.0, for gb_enums.
\echo Use "CREATE EXTENSION tickets" to load this file. \quit

-- The server may run this file as a superuser, so no name in it is looked up in other schemas.
SET LOCAL search_path = pg_catalog, pg_temp;

SELECT gb_enums_internal.package_enum('Odd ''Ticket''', $$
0 "a b"
$$, description =>  E'it''s an "odd" one\\');

SELECT gb_enums_internal.package_enum('ticket_kind', $$
0 low      "Low priority"
1 normal   "Normal priority"
2 high     "High priority"
3 urgent   "Urgent"
4 critical "Critical"
5 bug
6 wish
$$, "like" => 'task_priority');

SELECT gb_enums_internal.package_enum('ticket_state', $q$
    # Codes are what the old application stored: $$ and 'quotes' stay.
    0  new       "Nobody has looked at it yet"
    1  open      "Somebody works on it" alias "in work"
    3  stalled   "It waits; \"why\"?" deprecated use open
    5  closed    "Done, one way or the other"
    retired 4 lost
$q$, description => 'how far a ticket is');

SELECT gb_enums_internal.package_enum('ticket_subkind', $$
0 low      "Low priority"
1 normal   "Normal priority"
2 high     "High priority"
3 urgent   "Urgent"
4 critical "Critical"
5 bug
6 wish
7 crash
$$, "like" => 'ticket_kind');
SCRIPT
like(error_of('used', q{SELECT * FROM gb_enum_package('tickets', '{app.ticket_subkind}', '9')}),
    qr/enumeration app.ticket_subkind has casts to and from app.ticket_kind, which is in no extension/, 'an enumeration is not torn from its kin');

# A database that has none of them makes them.
make_database('fresh');
as_maker('fresh', 'CREATE SCHEMA app; CREATE EXTENSION tickets SCHEMA app');
is($node->safe_psql('fresh', q{SELECT count(*) FROM gb_enum_check()}), 0, 'a fresh one has no fault');

# Adopting ----------------------------------------------------------------------------------------------

my $refused = error_of('used', 'CREATE EXTENSION tickets SCHEMA app', @as_maker);
like($refused, qr/ERROR:  type app\."Odd 'Ticket'" already exists\n.*HINT:  gb_enum_adopt\('tickets'\) makes it the extension's, as it is/s,
    'CREATE EXTENSION alone takes nothing over');
like(error_of('used', q{SELECT gb_enum_adopt('tickets', 'app')}, extra_params => [ '-U', 'reader' ]),
    qr/must be owner of type app."Odd 'Ticket'"/, 'nobody adopts what is somebody else\'s');

as_maker('used', q{ALTER FUNCTION app.as_ticket_state(smallint) RENAME TO to_state});
like(error_of('used', q{SELECT gb_enum_adopt('tickets', 'app')}, @as_maker),
    qr/its function app.to_state\(smallint\) has another name\n.*HINT:  ALTER FUNCTION app.to_state\(smallint\) RENAME TO as_ticket_state;/s,
    'a function that a restore would not have is found');
as_maker('used', q{ALTER FUNCTION app.to_state(smallint) RENAME TO as_ticket_state});
like(error_of('used', q{BEGIN; SELECT gb_enum_add_value('app.ticket_state', 'ready', 2); SELECT gb_enum_adopt('tickets', 'app')}, @as_maker),
    qr/the extension has another one of that name\nDETAIL:  The extension has: nothing\nThe enumeration has: 2 ready\nHINT/,
    'another definition is found');
is_same_text(catalog($node, 'used'), $before, 'what was refused has changed nothing');

my $session = $node->background_psql('used', on_error_stop => 0);
$session->query_safe(q{SET search_path = app, public; PREPARE by_text(text) AS SELECT count(*) FROM ticket WHERE state = $1;
    PREPARE below AS SELECT count(*) FROM ticket WHERE state < 'closed'; PREPARE texts(text[]) AS SELECT count(*) FROM ticket WHERE state = ANY ($1)});
my $asked = q{EXECUTE by_text('open'); EXECUTE below; EXECUTE texts('{new,open}'); SELECT min(state), max(state) FROM ticket};
my $answers = $session->query_safe($asked);
is(as_maker('used', q{SELECT gb_enum_adopt('tickets', 'app')}),
    q({"app.\"Odd 'Ticket'\"",app.ticket_kind,app.ticket_state,app.ticket_subkind}), 'all are adopted, by their owner');
is($session->query_safe($asked), $answers, 'a session and its plans go on');
is($node->safe_psql('used', $relations), $filenodes, 'no table and no index was written');
is($node->safe_psql('used', $rows), $contents, 'and all rows are the same');
$node->safe_psql('fresh', $grants);
my $packaged = package_facts('fresh');
cmp_ok(scalar(() = $packaged =~ /^function /mg), '>', 4 * 40, 'facts about functions of four enumerations are compared');
is_same_text(package_facts('used'), $packaged, 'adopted enumerations are what the script makes');
is(as_maker('used', 'SELECT app.found()'), 667, 'on every search_path, a column is compared by value');
is($node->safe_psql('used', q{SELECT * FROM gb_enum_check() WHERE enumeration <> 'app.others'::regtype}), '', 'nothing is wrong');
is(as_maker('used', q{SELECT '5'::app.others::app.ticket_kind; ALTER TABLE app.ticket DROP other; SELECT gb_enum_drop('app.others')}), "bug\n",
    'casts to another one that was made like a member are not members, and go with it');
like($node->safe_psql('used', q{SET search_path = ''; SET enable_seqscan = off; EXPLAIN SELECT FROM app.ticket_raw WHERE app.as_ticket_state(code) IN ('open', 'closed')}),
    qr/Index.*on ticket_raw_code_idx/, 'indexes of raw columns serve');

# Changes outside scripts -------------------------------------------------------------------------------

my %changes = (
    q{gb_enum_add_value('app.ticket_state', 'ready', 2)} => '2 ready',
    q{gb_enum_rename_value('app.ticket_state', 'open', 'opened')} => '1 opened "Somebody works on it" alias "in work"',
    q{gb_enum_set_description('app.ticket_state', 'open', NULL)} => '1 open alias "in work"',
    q{gb_enum_add_alias('app.ticket_state', 'open', 'on')} => '1 open "Somebody works on it" alias "in work" alias on',
    q{gb_enum_drop_alias('app.ticket_state', 'in work')} => '1 open "Somebody works on it"',
    q{gb_enum_deprecate('app.ticket_state', 'new', 'open')} => '0 new "Nobody has looked at it yet" deprecated use open',
    q{gb_enum_undeprecate('app.ticket_state', 'stalled')} => '3 stalled "It waits; \"why\"?"',
    q{gb_enum_remove_value('app.ticket_state', 'stalled')} => 'retired 3 stalled');
for my $change (sort keys %changes)
{
    my $error = error_of('used', "SELECT $change");
    like($error, qr/ERROR:  enumeration app.ticket_state belongs to extension "tickets"\nDETAIL:  Scripts of the extension change it/, "refused: $change");
    like($error, qr/HINT:  Put this into tickets--1\.0--1\.1\.sql, the script of its next version:\nSELECT gb_enums_internal.package_enum\('ticket_state', \$q\$\n/, 'with the script');
    like($error, qr/^\Q$changes{$change}\E$/m, 'and what it has to say');
}
like(error_of('used', $_), qr/belongs to extension "tickets"\n.*HINT:  gb_enum_release\('tickets'\) makes the enumerations of the extension your own/s, "refused: $_")
    for q{SELECT gb_enum_drop('app.ticket_state')}, q{SELECT gb_enum_follow_type('app.ticket_state')};
like(error_of('used', 'DROP TYPE app.ticket_state CASCADE'), qr/because extension tickets requires it/, 'nor is it dropped');
is($node->safe_psql('used', q{SELECT gb_enum_add_value('app.ticket_state', 'open', if_not_exists => true)}), 1, 'a migration that finds all done may say so');
like(error_of('used', q{SELECT gb_enums_internal.package_enum('x', '0 a')}), qr/package_enum\(\) is for scripts of extensions/, 'its statement works in scripts only');

# A dump, restored by who owns the database and nothing else ---------------------------------------------------

my $directory = PostgreSQL::Test::Utils::tempdir;
sub dump_and_restore
{
    my ($from, $to, @format) = @_;
    make_database($to);
    $node->command_ok([ 'pg_dump', '-e', 'tickets', @format, '-f', "$directory/$to", $node->connstr($from) ], "dump of $from: @format");
    my @restore = @format
        ? ('pg_restore', '-U', 'maker', '-j', '2', '-e', '-d', $node->connstr($to), "$directory/$to")
        : ('psql', '-XqU', 'maker', '-v', 'ON_ERROR_STOP=1', '-f', "$directory/$to", '-d', $node->connstr($to));
    $node->command_ok(\@restore, "restored by the owner of the database: $to");
    is($node->safe_psql($to, $rows), $node->safe_psql($from, $rows), "$to: the rows are the same");
    is_same_text(without_grants($to), without_grants($from), "$to: all objects are the same");
    return;
}
# Members belong to a superuser, as those of other trusted extensions do. So a superuser has to restore privileges on them.
sub without_grants { return facts($_[0]) =~ s/^((?:function|type) app\..*)\{[^{}]*\/postgres\}/$1/mgr }
dump_and_restore('used', 'restored');
dump_and_restore('used', 'restored_in_parallel', '-Fd', '-j2');
my $dump = slurp_file("$directory/restored");
is(join("\n", $dump =~ /^(.*gb_enums_internal.*|CREATE (?:TYPE|OPERATOR|CAST|AGGREGATE).*)$/mg), '', 'a dump says nothing of what the package makes');
like($dump, qr/^CREATE EXTENSION IF NOT EXISTS tickets WITH SCHEMA app;$/m, 'but one line');

# A superuser restores all of it.
$node->safe_psql('postgres', 'CREATE DATABASE restored_whole OWNER maker');
$node->command_ok([ 'pg_dump', '-f', "$directory/whole", $node->connstr('used') ], 'dump of all');
$node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$directory/whole", '-d', $node->connstr('restored_whole') ], 'restored by a superuser');
is_same_text(facts('restored_whole'), facts('used'), 'all objects and privileges are the same');

# The next version ----------------------------------------------------------------------------------------

# Written in a transaction in which the enumerations are one's own, and which is undone.
my $there = catalog($node, 'used');
my $next = q{BEGIN; SELECT gb_enum_release('tickets'); SELECT gb_enum_add_value('app.ticket_state', 'ready', 2);
    SELECT gb_enum_rename_value('app.ticket_state', 'open', 'in progress', force => true); SELECT gb_enum_remove_value('app.ticket_state', 'stalled');
    SELECT gb_enum_add_value('app.ticket_kind', 'praise');};
is(place_package($extension, $node, 'used', "SET client_min_messages = warning; $next $files; ROLLBACK", @as_maker),
    'tickets--1.0--1.1.sql tickets.control', 'the files of the next version');
is_same_text(catalog($node, 'used'), $there, 'nothing was changed by writing it');
like(slurp_file("$extension/tickets.control"), qr/^default_version = '1\.1'$/m, 'the control file of the next version');
is(slurp_file("$extension/tickets--1.0--1.1.sql") =~ s/^.*pg_temp;\n//sr, <<'SCRIPT', 'its script');

SELECT gb_enums_internal.package_enum('ticket_kind', $$
0 low      "Low priority"
1 normal   "Normal priority"
2 high     "High priority"
3 urgent   "Urgent"
4 critical "Critical"
5 bug
6 wish
7 praise
$$, "like" => 'task_priority');

SELECT gb_enums_internal.package_enum('ticket_state', $q$
    # Codes are what the old application stored: $$ and 'quotes' stay.
    0  new       "Nobody has looked at it yet"
1 "in progress" "Somebody works on it" alias "in work"
retired 3 stalled
    5  closed    "Done, one way or the other"
    retired 4 lost
2 ready
$q$, description => 'how far a ticket is');
SCRIPT

as_maker('used', q{UPDATE app.ticket SET waits = 'stalled' WHERE id = 1});
like(error_of('used', 'ALTER EXTENSION tickets UPDATE', @as_maker), qr/cannot remove value "stalled" of enumeration app.ticket_state: it is in use\n.*column waits of table app.ticket_rest: 1/s,
    'a value that is in use is not removed');
as_maker('used', q{UPDATE app.ticket SET waits = NULL; CREATE INDEX ticket_open ON app.ticket (id) WHERE state = 'open'::text});
like(error_of('used', 'ALTER EXTENSION tickets UPDATE', @as_maker), qr/other objects store or test its texts\nDETAIL:  index app.ticket_open: "open"/, 'nor a text that is tested');
as_maker('used', 'DROP INDEX app.ticket_open; DROP MATERIALIZED VIEW app.ticket_names');
as_maker($_, 'DROP MATERIALIZED VIEW IF EXISTS app.ticket_names; ALTER EXTENSION tickets UPDATE') for qw(used restored restored_in_parallel fresh);
is_same_text(without_grants($_), without_grants('used'), "$_: updated alike") for qw(restored restored_in_parallel);
is(as_maker($_, q{SELECT string_agg(code || ' ' || name, ', ' ORDER BY code) FROM gb_enum_values('app.ticket_state')}), '0 new, 1 in progress, 2 ready, 5 closed', "$_: the values are") for qw(used restored fresh);
is($session->query_safe(q{SELECT count(*) FROM ticket WHERE state = 'in progress'; EXECUTE by_text('in progress')}), "334\n334", 'seen by sessions');
make_database('new');
as_maker('new', 'CREATE SCHEMA app; CREATE EXTENSION tickets SCHEMA app');
$node->safe_psql('new', $grants);
is_same_text(package_facts('new'), package_facts('fresh'), 'made at once, and updated, it is the same');

# Scripts that are wrong.
sub try_script
{
    my ($body) = @_;
    unlink "$extension/tickets--1.1--wrong.sql";
    append_to_file("$extension/tickets--1.1--wrong.sql", "SET LOCAL search_path = pg_catalog, pg_temp;\n$body;\n");
    return error_of('new', q{ALTER EXTENSION tickets UPDATE TO 'wrong'});
}
like(try_script(q{SELECT gb_enums_internal.package_enum('ticket_state', E'0 new\n1 open\nretired 4 lost\n5 closed')}),
    qr/cannot change enumeration app.ticket_state: code 2 is not reserved for the removed value "ready"\nHINT:  Add the line: retired 2 ready/, 'a removed code stays reserved');
like(try_script(q{SELECT gb_enums_internal.package_enum('ticket_state', E'0 new\n1 open\n2 ready\n4 lost\n5 closed')}),
    qr/code 3 is not reserved for the removed value "stalled"\nHINT:  Add the line: retired 3 stalled/, 'and so does one that was removed before');
like(try_script(q{SELECT gb_enums_internal.package_enum('ticket_state', E'0 new\n1 open\n2 ready\nretired 3 stalled\n4 found\n5 closed')}),
    qr/code 4 stood for "lost" once/, 'for the value that had it');
like(try_script(q{SELECT gb_enums_internal.package_enum('ticket_state', E'0 new\n0 open')}), qr/Line 2: code 0 stands twice/, 'a definition is checked');
like(try_script(q{SELECT gb_enums_internal.package_enum('x', '0 a', "like" => 'nothing')}), qr/there is no enumeration "nothing" in extension "tickets"/, 'and what it is like');
like(try_script(q{SELECT gb_enums_internal.package_enum('', '0 a')}), qr/the name of an enumeration must not be empty/, 'and its name');
unlink "$extension/tickets--1.1--wrong.sql";

# An enumeration that comes to a package later, where it is in use already.
as_maker('used', q{SELECT gb_enum_create('app.ticket_mood', '{good,bad}'); CREATE TABLE app.ticket_moods (m app.ticket_mood); INSERT INTO app.ticket_moods VALUES ('bad')});
is(place_package($extension, $node, 'used', q{SELECT * FROM gb_enum_package('tickets', '{app.ticket_mood}', '2.0')}, @as_maker), 'tickets--1.1--2.0.sql tickets.control', 'a version with another enumeration');
like(error_of('used', 'ALTER EXTENSION tickets UPDATE', @as_maker), qr/HINT:  gb_enum_adopt\('tickets'\)/, 'which an update alone does not take over');
is(as_maker('used', q{SELECT gb_enum_adopt('tickets'); SELECT extversion FROM pg_extension WHERE extname = 'tickets'; SELECT * FROM app.ticket_moods}), "{app.ticket_mood}\n2.0\nbad", 'but gb_enum_adopt does');
as_maker('restored', 'ALTER EXTENSION tickets UPDATE');

# pg_upgrade ---------------------------------------------------------------------------------------------

{
    $session->quit;
    my %state = map { $_ => without_grants($_) } qw(used restored);
    my $found = $node->safe_psql('used', $rows =~ s/;[^;]*ticket_names.*//r);
    my $new = PostgreSQL::Test::Cluster->new('upgraded');
    $new->init;
    $new->append_conf('postgresql.conf', sprintf("%s = '%s'", place_of_extensions($node)));
    $node->stop;
    my $bindir = $node->config_data('--bindir');
    my $here = getcwd;
    chdir PostgreSQL::Test::Utils::tempdir;
    command_ok([ 'pg_upgrade', '-d', abs_path($node->data_dir), '-D', abs_path($new->data_dir), '-b', $bindir, '-B', $bindir,
            '-p', $node->port, '-P', $new->port, '--socketdir', $new->host ], 'pg_upgrade');
    chdir $here;
    $new->start;
    my $old = $node;
    $node = $new;
    is_same_text(without_grants($_) =~ s/^member .*operator family integer_ops.*\n//mgr, $state{$_} =~ s/^member .*operator family integer_ops.*\n//mgr, "$_: all is there") for sort keys %state;
    is($node->safe_psql('used', $rows =~ s/;[^;]*ticket_names.*//r), $found, 'and all rows');
    is($node->safe_psql('used', q{SELECT * FROM gb_enum_check()}), '', 'nothing is wrong');
    like(error_of('used', q{SELECT gb_enum_add_value('app.ticket_state', 'x')}), qr/belongs to extension "tickets"/, 'and it is still the package that changes them');
    $node->stop;
    $node = $old;
    $node->start;
}

# Releasing ----------------------------------------------------------------------------------------------

{
    make_database('released');
    like(error_of('used', q{SELECT gb_enum_release('tickets')}, extra_params => [ '-U', 'reader' ]), qr/must be owner of extension tickets/, 'an extension is its owner\'s');
    my $taken = $node->safe_psql('used', $relations);
    my $adopted = facts('used');
    is(as_maker('used', q{SELECT cardinality(gb_enum_release('tickets')); SELECT count(*) FROM pg_extension WHERE extname = 'tickets'}), "5\n0", 'enumerations are their owner\'s own again');
    is($node->safe_psql('used', $relations), $taken, 'and nothing was written');
    is($node->safe_psql('used', q{BEGIN; SELECT gb_enum_add_value('app.ticket_state', 'own', 9); SELECT gb_enum_remove_value('app.ticket_state', 'own'); ROLLBACK}), "9\n", 'can be changed');
    is($node->safe_psql('used', q{SELECT repair FROM gb_enum_check() WHERE repair IS NOT NULL}), '', 'and have no fault');
    $node->command_ok([ 'pg_dump', '-f', "$directory/released.sql", $node->connstr('used') ], 'dumped');
    $node->safe_psql('postgres', 'DROP DATABASE released; CREATE DATABASE released OWNER maker');
    $node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$directory/released.sql", $node->connstr('released') ], 'and restored without the package');
    like(as_maker('used', q{SELECT gb_enum_adopt('tickets', 'app')}), qr/ticket_state/, 'and are adopted again, by the scripts of all versions');
    is_same_text(facts('used'), $adopted, 'to be what they were');
}
# Adopted and released, they are what they were.
make_database('back');
as_maker('back', q{CREATE SCHEMA app; SELECT gb_enum_create('app.plain', definition => E'\n0 a\n1 b\n'); SELECT gb_enum_create('app.like_plain', '{c}', "like" => 'app.plain')});
$before = catalog($node, 'back');
place_package($extension, $node, 'back', q{SELECT * FROM gb_enum_package('plain', '{app.plain,app.like_plain}')}, @as_maker);
as_maker('back', q{SELECT gb_enum_adopt('plain', 'app')});
isnt(catalog($node, 'back'), $before, 'adopted');
as_maker('back', q{SELECT gb_enum_release('plain')});
is_same_text(catalog($node, 'back'), $before, 'released, all is as before');
# Enumerations that a script has made become one's own, too, and leave their names to others.
as_maker('back', q{SELECT gb_enum_drop('app.like_plain'); SELECT gb_enum_drop('app.plain'); CREATE EXTENSION plain SCHEMA app; SELECT gb_enum_release('plain'); SELECT gb_enum_drop('app.like_plain'); SELECT gb_enum_drop('app.plain')});
make_database('empty');
as_maker('empty', 'CREATE SCHEMA app');
is_same_text(catalog($node, 'back'), catalog($node, 'empty'), 'nothing is left of what a script made');

# Written by hand -----------------------------------------------------------------------------------------

append_to_file("$extension/by_hand.control", "default_version = '1'\nrequires = 'gb_enums'\n");
append_to_file("$extension/by_hand--1.sql", q{SELECT gb_enum_create('hand', '{left,right}'); CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1';});
make_database('by_hand');
$node->safe_psql('by_hand', q{SELECT gb_enum_create('hand', '{left,right}'); CREATE TABLE h (h hand); INSERT INTO h VALUES ('right')});
is($node->safe_psql('by_hand', q{SELECT gb_enum_adopt('by_hand'); SELECT h, h::int FROM h}), "{hand}\nright|1", 'a script with gb_enum_create adopts as well');
like(error_of('by_hand', q{SELECT gb_enum_release('by_hand')}), qr/extension "by_hand" is not only enumerations\nDETAIL:  It has also function public\.more\(\)/, 'what has other members is not released');
like(error_of('by_hand', q{SELECT gb_enum_release('plpgsql')}), qr/extension "plpgsql" is not only enumerations\nDETAIL:  It has no enumeration/, 'nor what has no enumeration');
like(error_of('by_hand', q{SELECT * FROM gb_enum_package('plpgsql', '{hand}')}), qr/belongs to extension "by_hand"/, 'an enumeration is of one extension');
is(place_package($extension, $node, 'by_hand', q{SELECT * FROM gb_enum_package('by_hand', '{hand}')}), '', 'and its present state is known');

# Dropping -----------------------------------------------------------------------------------------------

as_maker('fresh', 'DROP EXTENSION tickets');
is_same_text(catalog($node, 'fresh'), catalog($node, 'empty'), 'DROP EXTENSION leaves nothing behind');
like(error_of('restored', 'DROP EXTENSION tickets', @as_maker), qr/cannot drop extension tickets because other objects depend on it/, 'and takes no column along');

$node->stop;
done_testing();
