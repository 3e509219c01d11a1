# What programs read from the write-ahead log (change data capture) has names, whatever plugin decodes it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/lib";
use GbEnums;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_server('decoding', wal_level => 'logical');
$node->safe_psql('postgres', q{CREATE EXTENSION gb_enums;
    CREATE TABLE tasks (id integer PRIMARY KEY, status task_status, history task_status[]);
    CREATE PUBLICATION everything FOR TABLE tasks});

# Newer minor releases load only plugins that are listed.
if ($node->safe_psql('postgres', q{SELECT count(*) FROM pg_settings WHERE name = 'output_plugin_libraries'}))
{
    $node->append_conf('postgresql.conf', q{output_plugin_libraries = 'pgoutput, test_decoding, wal2json'});
    $node->reload;
}
my $libraries = $node->config_data('--pkglibdir');
my @plugins = grep { $_ eq 'pgoutput' || -e "$libraries/$_.so" } qw(test_decoding pgoutput wal2json);
my %options = (
    pgoutput => ", 'proto_version', '1', 'publication_names', 'everything'",
    wal2json => ", 'format-version', '2'");
$node->safe_psql('postgres', "SELECT pg_create_logical_replication_slot('$_', '$_')") for @plugins;
$node->safe_psql('postgres', q{
    INSERT INTO tasks VALUES (1, 'running', '{pending,running}');
    UPDATE tasks SET status = 'completed' WHERE id = 1;});

for my $plugin (qw(test_decoding pgoutput wal2json))
{
    SKIP:
    {
        skip "there is no $plugin", 1 if !grep { $_ eq $plugin } @plugins;
        my $changes = $node->safe_psql('postgres', qq{SELECT encode(data, 'escape')
            FROM pg_logical_slot_get_binary_changes('$plugin', NULL, NULL @{[ $options{$plugin} // '' ]})});
        like($changes, qr/running.*\{pending,running\}.*completed/s, "$plugin decodes names");
    }
}

$node->stop;
done_testing();
