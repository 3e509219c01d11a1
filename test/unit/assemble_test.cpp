#include "definition/assemble.hpp"

#include <gtest/gtest.h>

#include "definition/edit.hpp"

namespace gb_enums {
namespace {

TEST(AssembleDefinition, NumbersNamesFromZero) {
    EXPECT_EQ(AssembleDefinition("", "", {"low", "in progress"}), "0 low\n1 \"in progress\"\n");
}

TEST(AssembleDefinition, GoesOnAfterTheCodesOfTheOtherParts) {
    EXPECT_EQ(AssembleDefinition("0 low", "7 high", {"urgent", "now"}),
              "0 low\n7 high\n8 urgent\n9 now\n");
    EXPECT_EQ(AssembleDefinition("", "# nothing yet", {"low"}), "# nothing yet\n0 low\n");
}

TEST(AssembleDefinition, CountsTheLinesThatTheCallerWrote) {
    try {
        AssembleDefinition("0 low\n1 high\n", "2 urgent\nnow", {});
        FAIL();
    } catch (const DefinitionError& error) {
        EXPECT_EQ(error.line(), 2U);
    }
}

TEST(AssembleDefinition, NamesNoLineForWhatIsWrongWithNames) {
    EXPECT_THROW(AssembleDefinition("0 low", "", {"low"}), EditError);
    EXPECT_THROW(AssembleDefinition("32766 last", "", {"a", "b"}), EditError);
    EXPECT_THROW(AssembleDefinition("", "", {}), EditError);
}

TEST(RepairDefinition, MakesLinesInTheWayComments) {
    EXPECT_EQ(RepairDefinition("0 low\nhigh\n0 again"), "0 low\n# high\n# 0 again");
}

TEST(RepairDefinition, InventsAValueWhenNoneIsLeft) {
    EXPECT_EQ(RepairDefinition("low"), "# low\n0 unknown");
    EXPECT_EQ(RepairDefinition(""), "0 unknown");
}

}  // namespace
}  // namespace gb_enums
