#include "definition/listing.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "failing_memory.hpp"

namespace gb_enums {
namespace {

Definition Parse(std::string_view body) {
    return Definition::Parse(body, std::pmr::get_default_resource());
}

/// A definition with the codes first, first + step, ..., and names n<code>.
Definition Numbered(int first, int count, int step = 1) {
    std::string body;
    for (int i = 0; i < count; ++i) {
        body += fmt::format("{0} n{0}\n", first + i * step);
    }
    return Parse(body);
}

bool EndsWith(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

TEST(ListNames, JoinsThemAsASentenceDoes) {
    EXPECT_EQ(ListNames(Parse("0 a")), R"("a")");
    EXPECT_EQ(ListNames(Parse("0 a\n1 b")), R"("a" and "b")");
    EXPECT_EQ(ListNames(Parse("2 c\n0 a\n1 b")), R"("a", "b" and "c")") << "in code order";
}

TEST(ListNames, LeavesOutAliasesAndWhatIsDeprecated) {
    EXPECT_EQ(ListNames(Parse("0 a alias x\n1 b deprecated\n2 c\nretired 3 d")), R"("a" and "c")");
    EXPECT_EQ(ListNames(Parse("0 a deprecated")), "");
    EXPECT_EQ(ListAllNames(Parse("0 a deprecated\n1 b alias c\nretired 3 d")), R"("a" and "b")");
}

TEST(ListNames, ShowsTwentyAndCountsTheRest) {
    const auto with_20 = ListNames(Numbered(0, 20));
    EXPECT_TRUE(EndsWith(with_20, R"(, "n17", "n18" and "n19")")) << with_20;
    const auto with_21 = ListNames(Numbered(0, 21));
    EXPECT_TRUE(EndsWith(with_21, R"(, "n18", "n19" and 1 more)")) << with_21;
    const auto with_1000 = ListNames(Numbered(0, 1000));
    EXPECT_TRUE(EndsWith(with_1000, R"(, "n18", "n19" and 980 more)")) << with_1000;
}

TEST(ListNames, DoesNotCountDeprecatedOnesAsMore) {
    std::string body;
    for (int i = 0; i < 30; ++i) {
        body += fmt::format("{0} n{0}{1}\n", i, i < 20 ? "" : " deprecated");
    }
    EXPECT_EQ(ListNames(Parse(body)), ListNames(Numbered(0, 20)));
}

TEST(ListCodes, ShortensRunsOfThreeAndMore) {
    EXPECT_EQ(ListCodes(Numbered(5, 1)), "5");
    EXPECT_EQ(ListCodes(Numbered(5, 2)), "5 and 6");
    EXPECT_EQ(ListCodes(Numbered(5, 3)), "5 to 7");
    EXPECT_EQ(ListCodes(Parse("1 user\n2 assistant\n3 system\n4 tool\n9 episodic\n10 compact")),
              "1 to 4, 9 and 10");
    EXPECT_EQ(ListCodes(Parse("1 a\n2 b\n9 c\n10 d\n11 e\n20 f")), "1, 2, 9 to 11 and 20");
}

TEST(ListCodes, WorksAtBothEnds) {
    EXPECT_EQ(ListCodes(Parse("-32768 a\n-32767 b\n-32766 c\n0 d\n32766 e\n32767 f")),
              "-32768 to -32766, 0, 32766 and 32767");
    EXPECT_EQ(ListCodes(Numbered(-1, 3)), "-1 to 1");
}

TEST(ListCodes, KeepsDeprecatedOnes) {
    EXPECT_EQ(ListCodes(Parse("0 a\n1 b deprecated\n2 c\nretired 3 d")), "0 to 2");
}

TEST(ListCodes, ShowsTwentyRunsAndCountsTheCodesLeft) {
    const auto with_20 = ListCodes(Numbered(0, 20, 2));
    EXPECT_TRUE(EndsWith(with_20, ", 34, 36 and 38")) << with_20;
    const auto with_25 = ListCodes(Numbered(0, 25, 2));
    EXPECT_TRUE(EndsWith(with_25, ", 36, 38 and 5 more")) << with_25;
    // A run and a pair behind the twentieth count as the codes they are.
    std::string body = "100 a\n101 b\n102 c\n200 d\n201 e\n";
    for (int i = 0; i < 20; ++i) {
        body += fmt::format("{0} n{0}\n", 2 * i);
    }
    const auto with_run = ListCodes(Parse(body));
    EXPECT_TRUE(EndsWith(with_run, ", 36, 38 and 5 more")) << with_run;
}

TEST(Listing, FailsCleanlyWhereverTheHeapRunsOut) {
    const Definition definition = Numbered(0, 30, 2);
    for (const auto list : {ListNames, ListCodes}) {
        const std::string expected = list(definition);
        std::size_t n = 1;
        for (;; ++n) {
            bool same = false;
            const auto run = test::Heap::Run(n, [&] { same = list(definition) == expected; });
            EXPECT_EQ(run.left_over, 0) << "allocation " << n;
            EXPECT_EQ(run.out_of_memory, run.refused) << "allocation " << n;
            if (!run.refused) {
                EXPECT_TRUE(same);
                break;
            }
        }
        EXPECT_GT(n, 2U);
    }
}

}  // namespace
}  // namespace gb_enums
