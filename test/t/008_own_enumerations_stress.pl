# Enumerations that several sessions change, make and drop while others read, write, copy and compare. Whatever happens, a
# value has its own name, nobody deadlocks, and the server has nothing to complain of.

use strict;
use warnings;

use Cwd qw(abs_path);
use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Utils;
use Test::More;

my $seconds = 12;
my $node = new_server(
    'stress',
    log_line_prefix => '%m [%p] <%e> ',
    log_error_verbosity => 'verbose',
    max_connections => 40,
    # The wait for a change to an enumeration that others change, too, is no deadlock.
    deadlock_timeout => '2s');

# Beside each value its code and its name. A value keeps its code; its name says it, but for "day", which is also called
# "night". What is added is called after its code.
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION gb_enums;
SELECT gb_enum_create('ticket', definition => $$
0 stable_0
1 stable_1
2 stable_2
3 stable_3
4 day
5 dusty
$$);
CREATE TABLE tickets (id serial PRIMARY KEY, s ticket NOT NULL, code smallint NOT NULL, name text NOT NULL);
CREATE INDEX ON tickets (s);
CREATE INDEX ON tickets (name) WHERE s = 'stable_1';
INSERT INTO tickets (s, code, name) SELECT i::ticket, i, ticket_name(i) FROM generate_series(0, 5) i, generate_series(1, 20);

-- Nothing that is read has a wrong name.
CREATE FUNCTION check_names() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    wrong text;
BEGIN
    -- A value may be removed after a statement's snapshot was taken, once the newest rows have it no more; the older row that
    -- the statement sees shows the code then. The next statement sees the newer one.
    FOR attempt IN 1 .. 5 LOOP
        SELECT format('%s %s %s: %s', id, code, name, s) INTO wrong FROM tickets
        WHERE s::int <> code OR (s::text <> name AND (code <> 4 OR s::text NOT IN ('day', 'night'))) LIMIT 1;
        EXIT WHEN NOT found;
        IF attempt = 5 OR wrong !~ ': [0-9]+$' THEN
            RAISE EXCEPTION 'wrong in a row: %', wrong;
        END IF;
    END LOOP;
    SELECT format('%s: %s', code, name) INTO wrong FROM gb_enum_values('ticket')
    WHERE NOT name = ANY (CASE WHEN code < 4 THEN ARRAY['stable_' || code] WHEN code = 4 THEN '{day,night}'
                          WHEN code = 5 THEN '{dusty}' ELSE ARRAY['added_' || code, 'new'] END) LIMIT 1;
    IF found THEN
        RAISE EXCEPTION 'wrong in the definition: %', wrong;
    END IF;
END $$;

-- A new value, named after its code, and used, in one transaction.
CREATE FUNCTION add_value() RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE
    added smallint := gb_enum_add_value('ticket', 'new', description => 'made of "stress"');
BEGIN
    PERFORM gb_enum_rename_value('ticket', 'new', 'added_' || added);
    INSERT INTO tickets (s, code, name) VALUES (('added_' || added)::ticket, added, 'added_' || added);
    IF ('added_' || added)::ticket::int <> added OR ticket_name(added) <> 'added_' || added THEN
        RAISE EXCEPTION 'wrong right after it was added: %', added;
    END IF;
    RETURN added;
END $$;

-- What one session undoes another may have done already.
CREATE SEQUENCE changed;
CREATE FUNCTION change() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CASE (random() * 3)::int
        WHEN 0 THEN
            IF ticket_code('day') IS NULL THEN
                PERFORM gb_enum_rename_value('ticket', 'night', 'day');
            ELSE
                PERFORM gb_enum_rename_value('ticket', 'day', 'night');
            END IF;
        WHEN 1 THEN
            IF ticket_code('anchor') IS NULL THEN
                PERFORM gb_enum_add_alias('ticket', 'stable_3', 'anchor');
            ELSE
                PERFORM gb_enum_drop_alias('ticket', 'anchor');
            END IF;
        WHEN 2 THEN
            IF (SELECT deprecated FROM gb_enum_values('ticket') WHERE code = 5) THEN
                PERFORM gb_enum_undeprecate('ticket', 'dusty');
            ELSE
                PERFORM gb_enum_deprecate('ticket', 'dusty', 'stable_0');
            END IF;
        ELSE
            PERFORM gb_enum_set_description('ticket', 'stable_1', random()::text);
    END CASE;
    PERFORM nextval('changed');
EXCEPTION WHEN undefined_object OR duplicate_object OR object_not_in_prerequisite_state THEN
    NULL;
END $$;

-- A value that no row seems to have; meanwhile somebody may have given it to one, or removed it.
CREATE SEQUENCE removed;
CREATE FUNCTION remove_value() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    unused text;
BEGIN
    SELECT name INTO unused FROM gb_enum_values('ticket') v
    WHERE v.code > 5 AND NOT EXISTS (SELECT FROM tickets t WHERE t.code = v.code) ORDER BY random() LIMIT 1;
    IF found THEN
        PERFORM gb_enum_remove_value('ticket', unused);
        PERFORM nextval('removed');
    END IF;
EXCEPTION WHEN undefined_object OR dependent_objects_still_exist THEN
    NULL;
END $$;

-- Names that may or may not be read at the moment, or are deprecated; those that are taken stand for what they should.
CREATE FUNCTION try_names() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    try text;
    expected int;
BEGIN
    FOR try, expected IN VALUES ('day', 4), ('night', 4), ('anchor', 3), ('dusty', 5) LOOP
        BEGIN
            INSERT INTO tickets (s, code, name) VALUES (try::ticket, expected, CASE expected WHEN 3 THEN 'stable_3' ELSE try END);
        EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value THEN
            NULL;
        END;
    END LOOP;
END $$;

-- A whole enumeration, like the one that is being changed or not, used; its name is the caller's own. Its schema is in nobody
-- else's path: to find the operator for two different types, the server looks at those of all types, and fails when one is
-- dropped meanwhile.
CREATE SCHEMA brief;
CREATE SEQUENCE made;
CREATE FUNCTION make(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    IF random() < 0.5 THEN
        PERFORM gb_enum_create('brief.' || name, '{a,b}', like => 'ticket');
    ELSE
        PERFORM gb_enum_create('brief.' || name, '{stable_0,a,b}');
    END IF;
    PERFORM gb_enum_add_value(('brief.' || name)::regtype, 'c');
    EXECUTE format('CREATE TABLE brief.of_%1$s (s brief.%1$s PRIMARY KEY); INSERT INTO brief.of_%1$s VALUES (''c''), (''stable_0'')', name);
    EXECUTE format('SELECT string_agg(s::text, '' '' ORDER BY s) FROM brief.of_%s WHERE s OPERATOR(brief.=) ANY (''{c,x,stable_0}''::text[])', name) INTO answer;
    IF answer IS DISTINCT FROM 'stable_0 c' THEN
        RAISE EXCEPTION 'wrong in an enumeration just made: %', answer;
    END IF;
    PERFORM nextval('made');
END $$;
CREATE FUNCTION unmake(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL client_min_messages = warning;
    IF to_regtype('brief.' || name) IS NOT NULL THEN
        EXECUTE format('DROP TABLE brief.of_%1$s; DROP TYPE brief.%1$s CASCADE', name);
    END IF;
END $$;
SQL

my $file = abs_path(PostgreSQL::Test::Utils::tempdir) . '/tickets';
append_to_file($file, join '', map { "stable_$_\t$_\tstable_$_\n" } 0 .. 3);

# Comparisons by names, which must agree with those by codes: 1/0 where they do not.
my $same = '1 / (count(*) FILTER (WHERE %s) = count(*) FILTER (WHERE %s))::int';
my $by_name = sprintf "SELECT $same, $same, $same FROM tickets", 's = :name::text', 'code = :code', 's < :name::ticket', 'code < :code',
    's = ANY (ARRAY[:name, :unknown]::text[])', 'code = :code';
my $by_index = sprintf 'SELECT 1 / (count(*) = (SELECT count(*) FROM tickets WHERE code = :code))::int FROM tickets WHERE s = %s',
    ':name::text';
my %scripts = (
    '0_compare@8' => "$by_name;",
    '1_find@8' => "BEGIN ISOLATION LEVEL REPEATABLE READ;\nSET LOCAL enable_seqscan = off;\n$by_index;\nCOMMIT;",
    '2_check@4' => 'SELECT check_names();',
    '3_write@8' => <<'SQL',
\set id random(1, 500)
INSERT INTO tickets (s, code, name) VALUES (:name::text::ticket, :code, :name);
UPDATE tickets SET s = :code::int::ticket, code = :code, name = :name WHERE id = (SELECT id FROM tickets WHERE id >= :id ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
DELETE FROM tickets WHERE id = (SELECT id FROM tickets WHERE id > :id AND code < 4 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
SQL
    '4_try@4' => 'SELECT try_names();',
    '5_change@8' => 'SELECT change();',
    '6_add@3' => 'SELECT add_value();',
    '7_add_not@3' => "BEGIN;\nSELECT add_value();\nSELECT check_names();\nROLLBACK;",
    '8_change_not@3' => "BEGIN;\nSELECT change();\nSELECT change();\nSAVEPOINT s;\nSELECT change();\nROLLBACK TO s;\nSELECT check_names();\n$by_name;\nROLLBACK;",
    '9_make@2' => "SELECT unmake('made_' || :client_id);\nSELECT make('made_' || :client_id);",
    'A_make_not@2' => "BEGIN;\nSELECT make('tried_' || :client_id);\nROLLBACK;",
    'B_make_drop@1' => "BEGIN;\nSELECT make('brief_' || :client_id);\nSELECT unmake('brief_' || :client_id);\nCOMMIT;",
    'C_copy@2' => "COPY tickets (s, code, name) FROM '$file';\nCOPY tickets TO '/dev/null';\nCOPY tickets TO '/dev/null' (FORMAT binary);",
    'D_analyze@1' => 'ANALYZE tickets;',
    'E_values@3' => 'SELECT count(*) FROM gb_enums;',
    'F_remove@1' => 'SELECT remove_value();',
    'G_remove_not@1' => "BEGIN;\nSELECT remove_value();\nSELECT check_names();\nROLLBACK;");

my @options = ("-n -T $seconds -c 10 -j 2 -M prepared", '-D name=stable_2 -D code=2 -D unknown=nothing');
my $enough = q{SELECT c.last_value > 50 AND m.last_value > 10 AND r.last_value > 2 AND (SELECT max(code) > 20 FROM ticket_values())
    FROM changed c, made m, removed r};
# A slow machine does as much in several runs.
for (1 .. 5)
{
    $node->pgbench(join(' ', @options), 0, [qr/number of transactions actually processed: \d{3,}/], [qr/^(?!.*(ERROR|aborted))/s],
        'no session had an error', \%scripts);
    last if $node->safe_psql('postgres', $enough) eq 't';
}

$node->safe_psql('postgres', 'SELECT check_names()');
is($node->safe_psql('postgres', $enough), 't', 'enumerations were changed and made, and values added and removed');
note($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM ticket_values()), (SELECT count(*) FROM tickets), c.last_value, m.last_value, r.last_value FROM changed c, made m, removed r'));
is($node->safe_psql('postgres', 'SELECT count(*) FROM tickets WHERE s::int <> code OR (code <> 4 AND s::text <> name)'),
    0, 'every row has its value');
is($node->safe_psql('postgres', q{SELECT count(*) FROM tickets WHERE code > 5 AND ticket_code(name) IS DISTINCT FROM code}),
    0, 'no value that was used is lost');
is($node->safe_psql('postgres', q{SELECT count(*) - count(DISTINCT code) FROM ticket_values()}), 0, 'no code has two names');
is($node->safe_psql('postgres', q{SELECT count(*) FROM gb_enum_check('ticket')}), 0, 'no row has a value that was removed');

# What is left of enumerations that came and went is what those have that are there.
$node->safe_psql('postgres', "SELECT unmake('made_' || i) FROM generate_series(0, 9) i");
is($node->safe_psql('postgres',
        q{SELECT (SELECT count(*) FROM pg_proc WHERE proname ~ '(made|tried|brief)_\d'),
            (SELECT count(*) FROM pg_opfamily WHERE opfname ~ '(made|tried|brief)_\d'),
            (SELECT count(*) FROM pg_type WHERE typname ~ '(made|tried|brief)_\d'),
            (SELECT count(*) FROM pg_amop WHERE NOT EXISTS (SELECT FROM pg_operator WHERE oid = amopopr)),
            (SELECT count(*) FROM pg_amproc WHERE NOT EXISTS (SELECT FROM pg_proc WHERE oid = amproc)),
            (SELECT count(*) FROM pg_operator WHERE oprcode = 0)}),
    '0|0|0|0|0|0', 'nothing is left of those that are gone');

$node->stop;
# (57P01 is who was still connected when the server was stopped.)
my $log = slurp_file($node->logfile);
my @complaints = grep { /PANIC|FATAL(?!:  57P01)|terminated by signal|<XX|<40P01>|cache lookup failed|could not (find|open)|concurrently/ } split /\n/, $log;
is(join("\n", @complaints[0 .. ($#complaints > 9 ? 9 : $#complaints)]), '', 'the log has nothing to complain of');

done_testing();
