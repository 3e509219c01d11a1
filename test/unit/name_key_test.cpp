#include "definition/name_key.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace gb_enums {
namespace {

// Every length around the words that names are read in, on the heap, so that a read beyond the end
// is found.
TEST(NameKey, ANameIsItself) {
    for (std::size_t size = 0; size <= 70; ++size) {
        const std::vector<char> a(size, 'x');
        const std::vector<char> b = a;
        const std::string_view first(a.data(), size);
        const std::string_view second(b.data(), size);
        EXPECT_TRUE(SameName(first, second)) << size;
        EXPECT_EQ(HashName(first), HashName(second)) << size;
    }
}

TEST(NameKey, EveryByteCounts) {
    for (std::size_t size = 1; size <= 70; ++size) {
        const std::string name(size, 'x');
        for (std::size_t i = 0; i < size; ++i) {
            std::string other = name;
            other[i] = 'y';
            EXPECT_FALSE(SameName(name, other)) << size << " at " << i;
            EXPECT_NE(HashName(name), HashName(other)) << size << " at " << i;
        }
    }
}

TEST(NameKey, TheLengthCounts) {
    for (std::size_t size = 0; size < 70; ++size) {
        const std::string name(size, 'x');
        EXPECT_FALSE(SameName(name, name + 'x')) << size;
        EXPECT_FALSE(SameName(name + 'x', name)) << size;
        EXPECT_NE(HashName(name), HashName(name + 'x')) << size;
    }
    EXPECT_FALSE(SameName("", std::string_view("\0", 1)));
}

// Names that people number must spread over the places of a table as by chance, which puts 5 or so
// of 10,000 names at one of 32,768 places.
TEST(NameKey, NumberedNamesSpread) {
    for (const char* prefix :
         {"", "v", "level_", "status_number_", "a_rather_long_prefix_of_names_"}) {
        for (const char* suffix : {"", "x", "_of_them", "_and_a_suffix_that_is_long"}) {
            std::vector<int> names_at(32768);
            for (int i = 0; i < 10000; ++i) {
                ++names_at[HashName(prefix + std::to_string(i) + suffix) % names_at.size()];
            }
            EXPECT_LE(*std::max_element(names_at.begin(), names_at.end()), 8) << prefix << suffix;
        }
    }
}

}  // namespace
}  // namespace gb_enums
