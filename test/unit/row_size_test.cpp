// The sizes of rows, against lp_len of heap_page_items in PostgreSQL 15, rounded up as it lies
// there.

#include "convert/size/row_size.hpp"

#include <gtest/gtest.h>

namespace gb_enums::convert {
namespace {

constexpr ColumnSize kSmallint{2, 2};
constexpr ColumnSize kInteger{4, 4};
constexpr ColumnSize kBigint{8, 8};

/// A text of that many characters, with its header of one byte.
ColumnSize Text(std::size_t length) {
    return {length + 1, 1};
}

TEST(RowSize, HasAHeaderAndEndsOnAMultipleOfEight) {
    EXPECT_EQ(RowSize({}, false), 24U);
    EXPECT_EQ(RowSize({kSmallint}, false), 32U);
    EXPECT_EQ(RowSize({kBigint}, false), 32U);
    EXPECT_EQ(RowSize({kBigint, kSmallint}, false), 40U);
}

TEST(RowSize, PadsBetweenColumns) {
    EXPECT_EQ(RowSize({kSmallint, kBigint, kSmallint, kBigint}, false), 56U);
    EXPECT_EQ(RowSize({kBigint, kBigint, kSmallint, kSmallint}, false), 48U);
    EXPECT_EQ(RowSize({Text(7), kInteger}, false), 40U);
    EXPECT_EQ(RowSize({Text(9), kInteger}, false), 40U);
    EXPECT_EQ(RowSize({kInteger, Text(9)}, false), 40U);
}

TEST(RowSize, HasABitForEachColumnWhereThereAreNulls) {
    EXPECT_EQ(RowSize(std::vector<ColumnSize>(8, kSmallint), true), 40U);
    EXPECT_EQ(RowSize(std::vector<ColumnSize>(9, kSmallint), true), 56U);
}

TEST(RowSize, SavesNothingBeforeABigint) {
    EXPECT_EQ(RowSize({kBigint, Text(7), kBigint}, false),
              RowSize({kBigint, kSmallint, kBigint}, false));
    EXPECT_GT(RowSize({kBigint, Text(8), kBigint}, false),
              RowSize({kBigint, kSmallint, kBigint}, false));
}

}  // namespace
}  // namespace gb_enums::convert
