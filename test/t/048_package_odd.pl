# Packages where something is odd: names, texts and encodings, schemas of others, control files written by hand, other
# packages, sessions that change an enumeration meanwhile, and an enumeration that a package has no more.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use Installation;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('packages');
my $extension = copy_installation($node)
    or plan(skip_all => 'this server finds extensions only where it is installed itself');
my @as_maker = (extra_params => [ '-U', 'maker' ]);
$node->safe_psql('postgres', 'CREATE ROLE maker LOGIN; CREATE ROLE other LOGIN');

sub as_maker { return $node->safe_psql($_[0], $_[1], @as_maker) }
sub error_of
{
    my ($dbname, $sql, @options) = @_;
    my ($code, undef, $stderr) = $node->psql($dbname, $sql, @options);
    return $code == 0 && $stderr eq '' ? 'no error' : $stderr;
}
sub make_database
{
    my ($dbname, $options) = @_;
    $node->safe_psql('postgres', "CREATE DATABASE $dbname OWNER maker " . ($options // ''));
    $node->safe_psql($dbname, q{CREATE EXTENSION gb_enums; SELECT gb_enum_grant('maker')});
    return;
}
sub place { my ($dbname, $sql) = @_; return place_package($extension, $node, $dbname, "SET client_min_messages = warning; $sql", @as_maker) }

# Dumps packages of a database and lets the owner of another one restore them.
sub restore
{
    my ($from, $to, @packages) = @_;
    make_database($to);
    my $file = PostgreSQL::Test::Utils::tempdir . '/dump';
    $node->command_ok([ 'pg_dump', (map { ('-e', $_) } @packages), '-f', $file, $node->connstr($from) ], "dump of $from");
    $node->command_ok([ 'psql', '-XqU', 'maker', '-v', 'ON_ERROR_STOP=1', '-f', $file, '-d', $node->connstr($to) ], "restored by its owner: $to");
    return;
}

# Names and texts ------------------------------------------------------------------------------------------

make_database('odd');
my $schema = q{"We""ird' $$ Sch"};
my $enum = qq{$schema."a ""q"" 's' \\ \$x\$\nz"};
my $literal = '$lit$' . $enum . '$lit$';
as_maker('odd', <<"SQL");
CREATE SCHEMA $schema;
SELECT gb_enum_create($literal, definition => \$def\$
0 "a\\"b" "desc with \$\$ and ' and \\\\ back"
1 b alias "x y" alias "ok"
# comment \$q\$ \$q1\$ \$q2\$
2 c deprecated use b
retired 3 old
\$def\$, description => \$def\$line 1
\\echo and \\quit \$\$ \\ 'q'
\\echo
\$def\$);
CREATE TABLE $schema.t AS SELECT 'b'::$enum AS v;
SQL
my $files = "SELECT * FROM gb_enum_package('odd', ARRAY[$literal]::regtype[])";
is(place('odd', $files), 'odd--1.0.sql odd.control', 'odd names: the files');
my $facts = "SELECT * FROM gb_enum_values($literal); SELECT obj_description($literal\::regtype, 'pg_type'); SELECT v, v::int FROM $schema.t; SELECT * FROM gb_enum_check()";
my $before = as_maker('odd', $facts);
as_maker('odd', q{SELECT gb_enum_adopt('odd', (SELECT oid FROM pg_namespace WHERE nspname ~ 'Sch')::regnamespace)});
is(as_maker('odd', $facts), $before, 'odd names: adopted');
restore('odd', 'odd_restored', 'odd');
is(as_maker('odd_restored', $facts), $before, 'odd names: restored');
# Everything at once.
is(place('odd', <<"SQL"), 'odd--1.0--1.1.sql odd.control', 'odd names: an update');
BEGIN; SELECT gb_enum_release('odd');
SELECT gb_enum_add_value($literal, 'plus "x" \$\$', 9, 'd''d', ARRAY['al "1"']);
SELECT gb_enum_rename_value($literal, 'a"b', 'neu \$\$ \\ ''', keep_alias => true);
SELECT gb_enum_remove_value($literal, 'c'); SELECT gb_enum_deprecate($literal, 'b', 'neu \$\$ \\ ''');
$files; ROLLBACK;
SQL
as_maker($_, 'ALTER EXTENSION odd UPDATE') for qw(odd odd_restored);
is(as_maker('odd', $facts), as_maker('odd_restored', $facts), 'odd names: updated alike');
is(as_maker('odd', "SELECT string_agg(concat_ws('|', code, name, description, aliases, deprecated, replacement), E'\\n' ORDER BY code) FROM gb_enum_values($literal)"),
    join("\n", q{0|neu $$ \ '|desc with $$ and ' and \ back|{"a\"b"}|f}, q{1|b|{"x y",ok}|t|neu $$ \ '}, q{9|plus "x" $$|d'd|{"al \"1\""}|f}), 'odd names: to what they are');
# A comment is one line of a control file.
my $second = '$lit$' . $schema . '.second$lit$';
as_maker('odd', qq{COMMENT ON EXTENSION odd IS E'two\\nlines, ''quoted'' \\\\'; CREATE SCHEMA more; SELECT gb_enum_create('more.more', '{a}'), gb_enum_create($second, '{a}')});
like(error_of('odd', "SELECT * FROM gb_enum_package('odd', ARRAY[$literal, 'more.more']::regtype[], '2.0')", @as_maker), qr/must be in one schema/, 'one schema');
place('odd', "SELECT * FROM gb_enum_package('odd', ARRAY[$second]::regtype[], '2.0')");
like(slurp_file("$extension/odd.control"), qr/^comment = 'two lines, ''quoted'' \\\\'\ndefault_version = '2\.0'$/m, 'a comment of two lines');
as_maker('odd', q{SELECT gb_enum_adopt('odd')});
is(as_maker('odd', q{SELECT extversion FROM pg_extension WHERE extname = 'odd'}), '2.0', 'is read');

# Another encoding.
make_database('latin', q{ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'});
as_maker('latin', q{SET client_encoding = 'UTF8'; SELECT gb_enum_create('accent', '{é}')});
like(error_of('latin', q{SET client_encoding = 'LATIN1'; SELECT * FROM gb_enum_package('accent', '{accent}')}), qr/client_encoding is LATIN1, and the files of an extension are in UTF8\nHINT:  SET client_encoding = 'UTF8';/,
    'files are not written in another encoding than the control file says');
place('latin', q{SET client_encoding = 'UTF8'; SELECT * FROM gb_enum_package('accent', '{accent}')});
as_maker('latin', q{SELECT gb_enum_adopt('accent', 'public')});
make_database('utf');
as_maker('utf', 'CREATE EXTENSION accent');
is(as_maker($_, q{SET client_encoding = 'UTF8'; SELECT accent_name(0)}), 'é', "$_: the name is as it was") for qw(latin utf);
my $source = q{SET client_encoding = 'UTF8'; SELECT gb_enum_source('cpp', '{accent}')};
like(as_maker('latin', $source), qr/\bkE = 0,.*return "é";/s, 'source code has it');
is(as_maker('latin', $source), as_maker('utf', $source), 'and is the same in every encoding');

# A description that is gone is gone after the update, too.
make_database('described');
as_maker('described', q{SELECT gb_enum_create('told', '{a,b}', description => 'words')});
place('described', q{SELECT * FROM gb_enum_package('told', '{told}')});
as_maker('described', q{SELECT gb_enum_adopt('told', 'public')});
is(place('described', q{BEGIN; SELECT gb_enum_release('told'); COMMENT ON TYPE told IS NULL; SELECT * FROM gb_enum_package('told', '{told}'); ROLLBACK}), 'told--1.0--1.1.sql told.control', 'a version without a description');
is(as_maker('described', q{SELECT obj_description('told'::regtype, 'pg_type'); ALTER EXTENSION told UPDATE; SELECT obj_description('told'::regtype, 'pg_type') IS NULL}), "words\nt", 'has none');
is(place('described', q{SELECT * FROM gb_enum_package('told', '{told}')}), '', 'and is up to date');

# Who and where ----------------------------------------------------------------------------------------------

like(error_of('described', q{SELECT gb_enum_add_value('told', 'c')}, @as_maker),
    qr/enumeration told belongs to extension "told"\n.*HINT:  Put this into told--1\.1--1\.2\.sql.*\n2 c\n/s, 'who owns the extension is told by which script its enumerations change');
like(error_of('described', q{SELECT gb_enum_add_value('told', 'c')}, extra_params => [ '-U', 'other' ]), qr/permission denied for function/, 'nobody else is');
$node->safe_psql('described', q{SELECT gb_enum_grant('other')});
like(error_of('described', q{SELECT gb_enum_add_value('told', 'c')}, extra_params => [ '-U', 'other' ]), qr/must be owner of type told/, 'nor another maker');

make_database('shared');
$node->safe_psql('shared', q{GRANT CREATE ON DATABASE shared TO other; CREATE SCHEMA makers AUTHORIZATION maker; CREATE SCHEMA others AUTHORIZATION other; REVOKE CREATE ON SCHEMA public FROM PUBLIC});
like(error_of('shared', "CREATE EXTENSION told SCHEMA $_", extra_params => [ '-U', 'other' ]), qr/ERROR:  permission denied for schema $_$/m, "a trusted extension puts nothing into schema $_")
    for qw(makers public pg_catalog gb_enums_internal);
# Debian's servers up to 17 refuse it themselves.
like(error_of('shared', q{CREATE TEMP TABLE t (); SELECT format('CREATE EXTENSION told SCHEMA %I', pg_my_temp_schema()::regnamespace) \gexec}, extra_params => [ '-U', 'other' ]),
    qr/ERROR:  (enumeration "told" cannot be temporary|unacceptable extension schema name)/, 'nor into a temporary schema');
is($node->safe_psql('shared', q{CREATE EXTENSION told SCHEMA others; SELECT others.told_name(1); DROP EXTENSION told}, extra_params => [ '-U', 'other' ]), 'b', 'but into one\'s own');

# Control files written by hand.
for my $script (q{SELECT gb_enums_internal.package_enum('hand', '0 a')}, q{SELECT public.gb_enum_create('hand', '{a}')})
{
    unlink "$extension/a_hand.control", "$extension/a_hand--1.sql";
    append_to_file("$extension/a_hand.control", "default_version = '1'\n");
    append_to_file("$extension/a_hand--1.sql", "$script;\n");
    like(error_of('shared', 'CREATE EXTENSION a_hand'), qr/extension "a_hand" does not require gb_enums\nDETAIL:  A dump would create the extension before gb_enums\.\nHINT:  Write into its control file: requires = 'gb_enums'/,
        "a dump could be restored: $script");
}

# Several packages ---------------------------------------------------------------------------------------------

# Two that have an enumeration of the same name, and one whose enumeration was made like one of another package. A dump has
# them in another order.
make_database('several');
as_maker('several', <<'SQL');
CREATE SCHEMA z; CREATE SCHEMA a;
SELECT gb_enum_create('z.state', '{a,b}'); SELECT gb_enum_create('a.state', '{c,d}'); SELECT gb_enum_create('a.kid', '{e}', "like" => 'z.state');
CREATE TABLE z.t (s z.state UNIQUE); INSERT INTO z.t VALUES ('b');
CREATE TABLE a.t (s a.state PRIMARY KEY, k a.kid) PARTITION BY RANGE (s);
CREATE TABLE a.t1 PARTITION OF a.t FOR VALUES FROM ('c') TO ('d'); CREATE TABLE a.t2 PARTITION OF a.t DEFAULT; INSERT INTO a.t VALUES ('c', 'e'), ('d', 'b');
SQL
place('several', q{SELECT * FROM gb_enum_package('zz', '{z.state}')});
place('several', q{SELECT * FROM gb_enum_package('aa', '{a.state}')});
as_maker('several', q{SELECT gb_enum_adopt('zz', 'z'), gb_enum_adopt('aa', 'a')});
place('several', q{SELECT * FROM gb_enum_package('kids', '{a.kid}')});
like(slurp_file("$extension/kids.control"), qr/^requires = 'gb_enums, zz'$/m, 'a package requires that of the enumeration that its own was made like');
as_maker('several', q{SELECT gb_enum_adopt('kids', 'a')});
restore('several', 'several_restored', qw(aa zz kids));
my $all = q{SELECT * FROM z.t WHERE s = 'b'; SELECT *, tableoid::regclass FROM a.t ORDER BY s; SELECT 'b'::z.state::a.kid; SELECT * FROM gb_enum_check()};
is(as_maker('several_restored', $all), as_maker('several', $all), 'restored in another order');
like(error_of('several', q{SELECT gb_enum_release('zz')}, @as_maker), qr/extension kids depends on extension zz/, 'what another package requires stays');
like(error_of('several', q{SELECT * FROM gb_enum_package('third', '{z.state}')}), qr/enumeration z\.state belongs to extension "zz"/, 'an enumeration is in one package');
$node->safe_psql('several_restored', q{SET client_min_messages = warning; DROP EXTENSION gb_enums CASCADE});
is($node->safe_psql('several_restored', q{SELECT count(*) FROM pg_operator WHERE oid >= 16384; SELECT count(*) FROM pg_proc WHERE oid >= 16384; SELECT extname FROM pg_extension}), "0\n0\nplpgsql", 'DROP EXTENSION gb_enums CASCADE leaves nothing');

# An enumeration that a package has no more ------------------------------------------------------------------------

make_database('less');
as_maker('less', q{SELECT gb_enum_create('keep', '{a}'), gb_enum_create('gone', '{b}'); CREATE TABLE used (g gone)});
place('less', q{SELECT * FROM gb_enum_package('less', '{keep,gone}')});
as_maker('less', q{SELECT gb_enum_adopt('less', 'public')});
append_to_file("$extension/less--1.0--1.1.sql", "SET LOCAL search_path = pg_catalog, pg_temp;\nSELECT gb_enums_internal.package_drop('gone');\n");
append_to_file("$extension/less--1.1--1.2.sql", "SELECT gb_enums_internal.package_drop('gone');\n");
like(error_of('less', q{ALTER EXTENSION less UPDATE TO '1.1'}, @as_maker), qr/DETAIL:  column g of table public\.used depends on type public\.gone/, 'an enumeration that is in use is not dropped');
as_maker('less', q{DROP TABLE used});
my $count = q{SELECT count(*) FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass WHERE x.extname = 'less'};
my $members = as_maker('less', $count);
as_maker('less', q{ALTER EXTENSION less UPDATE TO '1.1'});
is(as_maker('less', $count), $members / 2, 'an update drops it, and all that was made with it');
is($node->safe_psql('less', q{SELECT count(*) FROM pg_proc WHERE proname ~ 'gone'; SELECT count(*) FROM pg_opfamily WHERE opfname ~ 'gone'}), "0\n0", 'and leaves nothing');
like(error_of('less', q{ALTER EXTENSION less UPDATE TO '1.2'}), qr/there is no enumeration "gone" in extension "less"/, 'it is dropped once');
# Adopted, an enumeration that the newest version has no more is dropped as well.
make_database('less_later');
as_maker('less_later', q{SELECT gb_enum_create('keep', '{a}'), gb_enum_create('gone', '{b}')});
unlink "$extension/less.control";
append_to_file("$extension/less.control", "default_version = '1.1'\nrequires = 'gb_enums'\nsuperuser = true\ntrusted = true\n");
is(as_maker('less_later', q{SELECT gb_enum_adopt('less', 'public'); SELECT to_regtype('gone') IS NULL}), "{keep}\nt", 'adopted, too');

# Sessions ---------------------------------------------------------------------------------------------------------

# What is undone or canceled in the middle has changed nothing, and a later CREATE EXTENSION adopts nothing.
make_database('busy');
as_maker('busy', q{SELECT gb_enum_create('told', '{a,b}')});
my $found = catalog($node, 'busy');
for my $ending (
    q{BEGIN; SAVEPOINT s; SELECT gb_enum_adopt('told', 'public'); ROLLBACK TO s; CREATE EXTENSION told},
    q{DO $$ BEGIN PERFORM gb_enum_adopt('told', 'public'); RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN END $$; CREATE EXTENSION told},
    q{DO $$ BEGIN PERFORM gb_enum_adopt('no_such_package', 'public'); EXCEPTION WHEN OTHERS THEN END $$; CREATE EXTENSION told},
    q{SET statement_timeout = '50ms'; SELECT gb_enum_adopt('told', 'public'), pg_sleep(9); RESET statement_timeout; CREATE EXTENSION told})
{
    like(error_of('busy', $ending, @as_maker, on_error_stop => 0), qr/ERROR:  type public\.told already exists/, "nothing is adopted: $ending");
    is_same_text(catalog($node, 'busy'), $found, 'and all is as before');
}
# What a script undoes itself is not adopted, and stays as it is.
make_database('undoing');
append_to_file("$extension/undoing.control", "default_version = '1'\nrequires = 'gb_enums'\nsuperuser = true\ntrusted = true\n");
append_to_file("$extension/undoing--1.sql", <<'SQL');
DO $$
BEGIN
    PERFORM gb_enums_internal.package_enum('again', '0 x'), gb_enums_internal.package_enum('undone', '0 a', description => 'of the script');
    RAISE division_by_zero;
EXCEPTION WHEN division_by_zero THEN
END $$;
SELECT gb_enums_internal.package_enum('again', '0 a'), gb_enums_internal.package_enum('dropped', '0 a');
ALTER EXTENSION undoing DROP TYPE public.dropped;
DROP TYPE public.dropped CASCADE;
SQL
as_maker('undoing', q{SELECT gb_enum_create(name, '{a}', description => 'own') FROM unnest('{again,undone,dropped}'::text[]) name});
is(as_maker('undoing', q{SELECT gb_enum_adopt('undoing', 'public'); SELECT obj_description('undone'::regtype, 'pg_type'); SELECT gb_enum_add_value('undone', 'b')}),
    "{again}\nown\n1", 'what a script undoes is not adopted');
# A function of one's own in the place of as_E: a restore would put another one there.
make_database('replaced');
as_maker('replaced', q{SELECT gb_enum_create('told', '{a,b}'); DROP FUNCTION as_told(smallint); CREATE FUNCTION as_told(smallint) RETURNS told LANGUAGE sql AS $$SELECT 'a'::told$$});
like(error_of('replaced', q{SELECT gb_enum_adopt('told', 'public')}, @as_maker), qr/cannot adopt enumeration public\.told: function public\.as_told\(smallint\) is another one\n.*HINT:  Rename or drop yours\./s, 'a function in the place of as_E stops the adoption');
as_maker('replaced', q{ALTER FUNCTION as_told(smallint) RENAME TO told_a; SELECT gb_enum_adopt('told', 'public')});
is(as_maker('replaced', q{SELECT told_a(1::smallint), told_name(1)}), 'a|b', 'renamed, it stays');
# One session adopts, the other changes the enumeration: the second waits, and is told.
for my $first (q{SELECT gb_enum_adopt('told', 'public')}, q{SELECT gb_enum_add_value('told', 'c')})
{
    my $second = $first =~ /adopt/ ? q{SELECT gb_enum_add_value('told', 'c')} : q{SELECT gb_enum_adopt('told', 'public')};
    my ($one, $two) = map { $node->background_psql('busy', on_error_stop => 0, @as_maker) } 1 .. 2;
    $one->query_safe("BEGIN; $first");
    $two->query_until(qr/waits/, "\\echo waits\n$second;\n\\echo done\n");
    ok($node->poll_query_until('busy', q{SELECT count(*) > 0 FROM pg_locks WHERE NOT granted}), "$second waits for $first");
    $one->query_safe('COMMIT');
    $two->query_until(qr/done/, '');
    like($two->{stderr}, $first =~ /adopt/ ? qr/enumeration told belongs to extension "told"/ : qr/the extension has another one of that name\nDETAIL:  The extension has: nothing\nThe enumeration has: 2 c/, 'and is told');
    $_->{stderr} = '' for $one, $two;
    $_->quit for $one, $two;
    as_maker('busy', q{SELECT gb_enum_release('told')}) if $first =~ /adopt/;
}

$node->stop;
done_testing();
