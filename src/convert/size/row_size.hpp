#pragma once

#include <cstddef>
#include <vector>

namespace gb_enums::convert {

/// The size of a column in a row: its bytes, after padding to a multiple of `alignment`.
struct ColumnSize {
    std::size_t bytes;
    std::size_t alignment;
};

/// The bytes of a row in a page, with its header and all padding, but without its pointer in the
/// page: PostgreSQL's documentation, "Database Page Layout".
std::size_t RowSize(const std::vector<ColumnSize>& columns, bool has_nulls);

}  // namespace gb_enums::convert
