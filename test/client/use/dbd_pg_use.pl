use strict;
use warnings;

use DBI;
use Test::More;

my $database = DBI->connect('dbi:Pg:', undef, undef, { RaiseError => 1 });

my $rows = $database->selectall_arrayref('SELECT id, status, history::text[] FROM tasks WHERE status = ANY (?) ORDER BY id',
    {}, ['running', 'failed']);    # without the cast the array is a string

is_deeply($rows, [ [ 1, 'running', [ 'pending', 'running' ] ], [ 3, 'failed', [] ] ], 'DBD::Pg: names, and arrays');

my ($status) = $database->selectrow_array('INSERT INTO tasks (status) VALUES (?) RETURNING status', {}, 'paused');
is($status, 'paused', 'DBD::Pg: a name is written');
done_testing();
