#pragma once

// Forms that name no operator: IS DISTINCT FROM, NULLIF, CASE x WHEN, USING, and comparisons of
// rows. Their operators are looked up by the search_path when they are parsed.

#include "server/server.hpp"

namespace gb_enums {

/// An operator that a form does not name, and the types of its sides when they are parsed again.
struct UnnamedOperator {
    /// What the form is called.
    const char* form;
    Oid op;
    Oid left_type;
    Oid right_type;
};

/// A list of UnnamedOperator*: the operators in a tree that are not named.
List* FindUnnamedOperators(Node* tree);

}  // namespace gb_enums
