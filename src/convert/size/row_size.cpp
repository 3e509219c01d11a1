#include "convert/size/row_size.hpp"

namespace gb_enums::convert {

namespace {

/// A row's header, without the bits that tell which columns are null.
constexpr std::size_t kHeader = 23;
/// Rows, and the columns in them, begin at multiples of this.
constexpr std::size_t kRowAlignment = 8;

constexpr std::size_t Align(std::size_t offset, std::size_t alignment) {
    return (offset + alignment - 1) / alignment * alignment;
}

}  // namespace

std::size_t RowSize(const std::vector<ColumnSize>& columns, bool has_nulls) {
    const std::size_t bits = has_nulls ? (columns.size() + 7) / 8 : 0;
    std::size_t size = Align(kHeader + bits, kRowAlignment);
    for (const ColumnSize& column : columns) {
        size = Align(size, column.alignment) + column.bytes;
    }
    return Align(size, kRowAlignment);
}

}  // namespace gb_enums::convert
