#pragma once

#include "definition/code.hpp"
#include "definition/definition.hpp"
#include "uses/places.hpp"
#include "uses/table_uses.hpp"

extern "C" {
#include "utils/rangetypes.h"
}

namespace gb_enums {

/// Counts codes of some enumerations in values and expressions: those that are asked for, so that
/// what is in order takes no memory.
class Tally {
  public:
    /// All in the current memory context.
    explicit Tally(const EnumPlaces& places);

    /// Asks for a code of an enumeration, or for the codes that a definition does not have. Each
    /// enumeration once, and before anything is counted.
    void AskFor(Oid type, Code code);
    void AskForUndefined(Oid type, const Definition& definition);

    /// Counts what a value holds, in the column `number` of a table.
    void Add(Datum value, Oid type, AttrNumber number = 0);
    /// Counts the constants in a stored expression.
    void AddExpression(Node* tree) { AddNode(tree, this); }
    /// Appends what was counted to a list of CodeUse*, in the current memory context, and begins
    /// anew. `object` is the table or what has the expression.
    List* Take(List* uses, CodeUse::Kind kind, const ObjectAddress& object);

  private:
    /// Which codes of an enumeration are asked for: those listed, or all others.
    struct Asked {
        Oid type;
        bool listed;
        /// In their order.
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
    /// What Find() found last.
    const Asked* last_ = nullptr;
    /// The column that values are from.
    AttrNumber number_ = 0;
    /// Counts by column, type and code; made when there is something to count.
    HTAB* counts_ = nullptr;
    MemoryContext context_ = CurrentMemoryContext;
};

}  // namespace gb_enums
