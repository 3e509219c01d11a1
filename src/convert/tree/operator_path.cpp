// The parser looks up the operators of forms that name none by the search_path of the moment. So a
// definition with such forms is deparsed, and made again, under a search_path that finds the
// operators that it has.

#include "convert/tree/rewriter.hpp"
#include "tree/unnamed_operators.hpp"

extern "C" {
#include "parser/parse_oper.h"
}

namespace gb_enums::convert {

namespace {

Oid SchemaOfOperator(Oid op) {
    HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(op));
    if (!HeapTupleIsValid(tuple)) {
        return PG_CATALOG_NAMESPACE;
    }
    const Oid schema = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple))->oprnamespace;
    ReleaseSysCache(tuple);
    return schema;
}

/// The schemas that a search_path needs beside the server's: those of the present one, and those of
/// the operators.
List* NeededSchemas(const List* operators) {
    List* schemas = NIL;
    ListCell* cell = nullptr;
    foreach (cell, fetch_search_path(false)) {
        const Oid schema = lfirst_oid(cell);
        if (schema != PG_CATALOG_NAMESPACE && !isAnyTempNamespace(schema)) {
            schemas = list_append_unique_oid(schemas, schema);
        }
    }
    foreach (cell, operators) {
        const Oid schema = SchemaOfOperator(static_cast<UnnamedOperator*>(lfirst(cell))->op);
        if (schema != PG_CATALOG_NAMESPACE) {
            schemas = list_append_unique_oid(schemas, schema);
        }
    }
    return schemas;
}

/// Whether the search_path of the moment finds an operator by its name.
bool IsFound(const UnnamedOperator& unnamed) {
    char* name = get_opname(unnamed.op);
    if (name == nullptr) {
        return false;
    }
    Operator found = oper(nullptr, list_make1(makeString(name)), unnamed.left_type,
                          unnamed.right_type, true, -1);
    if (found == nullptr) {
        return false;
    }
    const Oid op = oprid(found);
    ReleaseSysCache(found);
    return op == unnamed.op;
}

bool AreFound(const List* operators) {
    ListCell* cell = nullptr;
    foreach (cell, operators) {
        if (!IsFound(*static_cast<UnnamedOperator*>(lfirst(cell)))) {
            return false;
        }
    }
    return true;
}

}  // namespace

OperatorPath FindOperatorPath(Node* tree, Rewriter* rewriter) {
    List* operators = FindUnnamedOperators(tree);
    StringInfoData settings;
    initStringInfo(&settings);
    appendStringInfoString(&settings, "pg_catalog");
    List* schemas = NeededSchemas(operators);
    ListCell* cell = nullptr;
    foreach (cell, schemas) {
        appendStringInfo(&settings, ", %s", quote_identifier(get_namespace_name(lfirst_oid(cell))));
    }
    appendStringInfoString(&settings, ", pg_temp");
    const OperatorPath path{settings.data, schemas != NIL};
    if (!UnderSearchPath(path, [operators] { return AreFound(operators); })) {
        Refuse(
            rewriter,
            "it compares by IS DISTINCT FROM, NULLIF, CASE, IN or USING, which name no operator, "
            "and no search_path finds the operator that it has");
    }
    return path;
}

}  // namespace gb_enums::convert
