# A copy of the installed files, to which a test adds versions of its own.
package Installation;

use strict;
use warnings;

use Exporter 'import';
use File::Copy qw(copy);
use File::Path qw(make_path);
use PostgreSQL::Test::Utils;

our @EXPORT = qw(copy_installation place_package);

# Makes the server use a copy from now on, and returns the folder with its scripts: nothing where the server has no setting
# extension_destdir (which is Debian's).
sub copy_installation
{
    my ($node) = @_;
    my $to = PostgreSQL::Test::Utils::tempdir;
    my $from = $node->psql('postgres', 'SHOW extension_destdir') == 0
        ? $node->safe_psql('postgres', 'SHOW extension_destdir') : return;
    my ($share, $library) = map { (run_command([ 'pg_config', $_ ]))[0] } '--sharedir', '--pkglibdir';
    $from = '' unless -e "$from$share/extension/gb_enums.control";
    make_path("$to$share/extension", "$to$library");
    for my $file (glob("$from$share/extension/gb_enums*"), "$from$library/gb_enums.so")
    {
        copy($file, $to . substr($file, length $from)) or die "copy $file: $!";
    }
    $node->append_conf('postgresql.conf', "extension_destdir = '$to'");
    $node->reload;
    return "$to$share/extension";
}

# Writes the files that a statement gives as rows (file, content), the last one of a script, into the folder with the scripts.
# Returns their names.
sub place_package
{
    my ($folder, $node, $dbname, $sql, @options) = @_;
    my $rows = $node->safe_psql($dbname, "\\pset fieldsep '\x01'\n\\pset recordsep '\x02'\n$sql", @options);
    my %files = map { /([^\n]+)\x01(.*)/s ? ($1, $2) : () } split /\x02/, $rows;
    for my $name (keys %files)
    {
        unlink "$folder/$name";
        append_to_file("$folder/$name", "$files{$name}\n");
    }
    return join ' ', sort keys %files;
}

1;
