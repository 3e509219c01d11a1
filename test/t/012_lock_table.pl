# A server that has little room for locks: who makes or drops many enumerations in one transaction is told what to do.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use Test::More;

my $node = new_server('locks');
$node->safe_psql('postgres', 'CREATE EXTENSION gb_enums');
$node->append_conf('postgresql.conf', "max_connections = 20\nmax_locks_per_transaction = 10");
$node->restart;
$node->safe_psql('postgres', q{
    CREATE PROCEDURE make(first int, last int, each boolean) LANGUAGE plpgsql AS $$ BEGIN
        FOR i IN first .. last LOOP
            PERFORM gb_enum_create('many_' || i, '{new,open,closed}');
            IF each THEN COMMIT; END IF;
        END LOOP; END $$;
    CREATE PROCEDURE drop_all(each boolean) LANGUAGE plpgsql AS $$ DECLARE name text; BEGIN
        FOR name IN SELECT typname FROM pg_type WHERE typname ~ '^many_' LOOP
            PERFORM gb_enum_drop(name::regtype);
            IF each THEN COMMIT; END IF;
        END LOOP; END $$});

my ($result, $out, $error) = $node->psql('postgres', 'CALL make(1, 1000, false)');
like($error, qr/out of shared memory/, 'no room for the locks of 1,000 enumerations');
like($error, qr/DETAIL:  This transaction makes or drops its enumeration number \d+\. Each takes locks until the transaction ends\./, '... and how many there was room for');
like($error, qr/HINT:  Make or drop fewer in one transaction, or have "max_locks_per_transaction" increased\./, '... and what to do');
$node->safe_psql('postgres', 'CALL make(1, 100, true)');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_type WHERE typname ~ '^many_'}), 100, 'room for any number when each is committed');
($result, $out, $error) = $node->psql('postgres', 'CALL drop_all(false)');
like($error, qr/DETAIL:  This transaction makes or drops its enumeration number \d+\./, 'the same for DROP');
$node->safe_psql('postgres', 'CALL drop_all(true)');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_type WHERE typname ~ '^many_'}), 0, 'and all are gone');

# Any other error is what it was.
($result, $out, $error) = $node->psql('postgres', q{SELECT gb_enum_create('one', '{a}'); CREATE TABLE t (o one); SELECT gb_enum_drop('one')});
like($error, qr/cannot drop desired object\(s\).*\nDETAIL:  column o of table t depends on type one/, 'what depends on it is still listed');

$node->stop;
done_testing();
