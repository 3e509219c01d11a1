# A definition that is broken, or gone, makes nothing unreadable: rows show codes, are found, dumped and restored, and have
# their names again once the definition is mended. What cannot be right is refused with a message that says why.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('broken');
my $directory = PostgreSQL::Test::Utils::tempdir;
$node->safe_psql('postgres', 'CREATE DATABASE original');
$node->safe_psql('original', <<'SQL');
CREATE EXTENSION gb_enums;
SELECT gb_enum_create('ticket', '{new,open,closed}');
SELECT gb_enum_create('alike', like => 'ticket');
CREATE TABLE tickets (id integer PRIMARY KEY, s ticket NOT NULL DEFAULT 'open' CHECK (s <> 'closed' OR id > 2), history ticket[] DEFAULT '{new,open}',
    n smallint NOT NULL GENERATED ALWAYS AS (s::smallint) STORED);
INSERT INTO tickets (id, s) VALUES (1, 'new'), (2, 'open'), (3, 'closed');
CREATE INDEX tickets_s ON tickets (s);
CREATE INDEX tickets_open ON tickets (id) WHERE s = 'open';
CREATE VIEW open_tickets AS SELECT id, s, ticket_name(n) AS name FROM tickets WHERE s IN ('open', 'new');
CREATE FUNCTION a_function(s ticket DEFAULT 'closed') RETURNS ticket LANGUAGE sql BEGIN ATOMIC SELECT coalesce(s, 'open'); END;
CREATE DOMAIN some_ticket AS ticket DEFAULT 'new' CHECK (VALUE <= 'closed');
CREATE TYPE tickets_range AS RANGE (subtype = ticket);
CREATE TABLE parts (s ticket, r tickets_range) PARTITION BY LIST (s);
CREATE TABLE parts_open PARTITION OF parts FOR VALUES IN ('open', 'new');
INSERT INTO parts VALUES ('open', '[new,closed)'), ('new', NULL);
SQL

# What can be seen of all that.
sub seen
{
    my ($dbname) = @_;
    return join "\n", map { $node->safe_psql($dbname, $_) }
        'SELECT * FROM tickets ORDER BY s', 'SELECT * FROM open_tickets ORDER BY id', 'SELECT * FROM parts ORDER BY s',
        'SELECT a_function(), min(s), max(s), array_agg(s ORDER BY s DESC) FROM tickets',
        'SET enable_seqscan = off; SELECT id FROM tickets WHERE s = 2::smallint',
        'COPY tickets TO STDOUT (FORMAT csv)', 'COPY (SELECT s::text FROM tickets ORDER BY id) TO STDOUT',
        q{SELECT row_to_json(t) FROM tickets t WHERE id = 3},
        q{SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'tickets_check'},
        q{SELECT count(*) FROM gb_enums WHERE enum = 'task_status'::regtype};
}
my $named = seen('original');
like($named, qr/^3\|closed\|\{new,open\}\|2$/m, 'with names');
my $coded = $named =~ s/\bnew\b/0/gr =~ s/\bclosed\b/2/gr;
$coded =~ s/\bopen\b/1/g;

my $input = $node->safe_psql('original', q{SELECT typinput::regprocedure FROM pg_type WHERE oid = 'ticket'::regtype});
my $good = $node->safe_psql('original', "SELECT prosrc FROM pg_proc WHERE oid = '$input'::regprocedure");
sub define
{
    my ($body, $language) = @_;
    $language //= 'gb_enum';
    return "CREATE OR REPLACE FUNCTION $input RETURNS ticket LANGUAGE $language STABLE STRICT PARALLEL SAFE AS '$body';";
}

my %broken = (
    'a wrong line' => define("0 new\nzero open"),
    'nothing' => define(''),
    'a name twice' => define("0 new\n1 new\n2 closed"),
    'something else' => define("\x01\x02 \\ SELECT 1; \"\n\n  retired"),
    'another language' => define('int2in', 'internal'));

for my $how (sort keys %broken)
{
    my $dbname = 'broken_' . $how =~ s/ /_/gr;
    $node->safe_psql('postgres', "CREATE DATABASE $dbname TEMPLATE original");
    # One that has used the enumeration before.
    my $session = $node->background_psql($dbname, on_error_stop => 0);
    is($session->query_safe(q{PREPARE shown AS SELECT s, s = 'open'::text FROM tickets ORDER BY s LIMIT 1; EXECUTE shown}), 'new|f', "$how: before");
    $node->safe_psql($dbname, 'SET check_function_bodies = off;' . $broken{$how});

    is_same_text(seen($dbname) =~ s/^(\d\|\d\|).*$/$1/mgr, $coded =~ s/^(\d\|\d\|).*$/$1/mgr, "$how: codes are shown");
    is($session->query_safe('EXECUTE shown'), '0|f', "$how: to who has used the names before, too");
    is($node->safe_psql($dbname, q{SELECT count(*), count(ticket_name(0)), count(ticket_code('new')), (SELECT count(*) FROM ticket_values())
            FROM tickets WHERE s = 'new'::text}) , '0|0|0|0', "$how: no code has a name") if $how ne 'another language';
    $node->safe_psql($dbname, 'VACUUM ANALYZE tickets; REINDEX TABLE tickets; UPDATE tickets SET s = s; ANALYZE parts');
    pass("$how: maintenance works");
    if ($how ne 'another language')
    {
        like(refused($session, q{SELECT 'new'::ticket}), qr/ERROR:  definition of enum ticket is broken.*DETAIL:  Line \d.*HINT: /s,
            "$how: input is refused");
        like(refused($session, q{SELECT 1::ticket}), qr/ERROR:  definition of enum ticket is broken/, "$how: so is a code");
    }
    for my $change (q{gb_enum_add_value('ticket', 'x')}, q{gb_enum_rename_value('ticket', 'new', 'x')}, q{gb_enum_deprecate('ticket', 'new')},
        q{gb_enum_create('copied', like => 'ticket')})
    {
        like(refused($session, "SELECT $change"), qr/ERROR:  definition of enum ticket is broken.*DETAIL:  (Line \d|Its input).*HINT: /s,
            "$how: $change is refused");
    }

    # Dumped and restored as it is; mended in both.
    my $broken = seen($dbname);
    my $dump = "$directory/$dbname";
    $node->command_ok([ 'pg_dump', '-Fd', '-j2', '-f', $dump, $dbname ], "$how: is dumped");
    $node->safe_psql('postgres', "CREATE DATABASE restored_$dbname");
    $node->command_ok([ 'pg_restore', '-e', '-j2', '-d', "restored_$dbname", $dump ], "$how: is restored");
    for my $mended ($dbname, "restored_$dbname")
    {
        is_same_text(seen($mended), $broken, "$how: $mended is the same");
        $node->safe_psql($mended, define($good));
        is_same_text(seen($mended), $named, "$how: $mended has its names again");
        is($node->safe_psql($mended, q{SELECT gb_enum_add_value('ticket', 'more'); SELECT 'more'::ticket}), "3\nmore", "$how: $mended goes on");
    }
    is($session->query_safe('EXECUTE shown'), 'new|f', "$how: the session has the names again");
    $session->quit;
}

$node->stop;
my $crashes = join '', grep { /PANIC|terminated by signal/ } split /^/, slurp_file($node->logfile);
is($crashes, '', 'nothing has crashed');
done_testing();
