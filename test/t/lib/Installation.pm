# A copy of the installed files, to which a test adds versions of its own.
package Installation;

use strict;
use warnings;

use Exporter 'import';
use File::Copy qw(copy);
use File::Path qw(make_path);
use PostgreSQL::Test::Utils;

our @EXPORT = qw(copy_installation place_of_extensions place_package);

# The setting that says where a server finds extensions beside its own, and its value: Debian's up to 17, everybody's from 18 on.
# Nothing where there is none.
sub place_of_extensions
{
    my ($node) = @_;
    return split /\|/, $node->safe_psql('postgres', q{SELECT name, setting FROM pg_settings WHERE name IN ('extension_destdir', 'extension_control_path')}), -1;
}

# Makes the server use a copy from now on, and returns the folder with its scripts: nothing where the server finds extensions
# only where it is installed itself.
sub copy_installation
{
    my ($node) = @_;
    my ($setting, $value) = place_of_extensions($node) or return;
    my ($share, $library) = map { (run_command([ 'pg_config', $_ ]))[0] } '--sharedir', '--pkglibdir';
    my @places = $setting eq 'extension_destdir' ? ($value, '') : map { s/\Q$share\E$|^\$system$//r } split /:/, $value;
    my ($from) = grep { -e "$_$share/extension/gb_enums.control" } @places or die "no gb_enums in $value";
    my $to = PostgreSQL::Test::Utils::tempdir;
    make_path("$to$share/extension", "$to$library");
    for my $file (glob("$from$share/extension/gb_enums*"), "$from$library/gb_enums.so")
    {
        copy($file, $to . substr($file, length $from)) or die "copy $file: $!";
    }
    $node->append_conf('postgresql.conf', "$setting = '" . ($setting eq 'extension_destdir' ? $to : "$to$share:\$system") . "'");
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
