#include "tables/statements.hpp"

#include "server/arrays.hpp"

extern "C" {
#include "parser/parser.h"
}

namespace gb_enums {

List* SingleStatements(const char* script) {
    if (strchr(script, ';') == nullptr) {
        return *script == '\0' ? NIL : list_make1(pstrdup(script));
    }
    List* statements = NIL;
    ListCell* cell = nullptr;
    foreach (cell, raw_parser(script, RAW_PARSE_DEFAULT)) {
        const auto* tree = lfirst_node(RawStmt, cell);
        const char* begin = script + tree->stmt_location;
        const std::size_t length = tree->stmt_len == 0 ? strlen(begin) : tree->stmt_len;
        const std::size_t blanks = std::min(strspn(begin, " \n"), length);
        statements = lappend(statements, pnstrdup(begin + blanks, length - blanks));
    }
    return statements;
}

/// (script text) -> text[]: the statements of a script
GB_ENUMS_FUNCTION(gb_single_statements) {
    const char* script = text_to_cstring(PG_GETARG_TEXT_PP(0));
    PG_RETURN_POINTER(MakeTextArray(SingleStatements(script)));
}

}  // namespace gb_enums
