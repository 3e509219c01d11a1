#include <gtest/gtest.h>

#include <algorithm>

#include "source/identifiers.hpp"
#include "source/words.hpp"

namespace gb_enums {
namespace {

using Strings = std::vector<std::string>;

TEST(WordsOf, FindsWordsHoweverTheyAreWritten) {
    for (const std::string_view name :
         {"in progress", "in_progress", "In-Progress", "inProgress", "  in//progress  "}) {
        EXPECT_EQ(WordsOf(name), (Strings{"in", "progress"})) << name;
    }
    EXPECT_EQ(WordsOf("HTTPError"), (Strings{"http", "error"}));
    EXPECT_EQ(WordsOf("TODO"), (Strings{"todo"}));
    EXPECT_EQ(WordsOf("gpt4o"), (Strings{"gpt4o"}));
    EXPECT_EQ(WordsOf("v1.2"), (Strings{"v1", "2"}));
    EXPECT_EQ(WordsOf("A1"), (Strings{"a1"}));
}

TEST(WordsOf, KeepsLettersWithoutTheirAccents) {
    EXPECT_EQ(WordsOf("Ação concluída"), (Strings{"acao", "concluida"}));
    EXPECT_EQ(WordsOf("na\u00efve \u0141\u00f3d\u017a"), (Strings{"naive", "lodz"}));
    EXPECT_EQ(WordsOf("e\u0301te\u0301"), (Strings{"ete"}));
    EXPECT_EQ(WordsOf("2\u00d73"), (Strings{"2", "3"}));
}

TEST(WordsOf, NumbersOtherCharacters) {
    EXPECT_EQ(WordsOf("完成"), (Strings{"u5b8c", "u6210"}));
    EXPECT_EQ(WordsOf("ok \U0001F600"), (Strings{"ok", "u1f600"}));
    EXPECT_EQ(WordsOf("a\u3000b\u2014c\u00a0d"), (Strings{"a", "b", "c", "d"}));
}

TEST(WordsOf, TakesBytesThatAreNoUtf8ForSigns) {
    EXPECT_EQ(WordsOf("a\xff"
                      "b\xc3"),
              (Strings{"a", "b"}));
    EXPECT_EQ(WordsOf("\xed\xa0"), Strings{});
    EXPECT_EQ(WordsOf("-- !"), Strings{});
    EXPECT_EQ(WordsOf(""), Strings{});
}

Strings Make(CaseStyle style, const std::vector<Wanted>& group, std::string_view reserved = "") {
    return Identifiers(style, reserved).Make(group);
}

TEST(Identifiers, AreInTheStyleOfTheLanguage) {
    EXPECT_EQ(Make(CaseStyle::kPascal, {{"waiting_approval", "4"}}), Strings{"WaitingApproval"});
    EXPECT_EQ(Make(CaseStyle::kUpperSnake, {{"waitingApproval", "4"}}),
              Strings{"WAITING_APPROVAL"});
    EXPECT_EQ(Make(CaseStyle::kAsItIs, {{"waitingApproval", "4"}}), Strings{"waitingApproval"});
    EXPECT_EQ(Make(CaseStyle::kAsItIs, {{"waiting Approval", "4"}}), Strings{"waiting_approval"});
}

TEST(Identifiers, BeginWithALetter) {
    EXPECT_EQ(Make(CaseStyle::kPascal, {{"404", "404"}, {"--", "5"}, {"2nd", "6"}}),
              (Strings{"Value404", "Value", "Value2nd"}));
    EXPECT_EQ(Make(CaseStyle::kAsItIs, {{"__proto__", "1"}, {"_", "2"}}), (Strings{"proto", "_"}));
    EXPECT_EQ(Identifiers(CaseStyle::kPascal, "").Make({{"404", "404"}}, "Status"),
              Strings{"Status404"});
}

TEST(Identifiers, QualifyAllThatWouldBeTheSame) {
    EXPECT_EQ(Make(CaseStyle::kPascal, {{"a-b", "1"}, {"other", "2"}, {"a b", "minus 3"}}),
              (Strings{"AB1", "Other", "ABMinus3"}));
    EXPECT_EQ(Make(CaseStyle::kAsItIs, {{"Open", "1"}, {"open", "2"}}),
              (Strings{"open_1", "open_2"}));
}

TEST(Identifiers, LeaveThoseAloneThatArePlain) {
    EXPECT_EQ(Make(CaseStyle::kUpperSnake, {{"a 7", "1"}, {"a", "7"}, {"A", "8"}, {"A_7_2", "9"}}),
              (Strings{"A_7", "A_7_3", "A_8", "A_7_2"}));
}

TEST(Identifiers, QualifyWordsOfTheLanguage) {
    EXPECT_EQ(Make(CaseStyle::kPascal, {{"self", "3"}, {"none", "4"}}, "Self None"),
              (Strings{"Self3", "None4"}));
}

TEST(Identifiers, AreUniqueInTheirScope) {
    Identifiers scope(CaseStyle::kPascal, "", "Code Names");
    EXPECT_EQ(scope.Make({{"state", "app"}, {"state", "shop"}, {"state_names", "app"}}),
              (Strings{"StateApp", "StateShop", "StateNames"}));
    EXPECT_EQ(scope.Make({{"state", "app"}, {"state_app", "shop"}, {"state_shop_code", "x"}}),
              (Strings{"StateApp2", "StateAppShop", "StateShopCodeX"}));
}

TEST(Identifiers, AreUniqueHoweverManyThereAre) {
    std::vector<Wanted> group;
    std::vector<std::string> names;
    for (int i = 0; i < 4000; ++i) {
        names.push_back(std::string(1 + i % 60, '-') + std::to_string(i / 60));
    }
    for (int i = 0; i < 4000; ++i) {
        group.push_back({names[i], std::to_string(i)});
    }
    Strings made = Make(CaseStyle::kUpperSnake, group);
    std::sort(made.begin(), made.end());
    EXPECT_EQ(std::adjacent_find(made.begin(), made.end()), made.end());
}

}  // namespace
}  // namespace gb_enums
