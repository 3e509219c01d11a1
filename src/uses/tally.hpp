#pragma once

#include "definition/code.hpp"
#include "definition/definition.hpp"
#include "uses/places.hpp"
#include "uses/table_uses.hpp"

extern "C" {
#include "utils/rangetypes.h"
}

namespace gb_enums {

/// Counts codes of some enumerations in values and expressions. It counts only the codes that are
/// asked for, so that those which are in order take no memory.
class Tally {
  public:
    /// Takes its memory from the current memory context.
    explicit Tally(const EnumPlaces& places);

    /// Asks for a code of an enumeration, or for all codes that a definition does not have. To be
    /// called once for each enumeration, before the first Add().
    void AskFor(Oid type, Code code);
    void AskForUndefined(Oid type, const Definition& definition);

    /// Counts the codes in a value of the column `number` of a table.
    void Add(Datum value, Oid type, AttrNumber number = 0);
    /// Counts the constants in a stored expression.
    void AddExpression(Node* tree) { AddNode(tree, this); }
    /// Appends the counts to a list of CodeUse*, in the current memory context, and begins anew.
    /// `object` is the table, or the object that the expression belongs to.
    List* AppendCounts(List* uses, CodeUse::Kind kind, const ObjectAddress& object);

  private:
    /// The codes of an enumeration that are asked for: those listed, or all others.
    struct Asked {
        Oid type;
        bool listed;
        /// Sorted.
        const Code* codes;
        std::size_t count;
        bool Has(Code code) const {
            return std::binary_search(codes, codes + count, code) == listed;
        }
    };

    void Ask(const Asked& asked);
    const Asked* Find(Oid type);
    void AddCode(Oid type, Code code);
    void AddElements(ArrayType* array, Oid element);
    void AddBounds(RangeType* range, TypeCacheEntry* cache);
    void AddFields(HeapTupleHeader row);
    void AddValue(Datum value, Oid type);
    static bool AddNode(Node* node, void* context);

    const EnumPlaces& places_;
    Items<Asked> asked_;
    /// The result of the last Find().
    const Asked* last_ = nullptr;
    /// The column that values are from.
    AttrNumber number_ = 0;
    /// Counts by column, type and code; nullptr until there is a code to count.
    HTAB* counts_ = nullptr;
    MemoryContext context_ = CurrentMemoryContext;
};

}  // namespace gb_enums
