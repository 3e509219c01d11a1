# Values to call functions with: for each type, values that functions expect and values that nobody thought of.
package SurfaceValues;

use strict;
use warnings;

use Exporter 'import';
use JSON::PP;

our @EXPORT = qw(any_of quoted);

# SurfaceValues->new(NODE): on the objects of surface_objects.sql.
sub new
{
    my ($class, $node) = @_;
    my $self = bless { node => $node }, $class;
    $self->read_oids;
    $self->read_trees;
    $self->read_documents;
    $self->read_types;
    $self->read_conversions;
    return $self;
}

# The rows of a query, as lists of columns.
sub rows
{
    my ($self, $sql) = @_;
    return map { [ split /\t/, $_, -1 ] } split /\n/, $self->{node}->safe_psql('postgres', "\\pset fieldsep '\\t'\n$sql");
}
sub column { my ($self, $sql) = @_; return map { $_->[0] } $self->rows($sql) }

# A random element of a list.
sub any_of { return $_[ int rand @_ ] }

# OIDs by the kind of object: objects of ours, of others, some of the server's, and objects that are gone.
sub read_oids
{
    my ($self) = @_;
    push @{ $self->{oids}{ $_->[0] } }, $_->[1] for $self->rows(<<'SQL');
        WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname IN ('own', 'foreign_things')),
        relation AS (
            SELECT c.* FROM pg_class c
            WHERE c.relnamespace IN (SELECT oid FROM ours)
               OR c.oid IN ('pg_class'::regclass, 'pg_type_oid_index'::regclass, 'pg_stats'::regclass, 'gone'::regclass)
               OR c.oid = (SELECT reltoastrelid FROM pg_class WHERE oid = 'own.tasks'::regclass)),
        -- A type that is a shell has no name for regtype.
        type AS (
            SELECT t.* FROM pg_type t
            WHERE t.typnamespace IN (SELECT oid FROM ours)
               OR t.typname IN ('int2', 'text', 'numeric', 'anyelement', 'cstring', 'record', 'shell', 'task_status',
                                '_task_status', 'pg_class'))
        SELECT 'relation', oid FROM relation
        UNION ALL SELECT 'relation', id FROM gone WHERE what IN ('relation', 'registered', 'converted')
        UNION ALL SELECT 'view', oid FROM relation WHERE relkind IN ('v', 'm')
        UNION ALL SELECT 'index', oid FROM relation WHERE relkind IN ('i', 'I')
        UNION ALL SELECT 'parent', oid FROM relation WHERE relkind = 'p'
        UNION ALL SELECT 'constraint', k.oid FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid
        UNION ALL SELECT 'constraint', id FROM gone WHERE what = 'constraint'
        UNION ALL SELECT 'trigger', t.oid FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid
        UNION ALL SELECT 'policy', p.oid FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
        UNION ALL SELECT 'statistics', s.oid FROM pg_statistic_ext s JOIN relation r ON r.oid = s.stxrelid
        UNION ALL SELECT 'publication', oid FROM pg_publication_rel
        UNION ALL SELECT 'type', oid FROM type
        UNION ALL SELECT 'type', id FROM gone WHERE what IN ('type', 'enumeration')
        UNION ALL SELECT 'enum', oid FROM type WHERE typname IN ('kind', 'broken', 'task_status')
        UNION ALL SELECT 'function', oid FROM pg_proc
            WHERE pronamespace IN (SELECT oid FROM ours) OR oid IN ('int2in'::regproc, 'as_task_status'::regproc)
               OR oid = (SELECT typinput FROM pg_type WHERE oid = 'own.kind'::regtype)
        UNION ALL SELECT 'schema', oid FROM pg_namespace
            WHERE nspname IN ('own', 'foreign_things', 'pg_catalog', 'public', 'gb_enums_internal')
        UNION ALL SELECT 'role', oid FROM pg_roles WHERE rolname IN ('plain', 'other') OR oid = 10
        UNION ALL SELECT 'label', oid FROM pg_enum
        ORDER BY 1, 2
SQL
    $self->{no_oids} = [ 0, 1, 4294967295 ];
    $self->{all_oids} = [ @{ $self->{no_oids} }, map { @$_ } map { $self->{oids}{$_} } sort keys %{ $self->{oids} } ];
    return;
}

# Expressions as the server stores them, which nobody can write as a literal: some of each column that has them.
sub read_trees
{
    my ($self) = @_;
    my @columns = $self->rows(<<'SQL');
        SELECT a.attrelid::regclass, a.attname FROM pg_attribute a
        WHERE a.atttypid = 'pg_node_tree'::regtype AND a.attrelid < 16384
          AND EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = a.attrelid AND o.attname = 'oid')
        ORDER BY 1, 2
SQL
    my $some = join ' UNION ALL ',
        map { "(SELECT '$_->[0]', '$_->[1]', oid FROM $_->[0] WHERE $_->[1] IS NOT NULL ORDER BY oid DESC LIMIT 6)" } @columns;
    $self->{trees} = [ map { "(SELECT $_->[1] FROM $_->[0] WHERE oid = $_->[2])" } $self->rows($some) ];
    return;
}

# Documents: from the extension's own tables, and from callers.
sub read_documents
{
    my ($self) = @_;
    my $json = $self->{json} = JSON::PP->new->canonical->allow_nonref;
    my @stored = map { $self->column("SELECT to_jsonb(t)->'$_->[1]' FROM $_->[0] t WHERE $_->[1] IS NOT NULL ORDER BY t::text LIMIT 3") }
        $self->rows(<<'SQL');
        SELECT a.attrelid::regclass, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
        WHERE a.atttypid = 'jsonb'::regtype AND c.relnamespace = 'gb_enums_internal'::regnamespace ORDER BY 1, 2
SQL
    $self->{documents} = [
        map({ $json->decode($_) } '{}', '[]', 'null', '{"status": "task_status"}',
            '{"status": {"enum": "task_status", "map": {"x": "ready"}, "trim_blanks": true}, "level": "risk_level"}', @stored) ];
    # The keys that functions look up in documents.
    $self->{keys} = [ $self->column(<<'SQL') ];
        SELECT DISTINCT m[1] FROM pg_proc p, regexp_matches(p.prosrc, '(?:->>?|\?)\s*''(\w+)''', 'g') m
        WHERE p.pronamespace = 'gb_enums_internal'::regnamespace ORDER BY 1
SQL
    return;
}

sub read_types
{
    my ($self) = @_;
    # Row types of the extension and of its tables: their fields, and whether there are stored rows.
    $self->{composite}{ $_->[0] } = { fields => [ split /\|/, $_->[1] ], stored => $_->[2] eq 't' } for $self->rows(<<'SQL');
        SELECT t.oid::regtype, (SELECT string_agg(format_type(a.atttypid, NULL), '|' ORDER BY a.attnum) FROM pg_attribute a
            WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), c.relkind = 'r'
        FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid WHERE t.typnamespace = 'gb_enums_internal'::regnamespace AND t.typtype = 'c'
SQL
    # Labels of the extension's own native enums.
    push @{ $self->{simple}{ $_->[0] } }, quoted($_->[1]) . "::$_->[0]" for $self->rows(<<'SQL');
        SELECT t.oid::regtype, e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
        WHERE t.typnamespace = 'gb_enums_internal'::regnamespace ORDER BY t.oid, e.enumsortorder
SQL
    # The functions that make a code a value of an enumeration, whether it has a name or not.
    $self->{trusting} = { map { @$_ } $self->rows(<<'SQL') };
        SELECT prorettype::regtype, oid::regproc FROM pg_proc
        WHERE prosrc = 'int2up' AND proargtypes[0] = 'int2'::regtype AND prorettype <> 'int2'::regtype
SQL
    my $list = sub { my ($type, @values) = @_; return ($type => [ map { quoted($_) . "::$type" } @values ]) };
    my @times = ('infinity', '-infinity', '2024-01-15', '2026-12-31 23:59:59', '4713-01-01 BC', '294276-12-31', '1970-01-01');
    my @some = (q{'ready'::task_status}, 'NULL::task_status', 'NULL::own.kind', 'NULL::own.broken', '1', q{'x'::text}, 'ARRAY[1]', 'ROW(1)',
        'NULL::own.tasks', q{'low'::own.mood});
    $self->{simple} = {
        %{ $self->{simple} },
        $list->('boolean', 'true', 'false'),
        $list->('smallint', 0, 1, -1, 2, 7, 32767, -32768),
        $list->('gb_enums_internal.enum_code', 0, 2, -1, 99, 32767, -32768),
        $list->('integer', 0, 1, -1, 2, 7, 100, 10000, 65536, 2147483647, -2147483648),
        $list->('bigint', 0, 1, -1, 2, 1000, 2147483648, '9223372036854775807', '-9223372036854775808'),
        $list->('numeric', 0, 1, '1.0', 2, 0.5, '1e30', '-9223372036854775809', 'NaN', 'Infinity'),
        map({ $list->($_, 0, 1, -1, 0.5, 'NaN', 'Infinity', '-Infinity') } 'real', 'double precision'),
        $list->('xid', 0, 3, '4294967295'),
        $list->('xid8', 0, 3, '4294967296', '18446744073709551615'),
        $list->('interval', 0, '1 month', '1 day', '1 hour', '-1 month', '1 microsecond', '2 seconds', '1 month 1 day',
            '178000000 years', '-178000000 years', '2147483647 days', '2562047788 hours'),
        $list->('gb_enums_internal.partition_length', 0, 1, 1000, -1, '9223372036854775807', '-9223372036854775808', '1 month',
            '1 hour', '-1 month', '-2147483648 months'),
        map({ $list->($_, @times) } 'timestamp with time zone', 'timestamp without time zone', 'date'),
        $list->('"char"', 'r', 'p', 'i', ''),
        $list->('cstring', 'new', 'running', '', '0', '99', 'x' x 300),
        pg_node_tree => $self->{trees},
        pg_index => ['(SELECT x FROM pg_index x ORDER BY x.indexrelid DESC LIMIT 1)'],
        anyelement => \@some,
        anycompatible => \@some,
        anyarray => [ map { ("$_", 'NULL::text[]') } q{'{ready,NULL}'::text[]}, q{'{}'::integer[]}, q{'{{1,2},{NULL,99999}}'::smallint[]},
            q{'[2:3]={low,high}'::own.mood[]}, q{'{1.5}'::numeric[]}, q{'{pending}'::task_status[]}, q{'{2024-01-01}'::date[]} ],
        anyenum => [ q{'low'::own.mood}, 'NULL::own.mood', q{'none'::foreign_things.mood} ] };
    return;
}

# Conversions of the columns of each table, as plans have them.
sub read_conversions
{
    my ($self) = @_;
    $self->{conversions} = [ $self->column(<<'SQL') ];
        SELECT array_agg(ROW(a.attrelid, a.attnum, coalesce(nullif(y.typelem, 0), y.oid), c.enum, y.typelem <> 0,
                NULL, CASE WHEN c.is_back THEN 25 END, CASE WHEN c.is_back THEN -1 END, NULL, c.is_back,
                c.name, c.name || '_new', c.name || '_old', '{}')::gb_enums_internal.conversion_column)
        FROM pg_attribute a
        JOIN pg_class r ON r.oid = a.attrelid
        JOIN pg_type y ON y.oid = a.atttypid
        CROSS JOIN LATERAL (
            SELECT a.atttypid = 'own.kind'::regtype AS is_back,
                   CASE WHEN a.atttypid = 'own.kind'::regtype THEN a.atttypid
                        WHEN a.attname ~ 'status' THEN 'task_status'::regtype
                        ELSE 'risk_level'::regtype END AS enum,
                   CASE WHEN a.attrelid::bigint % 3 = 0 THEN a.attname END AS name) c
        WHERE r.relnamespace = 'own'::regnamespace AND r.relkind IN ('r', 'p', 'v') AND a.attnum > 0
          AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'int2'::regtype, 'int4'::regtype, 'own.mood'::regtype,
                             'own.kind'::regtype, 'text[]'::regtype, 'own.mood[]'::regtype)
        GROUP BY a.attrelid, c.is_back ORDER BY a.attrelid, c.is_back
SQL
    return;
}

# Texts ------------------------------------------------------------------------------------------------------

my @texts = (
    '', 'x', '0', '-1', '99999', 'task_status', 'own.kind', 'kind', 'own.tasks', 'own.parts', 'status', 'level', 'at', 'pending',
    'ready', 'new', 'epoch', 'snowflake', 'id', 'attach', 'copy', 'detach', 'move', 'run', 'store', 'convert', 'columns', 'UTC',
    'Europe/Berlin', 'no zone', 'own', 'fillfactor=70', '0 a "b"', '2024-01-01', 'infinity', '%s %n %I', q{'; SELECT 1; --}, '"', '(',
    "a\nb", "\x01\\", "\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80", 'a' x 63, 'b' x 64, 'SELECT', 'SELECT 1', q{SELECT 'x'::text}, 'SELECT ROW(1, 2)',
    'BEGIN', 'COMMIT', 'ROLLBACK; SELECT 1', 'COPY own.tasks TO STDOUT', 'CREATE INDEX CONCURRENTLY i ON own.tasks (id)');
my @long_texts = map { "left(repeat($_, 1048576), 1048576)" } q{'x'}, q{'('}, q{'1 '}, q{'0=a, '}, q{E'\n'};

# A text as a literal.
sub quoted
{
    my ($text) = @_;
    return q{E'} . $text =~ s/([\\'])/\\$1/gr =~ s/\n/\\n/gr =~ s/\x01/\\x01/gr . q{'};
}

# Documents --------------------------------------------------------------------------------------------------

sub scalar_value
{
    my ($self) = @_;
    my @oids = (any_of(@{ $self->{all_oids} }), any_of(@{ $self->{oids}{relation} }), any_of(@{ $self->{oids}{enum} }));
    return any_of(undef, $JSON::PP::true, $JSON::PP::false, 0, 1, -1, 32768, 99999999999, 1e300, 0.5, '', 'x', 'task_status', 'status',
        map({ ($_ + 0, "$_") } @oids), [], {}, [undef], { x => undef }, [ [1] ]);
}

# A copy of a document that is different at some places.
sub changed
{
    my ($self, $document) = @_;
    return $self->scalar_value if rand() < 0.04;
    if (ref $document eq 'ARRAY')
    {
        return [ map { rand() < 0.05 ? () : map { $self->changed($_) } rand() < 0.05 ? ($_, $_) : ($_) } @$document ];
    }
    return $document if ref $document ne 'HASH';
    my %copy = map { rand() < 0.05 ? () : ($_ => $self->changed($document->{$_})) } sort keys %$document;
    $copy{ any_of(@{ $self->{keys} }) } = $self->scalar_value if rand() < 0.2;
    return \%copy;
}

sub document
{
    my ($self) = @_;
    my $document = any_of(@{ $self->{documents} });
    my $chance = rand();
    my $result = $chance < 0.2 ? $document
        : $chance < 0.8 ? $self->changed($document)
        : any_of($self->scalar_value, [ map { $self->scalar_value } 1 .. 3 ],
            { map { (any_of(@{ $self->{keys} }) => $self->scalar_value) } 1 .. 5 });
    return $self->{json}->encode($result);
}

# Values of any type -----------------------------------------------------------------------------------------

# NULL of a type.
sub null
{
    my ($self, $type) = @_;
    return 'NULL' if $type eq 'internal';
    return any_of(grep { /^NULL/ } @{ $self->{simple}{$type} }) if $type =~ /^any/;
    return "NULL::$type";
}

# An expression of a type, for an argument of that name. Long arrays are for functions in C: a query takes as long as it
# takes to go through them.
sub value
{
    my ($self, $type, $name, $in_c) = @_;
    return $self->null($type) if $type eq 'internal' || rand() < 0.1;
    return $self->conversions if $type eq 'gb_enums_internal.conversion_column[]' && rand() < 0.6;
    return any_of(@long_texts) . "::$type" if $type eq 'text' && rand() < 0.06;
    if ($type =~ /^(.*)\[\]$/)
    {
        my @elements = map { $self->plain_value($1, $name) } 1 .. 4;
        my $length = $in_c ? 100_000_000 : 1000;
        return any_of(
            "'{}'::$type", "ARRAY[NULL]::$type", "ARRAY[$elements[0]]::$type", "ARRAY[$elements[0], $elements[1], NULL]::$type",
            "ARRAY[[$elements[0], $elements[1]], [$elements[2], $elements[3]]]::$type",
            "array_fill($elements[0], ARRAY[2, 2, 2], ARRAY[-5, 0, 7])::$type", "array_fill(NULL::$1, ARRAY[$length])");
    }
    return $self->plain_value($type, $name);
}

sub plain_value
{
    my ($self, $type, $name) = @_;
    return $self->oid($type, $1, $name) if $type =~ /^(?:oid|reg(class|type|namespace|role))$/;
    return $self->oid('regclass', 'class', $name) . "::$type" if $type eq 'gb_enums_internal.partition_parent';
    return quoted(any_of(qw(cpp go markdown protobuf rust))) . "::$type" if ($name // '') eq 'language' && rand() < 0.8;
    return quoted(any_of(@texts)) . "::$type" if $type eq 'text' || $type eq 'name';
    return quoted($self->document) . '::jsonb' if $type eq 'jsonb';
    return any_of(@{ $self->{simple}{$type} }) if $self->{simple}{$type};
    return '(' . $self->conversions . ')[1]' if $type eq 'gb_enums_internal.conversion_column' && rand() < 0.6;
    if (my $row = $self->{composite}{$type})
    {
        return "(SELECT s FROM $type s ORDER BY s::text OFFSET " . int(rand 3) . ' LIMIT 1)' if $row->{stored} && rand() < 0.4;
        my $nulls = any_of(0, 0.3, 0.8);
        # A row of long texts, eight of them in an array, takes some 100 MB by itself before anything is called.
        my $fields = join(', ', map { rand() < $nulls ? 'NULL' : $self->value($_, '', 0) } @{ $row->{fields} });
        return "ROW(" . $fields =~ s/1048576/65536/gr . ")::$type";
    }
    my $make = $self->{trusting}{$type} // die "there are no values of type $type";
    return "$make(" . any_of(0, 1, 5, 99, -1, -32768, 32767) . '::smallint)';
}

# The conversions of a table's columns.
sub conversions
{
    my ($self) = @_;
    return quoted(any_of(@{ $self->{conversions} })) . '::gb_enums_internal.conversion_column[]';
}

# The OID of an object of the kind that the argument's name or type says, or of any object.
sub oid
{
    my ($self, $type, $kind, $name) = @_;
    my ($named) = grep { ($name // '') =~ /$_/ } sort keys %{ $self->{oids} };
    my $of = { class => 'relation', type => 'type', namespace => 'schema', role => 'role' }->{ $kind // '' };
    my $chance = rand();
    my $oid = $chance < 0.5 && defined $named ? any_of(@{ $self->{oids}{$named} })
        : $chance < 0.85 && defined $of ? any_of(@{ $self->{oids}{$of} })
        : any_of(@{ $self->{all_oids} }, @{ $self->{no_oids} });
    return "'$oid'::oid::$type";
}

1;
