# The functions and operators that stored expressions call, and the types of what they are called with: read from the trees
# of pg_rewrite, pg_proc and the like. The catalogs have no dependencies on what is the server's own.
package StoredCalls;

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(stored_calls);

my $bool = 16;
my $implicit_cast = 2;

# Which field of a node holds the OID of its type.
my %type_field = (
    CONST => 'consttype', VAR => 'vartype', PARAM => 'paramtype', FUNCEXPR => 'funcresulttype', OPEXPR => 'opresulttype',
    DISTINCTEXPR => 'opresulttype', NULLIFEXPR => 'opresulttype', RELABELTYPE => 'resulttype', COERCEVIAIO => 'resulttype',
    ARRAYCOERCEEXPR => 'resulttype', COERCETODOMAIN => 'resulttype', CONVERTROWTYPEEXPR => 'resulttype', FIELDSELECT => 'resulttype',
    AGGREF => 'aggtype', WINDOWFUNC => 'wintype', CASEEXPR => 'casetype', CASE => 'casetype', CASETESTEXPR => 'typeId',
    COALESCEEXPR => 'coalescetype', COALESCE => 'coalescetype', MINMAXEXPR => 'minmaxtype', MINMAX => 'minmaxtype',
    SQLVALUEFUNCTION => 'type', ARRAYEXPR => 'array_typeid', ARRAY => 'array_typeid', ROWEXPR => 'row_typeid', ROW => 'row_typeid',
    SUBSCRIPTINGREF => 'refrestype', SETTODEFAULT => 'typeId');
my %is_boolean = map { $_ => 1 } qw(BOOLEXPR NULLTEST BOOLEANTEST SCALARARRAYOPEXPR ROWCOMPAREEXPR ROWCOMPARE CURRENTOFEXPR);

# The nodes whose coercions may be implicit.
my %coercion_field = (
    FUNCEXPR => 'funcformat', RELABELTYPE => 'relabelformat', COERCEVIAIO => 'coerceformat', ARRAYCOERCEEXPR => 'coerceformat');

# Reads a node, list or word from the tokens. A node is a hash with its name in TAG, a list an array.
sub read_item
{
    my ($tokens) = @_;
    my $token = shift @$tokens;
    if ($token eq '(')
    {
        my @list;
        push @list, read_item($tokens) while @$tokens && $tokens->[0] ne ')';
        shift @$tokens;
        return \@list;
    }
    return $token if $token ne '{';
    my %node = (TAG => shift @$tokens);
    while (@$tokens && $tokens->[0] ne '}')
    {
        my $field = shift @$tokens;
        next if $field !~ s/^://;
        my @values;
        push @values, read_item($tokens) while @$tokens && $tokens->[0] ne '}' && $tokens->[0] !~ /^:/;
        $node{$field} = @values > 1 ? \@values : $values[0];
    }
    shift @$tokens;
    return \%node;
}

# The type of an argument as it was written, before it was coerced implicitly. The type of an array is 'array of' and
# the type of its elements.
sub type_of
{
    my ($node) = @_;
    return undef if ref $node ne 'HASH';
    my $tag = $node->{TAG};
    return type_of($node->{arg}) if $tag eq 'NAMEDARGEXPR' || $tag eq 'COLLATEEXPR' || $tag eq 'COLLATE';
    my $format = $coercion_field{$tag};
    if ($format && ($node->{$format} // 0) == $implicit_cast)
    {
        return type_of($tag eq 'FUNCEXPR' ? $node->{args}[0] : $node->{arg});
    }
    return $bool if $is_boolean{$tag};
    return $node->{ $type_field{$tag} } if $type_field{$tag};
    return undef if $tag ne 'SUBLINK';
    return $bool if $node->{subLinkType} <= 3;    # EXISTS, ALL, ANY, ROWCOMPARE
    my ($column) = ref $node->{subselect} eq 'HASH' ? @{ $node->{subselect}{targetList} } : ();
    my $type = $column && type_of($column->{expr});
    return $node->{subLinkType} == 6 && defined $type ? "array of $type" : $type;    # 4 is a value, 6 an ARRAY
}

# Adds the calls in a node and in the nodes below it.
sub add_calls
{
    my ($node, $calls) = @_;
    if (ref $node eq 'ARRAY')
    {
        add_calls($_, $calls) for @$node;
    }
    return if ref $node ne 'HASH';
    my $tag = $node->{TAG};
    my ($kind, $oid) = defined $node->{funcid} ? (function => $node->{funcid})
        : defined $node->{aggfnoid} ? (function => $node->{aggfnoid})
        : defined $node->{winfnoid} ? (function => $node->{winfnoid})
        : defined $node->{opno} ? (operator => $node->{opno}) : ();
    if ($kind && !($tag eq 'FUNCEXPR' && $node->{funcformat} == $implicit_cast))
    {
        my $args = ref $node->{args} eq 'ARRAY' ? $node->{args} : [];
        my @types = map { type_of($_->{TAG} eq 'TARGETENTRY' ? $_->{expr} : $_) } @$args;
        $types[1] = defined $types[1] ? "element of $types[1]" : undef if $tag eq 'SCALARARRAYOPEXPR';
        $calls->{ join ' ', $kind, $oid, map { defined $_ ? "($_)" : '()' } @types } = [ $kind, $oid, @types ];
    }
    add_calls($node->{$_}, $calls) for keys %$node;
    return;
}

# The calls in some trees, each once: [function or operator, its OID, the OIDs of the arguments' types, undef where unknown].
sub stored_calls
{
    my %calls;
    for my $tree (@_)
    {
        my @tokens = $tree =~ /(?:[(){}]|(?:\\.|[^\s(){}\\])+)/gs;
        add_calls(read_item(\@tokens), \%calls);
    }
    return @calls{ sort keys %calls };
}

1;
