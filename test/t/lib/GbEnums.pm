# Functions that TAP tests share.
package GbEnums;

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

our @EXPORT = qw(new_server kill_server catalog dump_of refused is_same_text subscription_errors);

# A running server with the given settings on top of the usual ones.
sub new_server
{
    my ($name, %settings) = @_;
    my $node = PostgreSQL::Test::Cluster->new($name);
    $node->init(allows_streaming => $settings{wal_level} // 0);
    $node->append_conf('postgresql.conf', "$_ = '$settings{$_}'") for sort keys %settings;
    $node->start;
    return $node;
}

# Kills all processes of a server at once and starts it again: a backend that is busy does not notice by itself that
# the postmaster is gone.
sub kill_server
{
    my ($node) = @_;
    my @processes = split /\n/, $node->safe_psql('postgres', 'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
    $node->kill9;
    kill 'KILL', @processes;
    for (1 .. 600)
    {
        last unless kill 0, @processes;
        usleep(50_000);
    }
    $node->start;
    return;
}

# Everything in a database that is not the server's own, described without OIDs, one line a fact:
# equal for two databases that hold the same. (But for arrays that are members of an extension: before version 17,
# pg_upgrade forgets that they are.)
sub catalog
{
    my ($node, $dbname) = @_;
    my @queries = (
        q{SELECT DISTINCT concat('object ', pg_describe_object(classid, objid, 0))
          FROM pg_depend WHERE objid >= 16384},
        q{SELECT DISTINCT concat('depends ', pg_describe_object(classid, objid, objsubid), ' -> ',
                                 pg_describe_object(refclassid, refobjid, refobjsubid), ' ', deptype)
          FROM pg_depend WHERE objid >= 16384 AND deptype <> 'e'},
        q{SELECT concat('member ', pg_describe_object(classid, objid, 0)) FROM pg_depend
          WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass AND objid >= 16384
            AND NOT (classid = 'pg_type'::regclass AND pg_describe_object(classid, objid, 0) LIKE '%[]')},
        q{SELECT concat('comment ', pg_describe_object(classoid, objoid, objsubid), ': ', description)
          FROM pg_description WHERE objoid >= 16384},
        q{SELECT concat('function ', oid::regprocedure, ' ', pg_get_function_arguments(oid), ' ',
                        prorettype::regtype, proretset, provolatile, proisstrict, proparallel,
                        proleakproof, procost, prorows, prosupport, proconfig, proacl, ' ',
                        coalesce(pg_get_function_sqlbody(oid), prosrc), ' ', probin, ' ', proowner::regrole)
          FROM pg_proc WHERE oid >= 16384},
        q{SELECT concat('operator ', oid::regoperator, ' ', oprcom::regoperator, ' ',
                        oprnegate::regoperator, ' ', oprcode, ' ', oprrest, ' ', oprjoin,
                        oprcanmerge, oprcanhash)
          FROM pg_operator WHERE oid >= 16384},
        q{SELECT concat('type ', oid::regtype, ' ', typlen, typbyval, typtype, typcategory, typalign,
                        typstorage, ' ', typinput, ' ', typoutput, ' ', typreceive, ' ', typsend, ' ',
                        pg_get_expr(typdefaultbin, 0), typacl, ' ', typowner::regrole)
          FROM pg_type WHERE oid >= 16384 AND typrelid = 0},
        q{SELECT concat('aggregate ', aggfnoid::regprocedure, ' ', aggtransfn, ' ', aggcombinefn, ' ',
                        aggsortop::regoperator, ' ', agginitval)
          FROM pg_aggregate WHERE aggfnoid::oid >= 16384},
        q{SELECT concat('range ', rngtypid::regtype, ' ', rngmultitypid::regtype, ' ', rngsubtype::regtype, ' ', rngsubdiff)
          FROM pg_range WHERE rngtypid >= 16384},
        q{SELECT concat('cast ', castsource::regtype, ' as ', casttarget::regtype, ' ',
                        castfunc::regprocedure, castcontext, castmethod)
          FROM pg_cast WHERE oid >= 16384},
        q{SELECT concat('schema ', nspname, nspacl) FROM pg_namespace WHERE oid >= 16384});
    my ($code, $stdout, $stderr) = $node->psql($dbname, join(";\n", @queries));
    die "catalog query failed: $stderr" if $code != 0;
    my @facts = split /\n/, $stdout;
    s/\b(pg_toast|RI_ConstraintTrigger_\w)_\d+/$1_N/g for @facts;  # named after OIDs
    return join("\n", sort @facts) . "\n";
}

# Tests that pg_dump writes a plain dump of a database, to DATABASE.sql in the server's directory, and returns it
# without the random words that two dumps of the same differ by.
sub dump_of
{
    my ($node, $dbname) = @_;
    my $file = $node->basedir . "/$dbname.sql";
    $node->command_ok([ 'pg_dump', '-f', $file, $node->connstr($dbname) ], "dump of $dbname");
    return slurp_file($file) =~ s/^\\(un)?restrict .*\n//mgr;
}

# Runs a statement that must fail, in a background session that goes on after errors, and returns the message.
sub refused
{
    my ($session, $sql) = @_;
    $session->{stderr} = '';
    $session->query($sql);
    my $message = $session->{stderr};
    $session->{stderr} = '';
    return $message;
}

# The number of errors that a server's subscriptions have had. Majors count them in columns of different names.
sub subscription_errors
{
    my ($node, $dbname) = @_;
    return $node->safe_psql($dbname, q{SELECT coalesce(sum(value::bigint), 0)
        FROM pg_stat_subscription_stats s, jsonb_each_text(to_jsonb(s)) WHERE key ~ '_error_count$'});
}

# Like is(), for texts of thousands of lines: shows some of those that only one of them has.
sub is_same_text
{
    my ($got, $expected, $name) = @_;
    my %count;
    $count{$_}++ for split /\n/, $got;
    $count{$_}-- for split /\n/, $expected;
    my @differences = grep { $count{$_} != 0 } sort keys %count;
    my $same = ok($got eq $expected, $name);
    diag(scalar(@differences) . ' lines differ, as:') if !$same;
    diag($count{$_} > 0 ? "  got:      $_" : "  expected: $_") for grep { defined } @differences[0 .. 19];
    return $same;
}

1;
