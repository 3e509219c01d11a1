#include "definition/definition.hpp"

#include <memory_resource>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "failing_memory.hpp"

namespace gb_enums {
namespace {

using test::FailingMemory;
using test::Heap;

Definition Parse(std::string_view body) {
    return Definition::Parse(body, std::pmr::get_default_resource());
}

/// "line: message" of the error that a body causes.
std::string ErrorOf(std::string_view body) {
    try {
        Parse(body);
    } catch (const DefinitionError& error) {
        return fmt::format("{}: {}", error.line(), error.what());
    }
    return "no error";
}

std::string NameOf(const Definition& definition, int code) {
    const Value* value = definition.Find(Code{static_cast<std::int16_t>(code)});
    return value == nullptr ? "(none)" : std::string(value->name);
}

/// The code of a name or alias, or nothing.
std::optional<int> CodeOf(const Definition& definition, std::string_view name) {
    const Value* value = definition.Find(name);
    return value == nullptr ? std::nullopt : std::optional<int>(ToInt(value->code));
}

// What a definition says --------------------------------------------------------------------------

TEST(Parse, ReadsTheCodeAndTheName) {
    const Definition definition = Parse("3 paused");
    ASSERT_EQ(definition.values().size(), 1U);
    const Value& value = definition.values().front();
    EXPECT_EQ(ToInt(value.code), 3);
    EXPECT_EQ(value.name, "paused");
    EXPECT_EQ(value.description, "");
    EXPECT_FALSE(value.has_description);
    EXPECT_FALSE(value.deprecated);
    EXPECT_EQ(value.replacement, "");
    EXPECT_TRUE(value.aliases.empty());
    EXPECT_TRUE(definition.retired().empty());
}

TEST(Parse, ReadsEveryClause) {
    const Definition definition = Parse(
        "0 new \"Just arrived\" alias fresh alias \"brand new\"\n"
        "1 stale \"Old\" deprecated use new alias dusty\n"
        "2 gone deprecated\n"
        "retired 5 lost\n"
        "retired 3 \"far gone\"\n");
    ASSERT_EQ(definition.values().size(), 3U);
    const Value& fresh = definition.values()[0];
    EXPECT_TRUE(fresh.has_description);
    EXPECT_EQ(fresh.description, "Just arrived");
    ASSERT_EQ(fresh.aliases.size(), 2U);
    EXPECT_EQ(fresh.aliases[0], "fresh");
    EXPECT_EQ(fresh.aliases[1], "brand new");
    EXPECT_FALSE(fresh.deprecated);
    const Value& stale = definition.values()[1];
    EXPECT_TRUE(stale.deprecated);
    EXPECT_EQ(stale.replacement, "new");
    ASSERT_EQ(stale.aliases.size(), 1U);
    EXPECT_EQ(stale.aliases[0], "dusty");
    const Value& gone = definition.values()[2];
    EXPECT_TRUE(gone.deprecated);
    EXPECT_EQ(gone.replacement, "");
    EXPECT_FALSE(gone.has_description);
    ASSERT_EQ(definition.retired().size(), 2U);
    EXPECT_EQ(ToInt(definition.retired()[0].code), 3);
    EXPECT_EQ(definition.retired()[0].name, "far gone");
    EXPECT_EQ(ToInt(definition.retired()[1].code), 5);
    EXPECT_EQ(definition.retired()[1].name, "lost");
}

TEST(Parse, TakesClausesInAnyOrder) {
    const Definition definition = Parse("0 a\n1 b alias c deprecated alias d use a");
    const Value& value = definition.values()[1];
    EXPECT_TRUE(value.deprecated);
    EXPECT_EQ(value.replacement, "a");
    EXPECT_EQ(value.aliases.size(), 2U);
}

TEST(Parse, TellsAnEmptyDescriptionFromNone) {
    const Definition definition = Parse("0 a \"\"\n1 b");
    EXPECT_TRUE(definition.values()[0].has_description);
    EXPECT_EQ(definition.values()[0].description, "");
    EXPECT_FALSE(definition.values()[1].has_description);
}

TEST(Parse, PutsValuesInTheOrderOfTheirCodes) {
    const Definition definition =
        Parse("7 g\n-2 minus \"d\" alias m\n0 zero\n3 c deprecated use g");
    std::string order;
    for (const Value& value : definition.values()) {
        order += fmt::format("{}={} ", ToInt(value.code), value.name);
    }
    EXPECT_EQ(order, "-2=minus 0=zero 3=c 7=g ");
    EXPECT_EQ(definition.values()[0].description, "d");
    EXPECT_EQ(definition.values()[0].aliases.at(0), "m");
    EXPECT_EQ(definition.values()[2].replacement, "g");
}

TEST(Parse, SkipsBlankLinesAndComments) {
    const Definition definition = Parse(
        "\n   \n# a comment\n\t# another \"one\n0 a # behind a value\n1 b \"#no comment\" #\n"
        "2 c#d\n");
    ASSERT_EQ(definition.values().size(), 3U);
    EXPECT_FALSE(definition.values()[0].has_description);
    EXPECT_EQ(definition.values()[2].name, "c#d") << "a # within a word is no comment";
}

TEST(Parse, TakesAnyLineEnd) {
    for (const std::string_view body :
         {"0 a \"x\"\n1 b\n", "0 a \"x\"\r\n1 b\r\n", "0 a \"x\"\n1 b", "0 a \"x\" \r\n\r\n1\tb\r",
          "\n\n0 a \"x\"\n\n1 b\n\n"}) {
        const Definition definition = Parse(body);
        ASSERT_EQ(definition.values().size(), 2U) << body;
        EXPECT_EQ(definition.values()[0].description, "x") << body;
        EXPECT_EQ(definition.values()[1].name, "b") << body;
    }
}

TEST(Parse, UnquotesNamesAndDescriptions) {
    const Definition definition = Parse(
        "0 \"in review\" \"tab\\t, quote \\\", backslash \\\\, \\r\\n\" alias \"a \\\"b\\\"\"");
    const Value& value = definition.values().front();
    EXPECT_EQ(value.name, "in review");
    EXPECT_EQ(value.description, "tab\t, quote \", backslash \\, \r\n");
    EXPECT_EQ(value.aliases.at(0), "a \"b\"");
}

TEST(Parse, KeepsEveryByteOfAName) {
    const Definition definition = Parse("0 \xc3\xa9t\xc3\xa9\n1 o'neil\n2 back\\slash\n3 a;b--c\n");
    EXPECT_EQ(CodeOf(definition, "\xc3\xa9t\xc3\xa9"), 0);
    EXPECT_EQ(CodeOf(definition, "o'neil"), 1);
    EXPECT_EQ(CodeOf(definition, "back\\slash"), 2) << "outside quotes a backslash is itself";
    EXPECT_EQ(CodeOf(definition, "a;b--c"), 3);
}

TEST(Parse, ReservesNoWordsForNames) {
    const Definition definition =
        Parse("0 retired\n1 alias alias use\n2 deprecated deprecated use alias\n3 \"use\\n\"");
    EXPECT_EQ(NameOf(definition, 0), "retired");
    EXPECT_EQ(CodeOf(definition, "alias"), 1);
    EXPECT_EQ(CodeOf(definition, "use"), 1);
    EXPECT_EQ(definition.Find("deprecated")->replacement, "alias");
}

TEST(Parse, QuotedClauseWordsAreNotClauses) {
    EXPECT_EQ(ErrorOf("0 a \"alias\" \"alias\" b").substr(0, 21), "1: unexpected \"alias\"");
    EXPECT_EQ(ErrorOf("\"retired\" 0 a").substr(0, 23), "1: \"retired\" is not a c");
}

TEST(Parse, TakesAReplacementByItsAliasAndBeforeItIsDefined) {
    const Definition definition = Parse("0 old deprecated use fresh\n1 new alias fresh");
    EXPECT_EQ(definition.values()[0].replacement, "fresh");
}

TEST(Parse, RetiredNamesMayServeAgain) {
    const Definition definition = Parse("retired 0 open\n1 open\nretired 2 open");
    EXPECT_EQ(CodeOf(definition, "open"), 1);
    EXPECT_EQ(NameOf(definition, 0), "(none)");
}

// Finding -----------------------------------------------------------------------------------------

TEST(Find, ByCodeGivesNothingInGapsAndBeyond) {
    const Definition definition = Parse("1 user\n2 assistant\n9 episodic\n10 compact");
    for (int code = -32768; code <= 32767; ++code) {
        const std::string expected = code == 1    ? "user"
                                     : code == 2  ? "assistant"
                                     : code == 9  ? "episodic"
                                     : code == 10 ? "compact"
                                                  : "(none)";
        ASSERT_EQ(NameOf(definition, code), expected) << code;
    }
}

TEST(Find, ByCodeAtBothEnds) {
    const Definition definition = Parse("-32768 first\n32767 last");
    EXPECT_EQ(NameOf(definition, -32768), "first");
    EXPECT_EQ(NameOf(definition, 32767), "last");
    EXPECT_EQ(NameOf(definition, -32767), "(none)");
    EXPECT_EQ(NameOf(definition, 32766), "(none)");
    EXPECT_EQ(NameOf(definition, 0), "(none)");
    EXPECT_EQ(definition.IndexOf(Code{-32768}), 0);
    EXPECT_EQ(definition.IndexOf(Code{32767}), 1);
    EXPECT_EQ(definition.IndexOf(Code{0}), -1);
}

TEST(Find, ByNameComparesByteByByte) {
    const Definition definition = Parse("0 open alias offen\n1 Open");
    EXPECT_EQ(CodeOf(definition, "open"), 0);
    EXPECT_EQ(CodeOf(definition, "offen"), 0);
    EXPECT_EQ(CodeOf(definition, "Open"), 1);
    for (const std::string_view unknown :
         {"", "ope", "opens", "open ", " open", "OPEN", "0", "offe"}) {
        EXPECT_EQ(CodeOf(definition, unknown), std::nullopt) << unknown;
    }
    EXPECT_EQ(CodeOf(definition, std::string_view("open\0", 5)), std::nullopt);
    EXPECT_EQ(CodeOf(definition, std::string(1 << 20, 'x')), std::nullopt);
}

TEST(Find, FindsEveryNameOfMany) {
    std::string body;
    for (int i = 0; i < 1000; ++i) {
        body += fmt::format("{} n{} alias a{}\n", i * 7 - 3500, i, i);
    }
    const Definition definition = Parse(body);
    for (int i = 0; i < 1000; ++i) {
        ASSERT_EQ(CodeOf(definition, fmt::format("n{}", i)), i * 7 - 3500);
        ASSERT_EQ(CodeOf(definition, fmt::format("a{}", i)), i * 7 - 3500);
        ASSERT_EQ(CodeOf(definition, fmt::format("x{}", i)), std::nullopt);
        ASSERT_EQ(NameOf(definition, i * 7 - 3500), fmt::format("n{}", i));
        ASSERT_EQ(NameOf(definition, i * 7 - 3499), "(none)");
    }
}

TEST(Find, WorksAfterTheDefinitionMoved) {
    Definition definition = Parse("0 a alias b\n5 c");
    const Definition moved = std::move(definition);
    EXPECT_EQ(CodeOf(moved, "b"), 0);
    EXPECT_EQ(CodeOf(moved, "c"), 5);
    EXPECT_EQ(NameOf(moved, 5), "c");
}

TEST(Find, KeepsNothingOfTheBodyItWasReadFrom) {
    auto body = std::make_unique<std::string>("0 open \"d\" alias offen");
    const Definition definition = Parse(*body);
    body->assign(body->size(), '?');
    body.reset();
    EXPECT_EQ(CodeOf(definition, "offen"), 0);
    EXPECT_EQ(definition.values()[0].description, "d");
}

// Limits ------------------------------------------------------------------------------------------

TEST(Limits, NamesHaveUpTo63Bytes) {
    const std::string longest(63, 'n');
    const Definition definition =
        Parse("0 " + longest + "\n1 b alias a" + longest.substr(1) + "\nretired 2 " + longest);
    EXPECT_EQ(CodeOf(definition, longest), 0);
    EXPECT_EQ(ErrorOf("0 a\n1 " + longest + "n"),
              "2: the name of a value must have 1 to 63 bytes, \"" + longest + "n\" has 64");
    EXPECT_EQ(ErrorOf("0 a alias " + longest + "n"),
              "1: an alias must have 1 to 63 bytes, \"" + longest + "n\" has 64");
    EXPECT_EQ(ErrorOf("0 a\nretired 1 " + longest + "n"),
              "2: the name of a retired code must have 1 to 63 bytes, \"" + longest + "n\" has 64");
}

TEST(Limits, DescriptionsHaveThatOfTheWhole) {
    const std::string long_text(kMaxBodyBytes - std::string_view("0 a \"\"").size(), 'd');
    EXPECT_EQ(Parse("0 a \"" + long_text + "\"").values()[0].description, long_text);
    EXPECT_EQ(ErrorOf("0 a \"" + long_text + "d\""),
              "1: a definition has at most 8388608 bytes, this one has 8388609");
}

TEST(Limits, HoldsAsManyValuesAsItSaysAndNoMore) {
    std::string body;
    for (std::size_t i = 0; i < kMaxValues; ++i) {
        body += fmt::format("{} n{}\n", static_cast<int>(i) - 16384, i);
    }
    const Definition definition = Parse(body);
    EXPECT_EQ(definition.values().size(), 32768U);
    EXPECT_EQ(NameOf(definition, -16384), "n0");
    EXPECT_EQ(NameOf(definition, 16383), "n32767");
    EXPECT_EQ(NameOf(definition, 16384), "(none)");
    EXPECT_EQ(CodeOf(definition, "n32767"), 16383);
    EXPECT_EQ(ErrorOf(body + "# comment\n16384 more"),
              "32770: an enumeration has at most 32768 values");
}

// Errors, each with its line ----------------------------------------------------------------------

TEST(Errors, NeedsAValue) {
    const std::string message = "an enumeration needs at least one value";
    EXPECT_EQ(ErrorOf(""), "1: " + message);
    EXPECT_EQ(ErrorOf("\n# nothing\n"), "2: " + message);
    EXPECT_EQ(ErrorOf("retired 0 a"), "1: " + message);
}

TEST(Errors, NeedsACode) {
    const std::string message = " is not a code; a code is a number from -32768 to 32767";
    for (const std::string bad : {"x", "00", "01", "+1", "-0", "1.0", "0x1", "32768", "-32769",
                                  "1e3", "99999999999999999999", "-", "--1", "1,"}) {
        EXPECT_EQ(ErrorOf("0 a\n\n" + bad + " b"), fmt::format("3: \"{}\"{}", bad, message));
        EXPECT_EQ(ErrorOf("0 a\nretired " + bad + " b"), fmt::format("2: \"{}\"{}", bad, message));
    }
    EXPECT_EQ(ErrorOf("\"0\" a"), "1: \"0\"" + message) << "a quoted number is not a code";
    EXPECT_EQ(ErrorOf("0 a\nretired"), "2: \"\"" + message);
}

TEST(Errors, NeedsAName) {
    EXPECT_EQ(ErrorOf("0"), "1: the name of a value is missing");
    EXPECT_EQ(ErrorOf("0 a\n1 # b"), "2: the name of a value is missing");
    EXPECT_EQ(ErrorOf("0 \"\""), "1: the name of a value must have 1 to 63 bytes, \"\" has 0");
    EXPECT_EQ(ErrorOf("0 a alias"), "1: an alias is missing");
    EXPECT_EQ(ErrorOf("0 a alias \"\""), "1: an alias must have 1 to 63 bytes, \"\" has 0");
    EXPECT_EQ(ErrorOf("0 a\nretired 1"), "2: the name of a retired code is missing");
    EXPECT_EQ(ErrorOf("0 a deprecated use"), "1: the name after \"use\" is missing");
}

TEST(Errors, RefusesNamesThatWouldBeReadAsAnotherCode) {
    const auto other = [](int line, std::string_view what, std::string_view number) {
        return fmt::format("{}: {} must not be another code: \"{}\" would be read as code {}", line,
                           what, number, number);
    };
    for (const std::string number : {"0", "7", "-1", "32767", "-32768"}) {
        EXPECT_EQ(ErrorOf("2 " + number), other(1, "the name of a value", number));
        EXPECT_EQ(ErrorOf("2 a alias \"" + number + "\""), other(1, "an alias", number));
        EXPECT_EQ(ErrorOf("1 a\nretired 2 " + number),
                  other(2, "the name of a retired code", number));
        EXPECT_EQ(ErrorOf("1 a\n2 b deprecated use " + number),
                  fmt::format("2: \"{}\" after \"use\" is not a value that is in use", number));
        // Its own is the same value, however it is read.
        const Definition definition =
            Parse(fmt::format("{0} \"{0}\"\n1 a deprecated use {0}\nretired 2 2", number));
        EXPECT_EQ(CodeOf(definition, number), std::stoi(number));
        EXPECT_EQ(CodeOf(Parse(fmt::format("{0} x alias {0}", number)), number), std::stoi(number));
    }
    // What is not the way codes are written is a name as any other.
    const Definition definition = Parse("0 00\n1 32768\n2 -0\n3 +1\n4 1.0");
    EXPECT_EQ(CodeOf(definition, "32768"), 1);
    EXPECT_EQ(CodeOf(definition, "-0"), 2);
}

TEST(Errors, RefusesNamesWithTheBytesOfAnotherCode) {
    EXPECT_EQ(ErrorOf("0 ok\n28523 far"),
              "1: \"ok\" and code 28523 are the same two bytes in binary format");
    EXPECT_EQ(ErrorOf("28523 far\n0 a alias ok"),
              "2: \"ok\" and code 28523 are the same two bytes in binary format");
    EXPECT_EQ(ErrorOf("28523 ok alias oh"), "no error");
    EXPECT_EQ(ErrorOf("0 ok\nretired 28523 far"), "no error") << "no row has it";
    EXPECT_EQ(ErrorOf("-15423 far\n0 \"\xc3\xc1\""),
              "2: \"\xc3\xc1\" and code -15423 are the same two bytes in binary format");
}

TEST(Errors, RefusesCommasAndEqualsSignsOutsideOfQuotes) {
    const auto error = [](std::string_view word) {
        return fmt::format(
            "1: \"{}\" has a comma or an equals sign in it; a name that does is put "
            "in double quotes",
            word);
    };
    EXPECT_EQ(ErrorOf("1 web, \"Shop\""), error("web,"));
    EXPECT_EQ(ErrorOf("1 a alias b=c"), error("b=c"));
    EXPECT_EQ(ErrorOf("1 \"a,b\" alias \"c=d\" \"e, f\""),
              "1: unexpected \"e, f\"; after the name come a quoted "
              "description, \"alias\" with a name, \"deprecated\" and \"use\" with a name");
    EXPECT_EQ(ErrorOf("1 \"a,b\" \"e, f\" alias \"c=d\""), "no error");
}

TEST(Find, TellsWhetherANameMayHaveTwoBytes) {
    const auto has = [](std::string_view body) {
        return Definition::Parse(body, std::pmr::get_default_resource()).has_short_names();
    };
    EXPECT_FALSE(has("0 a alias abc"));
    EXPECT_TRUE(has("0 abc alias ab"));
    EXPECT_TRUE(has("0 \xc3\xa9\xc3\xa0")) << "two bytes in LATIN1";
    EXPECT_FALSE(has("0 \xc3\xa9-longer"));
}

TEST(Errors, RefusesUnknownClauses) {
    const auto unexpected = [](int line, std::string_view text) {
        return fmt::format(
            "{}: unexpected \"{}\"; after the name come a quoted description, \"alias\" with a "
            "name, \"deprecated\" and \"use\" with a name",
            line, text);
    };
    EXPECT_EQ(ErrorOf("0 a\n1 b aliases c"), unexpected(2, "aliases"));
    EXPECT_EQ(ErrorOf("0 a \"one\" \"two\""), unexpected(1, "two"));
    EXPECT_EQ(ErrorOf("0 a alias b \"late\""), unexpected(1, "late"));
    EXPECT_EQ(ErrorOf("0 a\n1 b deprecated deprecated"), unexpected(2, "deprecated"));
    EXPECT_EQ(ErrorOf("0 a\n1 b use a"), unexpected(2, "use"));
    EXPECT_EQ(ErrorOf("0 a\n1 b use a deprecated"), unexpected(2, "use"));
    EXPECT_EQ(ErrorOf("0 a\n1 b deprecated use a use a"), unexpected(2, "use"));
    EXPECT_EQ(ErrorOf("0 a Deprecated"), unexpected(1, "Deprecated"));
    EXPECT_EQ(ErrorOf("0 a\nretired 1 b \"text\""),
              "2: a retired code has a name and nothing else");
}

TEST(Errors, RefusesBadQuoting) {
    EXPECT_EQ(ErrorOf("0 a\n1 b \"open"), "2: unterminated quoted string");
    EXPECT_EQ(ErrorOf("0 a \""), "1: unterminated quoted string");
    EXPECT_EQ(ErrorOf("0 a \"b\nc\""), "1: unterminated quoted string");
    EXPECT_EQ(ErrorOf("0 a \"b\\\""), "1: unterminated quoted string");
    EXPECT_EQ(ErrorOf("0 a \"b\"alias c"), "1: a quoted string must be followed by a blank");
    EXPECT_EQ(ErrorOf("0 a \"b\"\"c\""), "1: a quoted string must be followed by a blank");
    EXPECT_EQ(ErrorOf("0 a\"b\""),
              "1: a word must not contain a double quote; quote the whole of it");
    const std::string escapes =
        "1: in a quoted string, a backslash is followed by \", \\, n, r or t";
    EXPECT_EQ(ErrorOf("0 a \"\\x\""), escapes);
    EXPECT_EQ(ErrorOf("0 a \"\\0\""), escapes);
    EXPECT_EQ(ErrorOf("0 a \"\\"), escapes);
}

TEST(Errors, RefusesCodesThatStandTwice) {
    EXPECT_EQ(ErrorOf("4 a\n5 b\n\n4 c\n5 d"), "4: code 4 stands twice");
    EXPECT_EQ(ErrorOf("-32768 a\n-32768 b"), "2: code -32768 stands twice");
}

TEST(Errors, RefusesRetiredCodesThatStandAgain) {
    EXPECT_EQ(ErrorOf("0 a\n1 b\nretired 1 c"), "3: code 1 is retired, but stands for \"b\" too");
    EXPECT_EQ(ErrorOf("0 a\nretired 3 b\n1 c\nretired 3 b"), "4: code 3 stands twice");
    EXPECT_EQ(ErrorOf("retired 0 b\n1 c\n0 a"), "1: code 0 is retired, but stands for \"a\" too");
    EXPECT_EQ(ErrorOf("0 a\nretired 1 b\n2 c"), "no error");
}

TEST(Errors, RefusesNamesThatStandTwice) {
    EXPECT_EQ(ErrorOf("0 a\n1 b\n2 a"), "3: the name \"a\" stands twice");
    EXPECT_EQ(ErrorOf("0 a\n1 b alias a"), "2: the name \"a\" stands twice");
    EXPECT_EQ(ErrorOf("0 a alias a"), "1: the name \"a\" stands twice");
    EXPECT_EQ(ErrorOf("0 a alias c alias c"), "1: the name \"c\" stands twice");
    EXPECT_EQ(ErrorOf("9 a\n# the lower code comes first\n1 b alias a"),
              "1: the name \"a\" stands twice");
}

TEST(Errors, RefusesReplacementsThatAreNotInUse) {
    EXPECT_EQ(ErrorOf("0 a\n1 b deprecated use c"),
              "2: \"c\" after \"use\" is not a value that is in use");
    EXPECT_EQ(ErrorOf("0 a\n1 b deprecated use b"),
              "2: \"b\" after \"use\" is not a value that is in use");
    EXPECT_EQ(ErrorOf("5 b deprecated use c\n0 a\n1 c deprecated"),
              "1: \"c\" after \"use\" is not a value that is in use");
    EXPECT_EQ(ErrorOf("0 a\nretired 2 c\n1 b deprecated use c"),
              "3: \"c\" after \"use\" is not a value that is in use");
}

// ParseCode ---------------------------------------------------------------------------------------

TEST(ParseCode, TakesEveryCodeAsItIsPrinted) {
    for (int i = -32768; i <= 32767; ++i) {
        Code code{};
        ASSERT_TRUE(ParseCode(fmt::to_string(i), &code)) << i;
        ASSERT_EQ(ToInt(code), i);
    }
}

TEST(ParseCode, TakesNothingElseAndLeavesTheCodeAlone) {
    for (const std::string_view text :
         {"",    "-",     "+0",      "+1",    "-0",         "00",
          "01",  "-01",   "007",     " 1",    "1 ",         "1x",
          "x",   "32768", "-32769",  "65536", "4294967296", "18446744073709551616",
          "1.0", "0x1",   "\xd9\xa1"}) {
        Code code{1234};
        EXPECT_FALSE(ParseCode(text, &code)) << '"' << text << '"';
        EXPECT_EQ(ToInt(code), 1234) << '"' << text << '"';
    }
    Code code{};
    EXPECT_FALSE(ParseCode(std::string_view("1\0", 2), &code));
}

// Memory ------------------------------------------------------------------------------------------

constexpr std::string_view kFullBody =
    "3 c \"a description that is longer than any small string\" alias d alias e\n"
    "1 a deprecated use c\n"
    "# comment\n"
    "retired 9 z\n"
    "2 b \"x\" alias another_alias_of_some_length\n";

TEST(Memory, TakesEverythingItOwnsFromItsResource) {
    FailingMemory memory;
    {
        std::pmr::unsynchronized_pool_resource pool(&memory);
        std::optional<Definition> definition;
        definition.emplace(Definition::Parse(kFullBody, &pool));
        // The pool has its memory from before, so what the heap gives now is the definition's.
        const auto run = Heap::Run(0, [&] {
            definition.reset();
            definition.emplace(Definition::Parse(kFullBody, &pool));
        });
        EXPECT_EQ(run.left_over, 0);
        EXPECT_EQ(CodeOf(*definition, "e"), 3);
        EXPECT_EQ(definition->values().back().aliases.get_allocator().resource(), &pool);
    }
    EXPECT_EQ(memory.live_bytes(), 0U);
}

TEST(Memory, CanBeFreedWithoutADestructor) {
    // As the server does it: with the memory context, nothing else knows.
    std::pmr::monotonic_buffer_resource memory;
    void* place = memory.allocate(sizeof(Definition), alignof(Definition));
    const auto* definition = new (place) Definition(Definition::Parse(kFullBody, &memory));
    EXPECT_EQ(CodeOf(*definition, "d"), 3);
}

TEST(Memory, FailsCleanlyWhereverTheResourceRunsOut) {
    std::size_t failures = 0;
    for (std::size_t n = 1;; ++n) {
        FailingMemory memory(n);
        bool failed = false;
        try {
            const Definition definition = Definition::Parse(kFullBody, &memory);
            EXPECT_EQ(CodeOf(definition, "e"), 3);
        } catch (const std::bad_alloc&) {
            failed = true;
        }
        EXPECT_EQ(memory.live_bytes(), 0U) << "allocation " << n;
        EXPECT_EQ(failed, memory.asked() >= n) << "allocation " << n;
        if (!failed) {
            break;
        }
        ++failures;
    }
    EXPECT_GT(failures, 5U);
}

TEST(Memory, TakesNothingFromTheHeap) {
    const auto run =
        Heap::Run(1, [] { Definition::Parse(kFullBody, std::pmr::new_delete_resource()); });
    EXPECT_FALSE(run.refused);
}

TEST(Memory, FailsCleanlyWhereverTheHeapRunsOutOfRoomForAnError) {
    std::size_t n = 1;
    for (;; ++n) {
        const auto run = Heap::Run(n, [] {
            try {
                Definition::Parse("0 a\n1 a name too many", std::pmr::new_delete_resource());
            } catch (const DefinitionError&) {
            }
        });
        // An allocation that the library only hopes for may fail without a word.
        EXPECT_TRUE(run.refused || !run.out_of_memory) << "allocation " << n;
        EXPECT_EQ(run.left_over, 0) << "allocation " << n;
        if (!run.refused) {
            break;
        }
    }
    EXPECT_GT(n, 1U);
}

}  // namespace
}  // namespace gb_enums
