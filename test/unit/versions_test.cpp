#include "definition/versions.hpp"

#include <gtest/gtest.h>

#include "definition/edit.hpp"

namespace gb_enums {
namespace {

constexpr std::string_view kBefore =
    "# a comment\n0 new \"Just arrived\"\n1 open alias \"in work\" alias on\n2 closed deprecated "
    "use open\n"
    "retired 3 lost\n";

Definition Parse(std::string_view body) {
    return Definition::Parse(body, std::pmr::get_default_resource());
}

/// The names of the values that kBefore has and another definition has not.
std::vector<std::string> RemovedBy(std::string_view after) {
    const Definition before = Parse(kBefore);
    std::vector<std::string> names;
    for (const Value* value : RemovedValues(before, Parse(after))) {
        names.emplace_back(value->name);
    }
    return names;
}

/// The message and the hint of the error that another definition leads to.
std::string ErrorOf(std::string_view after) {
    try {
        RemovedBy(after);
    } catch (const EditError& error) {
        return std::string(error.what()) + " / " + error.hint();
    }
    return "no error";
}

TEST(RemovedValues, AreThoseWhoseCodesAreReserved) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(RemovedBy(kBefore), Names{});
    EXPECT_EQ(RemovedBy("0 a\n1 b\n2 c\nretired 3 lost\n4 more"), Names{});
    EXPECT_EQ(RemovedBy("retired 0 new\n1 open\nretired 2 closed\nretired 3 lost"),
              (Names{"new", "closed"}));
    EXPECT_EQ(RemovedBy("0 new\n1 open\n2 closed\n3 lost \"found again\""), Names{});
}

TEST(RemovedValues, CodesStayWithTheirValues) {
    EXPECT_EQ(
        ErrorOf("0 new\n2 closed\nretired 3 lost"),
        "code 1 is not reserved for the removed value \"open\" / Add the line: retired 1 open");
    EXPECT_EQ(
        ErrorOf("0 new\n1 open\n2 closed"),
        "code 3 is not reserved for the removed value \"lost\" / Add the line: retired 3 lost");
    EXPECT_EQ(ErrorOf("0 new\n1 open\n2 closed\n3 found"),
              "code 3 stood for \"lost\" once / Codes never change their meaning: rows may still "
              "have it.");
}

/// What two definitions say of the first code that is not the same.
std::pair<std::string, std::string> Difference(std::string_view left, std::string_view right) {
    const auto difference = FirstDifference(Parse(left), Parse(right));
    return difference ? std::pair(difference->left, difference->right)
                      : std::pair(std::string("same"), std::string());
}

TEST(FirstDifference, IsNotOneOfLayout) {
    EXPECT_EQ(Difference(kBefore, kBefore).first, "same");
    EXPECT_EQ(Difference(kBefore,
                         "retired 3 lost\n\n  2  closed  deprecated  use open\n"
                         "1 open alias on alias \"in work\" # this\n0 new \"Just arrived\"")
                  .first,
              "same");
}

TEST(FirstDifference, IsTheLowestCode) {
    using Lines = std::pair<std::string, std::string>;
    EXPECT_EQ(Difference("0 a\n1 b", "0 a\n1 c"), Lines("1 b", "1 c"));
    EXPECT_EQ(Difference("0 a\n1 b", "0 a\n-1 b"), Lines("1 b", ""));
    EXPECT_EQ(Difference("0 a", "0 a\n1 b\n2 c"), Lines("", "1 b"));
    EXPECT_EQ(Difference("0 a\nretired 1 b", "0 a\n1 b"), Lines("retired 1 b", "1 b"));
    EXPECT_EQ(Difference("0 a", "0 a \"\""), Lines("0 a", "0 a \"\""));
    EXPECT_EQ(Difference("0 a alias x", "0 a"), Lines("0 a alias x", "0 a"));
}

}  // namespace
}  // namespace gb_enums
