#pragma once

#include "server/arrays.hpp"
#include "server/text.hpp"

namespace gb_enums {

/// A value without changes of its type, collation or domain that keep its bytes.
const Node* Stripped(const Node* node);

/// text, varchar or char(n).
bool IsStringType(Oid type);

/// Whether a type is a string for the server: a string type, or what a string is before its type is
/// known.
bool IsText(Oid type);

/// The type of an array's elements, or else of the value, without domains.
Oid ElementOrSelf(Oid type);

/// Calls visit(text) for a constant text, or each text in a constant array.
template <typename Visit>
void VisitTexts(const Const& constant, Visit&& visit) {
    if (constant.constisnull) {
        return;
    }
    if (!OidIsValid(get_element_type(getBaseType(constant.consttype)))) {
        visit(ViewOf(DatumGetTextPP(constant.constvalue)));
        return;
    }
    const ArrayElements elements = ElementsOf(DatumGetArrayTypeP(constant.constvalue));
    for (int i = 0; i < elements.count; ++i) {
        if (!elements.nulls[i]) {
            visit(ViewOf(DatumGetTextPP(elements.values[i])));
        }
    }
}

/// Whether a text, or an array of texts, consists of constants only.
bool IsConstant(const Node* node);

/// Calls visit(text) for each text in what IsConstant() is true for.
template <typename Visit>
void VisitConstants(const Node* node, Visit&& visit) {
    node = Stripped(node);
    if (!IsA(node, ArrayExpr)) {
        VisitTexts(*reinterpret_cast<const Const*>(node), visit);
        return;
    }
    ListCell* cell = nullptr;
    foreach (cell, reinterpret_cast<const ArrayExpr*>(node)->elements) {
        VisitConstants(static_cast<const Node*>(lfirst(cell)), visit);
    }
}

/// Whether values of a type are, or contain, texts that somebody reads.
bool IsLegible(Oid type);

/// A constant as text, or nullptr when it has none or only other people's code knows it.
const char* ConstantText(const Const& constant);

/// Whether texts that differ in their bytes can be equal in a collation.
bool MakesOthersEqual(Oid collation);

/// Whether a function takes arguments of any type, so that it may show what it gets.
bool TakesAnyType(Oid function);

}  // namespace gb_enums
