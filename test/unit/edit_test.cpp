#include "definition/edit.hpp"

#include <functional>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gb_enums {
namespace {

constexpr std::string_view kBody =
    "# tickets\n"
    "0 new       \"Just arrived\"   # a comment\n"
    "1 open      alias reopened alias \"in progress\"\n"
    "2 done      deprecated use closed\n"
    "5 closed\n"
    "retired 7 escalated";

/// What a change makes of kBody, or why it cannot be made.
std::string After(const std::function<void(DefinitionEdit*)>& change) {
    DefinitionEdit edit(kBody);
    try {
        change(&edit);
    } catch (const EditError& error) {
        EXPECT_EQ(edit.body(), kBody) << "a failed change changes nothing";
        EXPECT_EQ(edit.definition().values().size(), 4U);
        return std::string("error: ") + error.what();
    }
    EXPECT_NO_THROW(Definition::Parse(edit.body(), std::pmr::get_default_resource()));
    return edit.body();
}

/// kBody with one line replaced.
std::string With(std::string_view line, std::string_view by) {
    std::string body(kBody);
    body.replace(body.find(line), line.size(), by);
    return body;
}

TEST(Edit, AddsAValueWithTheCodeAboveAllThatEverWere) {
    EXPECT_EQ(After([](DefinitionEdit* edit) {
                  EXPECT_EQ(ToInt(edit->AddValue("late", std::nullopt, std::nullopt, {})), 8);
              }),
              std::string(kBody) + "\n8 late\n");
}

TEST(Edit, AddsAValueWithAllThatItCanHave) {
    EXPECT_EQ(After([](DefinitionEdit* edit) {
                  edit->AddValue("on hold", -3, "say \"no\"\n\\", {"#1", "paused"});
              }),
              std::string(kBody) +
                  "\n-3 \"on hold\" \"say \\\"no\\\"\\n\\\\\" alias \"#1\" alias paused\n");
}

TEST(Edit, TakesTheLowestFreeCodeWhenThereIsNoneAbove) {
    DefinitionEdit edit("0 a\n32767 z\nretired 1 b");
    EXPECT_EQ(ToInt(edit.AddValue("c", std::nullopt, std::nullopt, {})), 2);
    EXPECT_EQ(ToInt(edit.AddValue("d", std::nullopt, std::nullopt, {})), 3);
}

TEST(Edit, RefusesWhatIsThereAlready) {
    const auto add = [](std::string_view name, std::optional<int> code,
                        const std::vector<std::string_view>& aliases = {}) {
        return After(
            [&](DefinitionEdit* edit) { edit->AddValue(name, code, std::nullopt, aliases); });
    };
    EXPECT_EQ(add("open", {}), "error: there is a value \"open\" already");
    EXPECT_EQ(add("reopened", {}), "error: \"reopened\" is an alias of \"open\"");
    EXPECT_EQ(add("x", 5), "error: code 5 stands for \"closed\"");
    EXPECT_EQ(add("x", 7), "error: code 7 stood for \"escalated\" once");
    EXPECT_EQ(add("x", {}, {"y", "y"}), "error: the name \"y\" stands twice");
    EXPECT_EQ(add("x", {}, {"x"}), "error: the name \"x\" stands twice");
    EXPECT_EQ(add("x", {}, {"new"}), "error: there is a value \"new\" already");
}

TEST(Edit, BringsARemovedValueBackUnderItsOldName) {
    EXPECT_EQ(
        After([](DefinitionEdit* edit) { edit->AddValue("escalated", 7, "back again", {"up"}); }),
        With("retired 7 escalated", "7 escalated \"back again\" alias up"));
}

TEST(Edit, RefusesWhatCannotBeANameOrACode) {
    const auto add = [](std::string_view name, std::optional<int> code) {
        return After([&](DefinitionEdit* edit) { edit->AddValue(name, code, std::nullopt, {}); });
    };
    EXPECT_EQ(add("", {}), "error: the name of a value must have 1 to 63 bytes, \"\" has 0");
    EXPECT_EQ(add(std::string(64, 'x'), {}),
              "error: the name of a value must have 1 to 63 bytes, \"" + std::string(64, 'x') +
                  "\" has 64");
    EXPECT_EQ(add("x", 32768),
              "error: 32768 is not a code; a code is a number from -32768 to 32767");
    EXPECT_EQ(add("x", -40000),
              "error: -40000 is not a code; a code is a number from -32768 to 32767");
}

TEST(Edit, TakesANumberAsANameOfItsOwnCodeOnly) {
    const auto other = [](std::string_view what, std::string_view number) {
        return fmt::format("error: {} must not be another code: \"{}\" would be read as code {}",
                           what, number, number);
    };
    const auto add = [](std::string_view name, std::optional<int> code, std::string_view alias) {
        return After(
            [&](DefinitionEdit* edit) { edit->AddValue(name, code, std::nullopt, {alias}); });
    };
    EXPECT_EQ(add("12", 12, "x"), std::string(kBody) + "\n12 12 alias x\n");
    EXPECT_EQ(add("8", {}, "x"), std::string(kBody) + "\n8 8 alias x\n");
    EXPECT_EQ(add("x", -1, "-1"), std::string(kBody) + "\n-1 x alias -1\n");
    EXPECT_EQ(add("12", {}, "x"), other("the name of a value", "12"));
    EXPECT_EQ(add("x", 12, "13"), other("an alias", "13"));
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Rename("closed", "5"); }),
              std::string(kBody)
                  .replace(kBody.find("5 closed"), 8, "5 5")
                  .replace(kBody.find("2 done      deprecated use closed"), 33,
                           "2 done deprecated use 5"));
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Rename("closed", "0"); }),
              other("the name of a value", "0"));
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->AddAlias("closed", "5"); }),
              With("5 closed", "5 closed alias 5"));
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->AddAlias("closed", "7"); }),
              other("an alias", "7"));
}

TEST(Edit, IsFullWhenThereIsNoRoom) {
    std::string body;
    for (int i = 0; i < static_cast<int>(kMaxValues); ++i) {
        body += std::to_string(i) + " value" + std::to_string(i) + '\n';
    }
    DefinitionEdit edit(body);
    EXPECT_THROW(edit.AddValue("more", std::nullopt, std::nullopt, {}), EditError);
    EXPECT_THROW(edit.AddValue("more", -1, std::nullopt, {}), EditError);
}

TEST(Edit, RenamesAndWhatRefersToIt) {
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Rename("new", "fresh"); }),
              With("0 new       \"Just arrived\"   # a comment", "0 fresh \"Just arrived\""));
    std::string expected = With("5 closed", "5 \"shut down\"");
    const std::string line = "2 done      deprecated use closed";
    expected.replace(expected.find(line), line.size(), "2 done deprecated use \"shut down\"");
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Rename("closed", "shut down"); }), expected);
    // The old name can stay as an alias, and an alias can become the name.
    expected = With("5 closed", "5 \"shut down\" alias closed");
    expected.replace(expected.find(line), line.size(), "2 done deprecated use \"shut down\"");
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Rename("closed", "shut down", true); }),
              expected);
    DefinitionEdit back("1 open alias ajar\n2 old deprecated use ajar\n");
    back.Rename("open", "ajar", true);
    EXPECT_EQ(back.body(), "1 ajar alias open\n2 old deprecated use ajar\n");
    back.Rename("ajar", "open");
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Rename("closed", "open"); }),
              "error: there is a value \"open\" already");
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Rename("reopened", "x"); }),
              "error: \"reopened\" is an alias, not a value");
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Rename("nothing", "x"); }),
              "error: there is no value \"nothing\"");
}

TEST(Edit, Describes) {
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Describe("closed", "over"); }),
              With("5 closed", "5 closed \"over\""));
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Describe("closed", ""); }),
              With("5 closed", "5 closed \"\""));
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Describe("new", std::nullopt); }),
              With("0 new       \"Just arrived\"   # a comment", "0 new"));
}

TEST(Edit, AddsAndDropsAliases) {
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->AddAlias("closed", "shut"); }),
              With("5 closed", "5 closed alias shut"));
    EXPECT_EQ(
        After([](DefinitionEdit* edit) { edit->DropAlias("reopened"); }),
        With("1 open      alias reopened alias \"in progress\"", "1 open alias \"in progress\""));
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->AddAlias("closed", "reopened"); }),
              "error: \"reopened\" is an alias of \"open\"");
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->DropAlias("open"); }),
              "error: \"open\" is a value, not an alias");
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->DropAlias("nothing"); }),
              "error: there is no alias \"nothing\"");
}

TEST(Edit, DeprecatesAndTakesItBack) {
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Deprecate("new", "open"); }),
              With("0 new       \"Just arrived\"   # a comment",
                   "0 new \"Just arrived\" deprecated use open"));
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Deprecate("done", std::nullopt); }),
              With("2 done      deprecated use closed", "2 done deprecated"));
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Undeprecate("done"); }),
              With("2 done      deprecated use closed", "2 done"));
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Undeprecate("new"); }),
              "error: \"new\" is not deprecated");
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Deprecate("closed", "open"); }),
              "error: \"closed\" is what to use instead of \"done\"");
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Deprecate("open", "done"); }),
              "error: \"done\" cannot replace \"open\": it is deprecated itself");
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Deprecate("open", "open"); }),
              "error: \"open\" cannot replace \"open\": it is the same value");
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Deprecate("open", "nothing"); }),
              "error: there is no value \"nothing\"");
}

TEST(Edit, KeepsTheCodeOfWhatItRemoves) {
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Remove("open"); }),
              With("1 open      alias reopened alias \"in progress\"", "retired 1 open"));
    EXPECT_EQ(After([](DefinitionEdit* edit) { edit->Remove("closed"); }),
              "error: \"closed\" is what to use instead of \"done\"");
    DefinitionEdit last("3 only");
    EXPECT_THROW(last.Remove("only"), EditError);
    DefinitionEdit edit("1 a\n2 b");
    edit.Remove("b");
    EXPECT_EQ(ToInt(edit.AddValue("c", std::nullopt, std::nullopt, {})), 3)
        << "no other value gets the code";
    EXPECT_EQ(ToInt(edit.AddValue("b", std::nullopt, std::nullopt, {})), 2)
        << "the value comes back with its code";
    EXPECT_EQ(edit.body(), "1 a\n2 b\n3 c\n");
}

TEST(Edit, RefusesNamesWithTheBytesOfAnotherCode) {
    DefinitionEdit edit("0 ok\n28271 far");
    EXPECT_THROW(edit.AddValue("no", std::nullopt, std::nullopt, {}), EditError);
    EXPECT_THROW(edit.AddAlias("ok", "no"), EditError);
    EXPECT_THROW(edit.Rename("ok", "no"), EditError);
    EXPECT_THROW(edit.AddValue("other", 28523, std::nullopt, {}), EditError);
    edit.AddAlias("far", "no");
    EXPECT_EQ(edit.body(), "0 ok\n28271 far alias no");
}

TEST(Edit, SkipsCodesWithTheBytesOfAName) {
    DefinitionEdit edit("28522 far\n0 ok");
    EXPECT_EQ(ToInt(edit.AddValue("next", std::nullopt, std::nullopt, {})), 28524);
}

TEST(Edit, KeepsTheBytesOfARemovedNameFree) {
    DefinitionEdit edit("28522 far\nretired 0 ok");
    EXPECT_THROW(edit.AddValue("other", 28523, std::nullopt, {}), EditError);
    EXPECT_EQ(ToInt(edit.AddValue("next", std::nullopt, std::nullopt, {})), 28524);
    EXPECT_EQ(ToInt(edit.AddValue("ok", std::nullopt, std::nullopt, {})), 0);
}

TEST(Edit, QuotesNamesThatWouldBeMistakes) {
    DefinitionEdit edit("0 a");
    edit.Rename("a", "a=b");
    edit.AddAlias("a=b", "c,d");
    EXPECT_EQ(edit.body(), "0 \"a=b\" alias \"c,d\"");
}

TEST(Edit, AnAliasThatIsAReplacementStays) {
    DefinitionEdit edit("1 a deprecated use c\n2 b alias c");
    EXPECT_THROW(edit.DropAlias("c"), EditError);
    EXPECT_THROW(edit.Remove("b"), EditError);
    EXPECT_THROW(edit.Deprecate("b", std::nullopt), EditError);
    edit.Rename("b", "d");
    EXPECT_EQ(edit.body(), "1 a deprecated use c\n2 d alias c");
}

TEST(Edit, ReadsBackWhateverTextANameHas) {
    for (const std::string_view name :
         {" ", "#", "a#b", "\"", "\\", "a\\nb", "a\nb", "alias", "retired", "deprecated", "use",
          "tab\there", "\r", "-", "00", "é", "'; DROP TABLE x; --", "$$", "$x$"}) {
        DefinitionEdit edit(kBody);
        const Code code = edit.AddValue(name, std::nullopt, name, {});
        const Value* value = edit.definition().Find(code);
        ASSERT_NE(value, nullptr);
        EXPECT_EQ(value->name, name);
        EXPECT_EQ(value->description, name);
        edit.Rename(name, "plain");
        edit.Rename("plain", name);
        EXPECT_EQ(edit.definition().Find(name)->code, code);
    }
}

}  // namespace
}  // namespace gb_enums
