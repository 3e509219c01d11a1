#pragma once

#include "convert/conversion_column.hpp"
#include "convert/mapping.hpp"

namespace gb_enums::convert {

/// A column that changes its type, of a table or of a view over one.
struct Column : ConversionColumn {
    /// The type that it had when it was an array, else InvalidOid; and its elements as a column.
    Oid old_array;
    Column* element;
    /// The domain that it was of, else InvalidOid.
    Oid old_domain;
    /// The collation of a text that is not the default one, else InvalidOid: its order must stay.
    Oid old_collation;
    /// A number for the column `new_name` beyond those that the table has: it need not exist yet.
    AttrNumber new_number;
    /// The place in the caller's array, from 0.
    int index;
    Mapping mapping;
    /// Whether a value may have another name or code than the old one.
    bool is_renamed;
    /// Whether the codes of a native enum's labels have the order of the labels.
    bool has_order_of_labels;
};

/// The columns that change (Column*), from an array of gb_enums_internal.conversion_column.
List* ReadColumns(ArrayType* columns);

/// Gives a column the old type that an expression has.
void SetOldType(Column* column, Oid type);

/// The type that the values of a column have from now on.
Oid TypeOfValues(const Column& column);

/// Raises an error when another column gets the values of one of these: where a definition is
/// deparsed with the names that the server knows, it could not name that column.
void RequireInPlace(List* columns);

/// The columns of one relation, and the column of a number or nullptr.
List* ColumnsOf(List* columns, Oid relation);
Column* FindColumn(List* columns, AttrNumber number);

/// An enumeration that becomes another one counts as native: its values have names and an order.
enum class OldKind { kText, kNumber, kNative };
inline OldKind KindOf(const Column& column) {
    switch (column.old_type) {
        case TEXTOID:
        case VARCHAROID:
        case BPCHAROID:
        case CHAROID:
            return OldKind::kText;
        default:
            return IsNumber(column.old_type) ? OldKind::kNumber : OldKind::kNative;
    }
}

/// Whether an old value is used as a text: that of a native enum by a cast.
inline bool IsText(Oid type) {
    return type == TEXTOID || type == VARCHAROID || type == BPCHAROID;
}

/// Whether a column that was an enumeration becomes a text.
inline bool BecomesText(const Column& column) {
    return column.new_type == TEXTOID || column.new_type == VARCHAROID;
}

/// The number of the column that has the values.
inline AttrNumber NumberOfValues(const Column& column) {
    return column.new_name == nullptr ? column.number : column.new_number;
}

/// Whether old values have the order of the new ones: codes as they are, and labels whose codes
/// have their order.
inline bool KeepsOrder(const Column& column) {
    return KindOf(column) == OldKind::kNumber ? column.mapping.map == nullptr
                                              : column.has_order_of_labels;
}

}  // namespace gb_enums::convert
