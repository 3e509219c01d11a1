#include <gtest/gtest.h>

#include "failing_memory.hpp"
#include "source/languages/languages.hpp"
#include "source/texts.hpp"
#include "source_lexer.hpp"

namespace gb_enums {
namespace {

std::string TextOf(const Output& out) {
    std::string text(out.size(), ' ');
    out.CopyTo(text.data());
    return text;
}

std::string SourceOf(const Language& language, std::string_view body, std::string_view comment = "",
                     std::string_view name = "state") {
    SourceEnum one;
    one.schema = one.name = one.sql_name = name;
    one.comment = comment;
    one.body = body;
    one.fingerprint = "f1";
    return TextOf(WriteSource(language, {one}, "public.gb_enum_fingerprint"));
}

std::vector<const Language*> AllLanguages() {
    return {&kCpp,    &kCSharp,   &kGo,       &kGraphql, &kJava, &kJsonSchema,
            &kKotlin, &kMarkdown, &kProtobuf, &kPython,  &kRust, &kTypescript};
}

// Texts -------------------------------------------------------------------------------------------

TEST(Quoted, EscapesAsTheLanguageDoes) {
    EXPECT_EQ(Quoted("a"), R"("a")");
    EXPECT_EQ(Quoted("a\"b\\c\nd\te\rf"), R"("a\"b\\c\nd\te\rf")");
    EXPECT_EQ(Quoted("\x01\u202e\u0085"), R"("\u0001\u202e\u0085")");
    EXPECT_EQ(Quoted("\x01\u202e", {NumberedCharacter::kBraces, ""}), R"("\u{1}\u{202e}")");
    EXPECT_EQ(Quoted("\x01\u202e", {NumberedCharacter::kBytes, ""}), R"("\001\342\200\256")");
    EXPECT_EQ(Quoted("$x ?", {NumberedCharacter::kFourDigits, "$?"}), R"("\$x \?")");
    EXPECT_EQ(Quoted("ação 完成"), "\"ação 完成\"");
    EXPECT_EQ(Quoted("\xff"), "\"\xff\"");
}

TEST(LineText, IsOneLineOfWhatCanBeSeen) {
    EXPECT_EQ(LineText("  a\n\r\n b\u2028c\u202e \t"), "a b c");
    EXPECT_EQ(LineText("\n \x7f"), "");
}

TEST(BlockText, EndsNoCommentAndBeginsNone) {
    EXPECT_EQ(BlockText("a */ b /* c **/ d */* e"), "a * / b / * c ** / d * / * e");
    EXPECT_EQ(BlockText("C:\\users \\u002a"), "C:\\ users \\ u002a");
    EXPECT_EQ(BlockText(" @deprecated"), "(@deprecated)");
    EXPECT_EQ(BlockText("a@b"), "a@b");
}

TEST(MarkdownText, MeansWhatIsWritten) {
    EXPECT_EQ(MarkdownText("a|b `c` *d* <e>\n```"), R"(a\|b \`c\` \*d\* \<e\> \`\`\`)");
}

TEST(XmlText, MeansWhatIsWritten) {
    EXPECT_EQ(XmlText("a < b && c > ]]>\n"), "a &lt; b &amp;&amp; c &gt; ]]&gt;");
}

// Output ------------------------------------------------------------------------------------------

TEST(Output, ReplacesFieldsAndNothingElse) {
    Output out(1000);
    out.Block("{a} {b}{ {a { a } {} {ab}{", {{"a", "1{b}"}, {"ab", ""}});
    EXPECT_EQ(TextOf(out), "1{b} {b}{ {a { a } {} {");
}

TEST(Output, HasALimit) {
    Output out(5);
    out.Add("abc");
    EXPECT_THROW(out.Line("{}", 12), SourceTooLong);
    EXPECT_EQ(TextOf(out), "abc12");
    EXPECT_THROW(out.Add("d"), SourceTooLong);
}

TEST(Output, KeepsLongPieces) {
    Output out(10'000'000);
    const std::string piece(3'000'000, 'x');
    out.Add("a");
    out.Add(piece);
    out.Add("b");
    EXPECT_EQ(TextOf(out), "a" + piece + "b");
}

// Languages ---------------------------------------------------------------------------------------

TEST(Languages, AreFoundByName) {
    EXPECT_EQ(ListLanguages(),
              "cpp, csharp, go, graphql, java, json_schema, kotlin, markdown, protobuf, python, "
              "rust, typescript");
    for (const Language* language : AllLanguages()) {
        EXPECT_EQ(FindLanguage(language->name), language);
    }
    EXPECT_EQ(FindLanguage("cobol"), nullptr);
    EXPECT_EQ(FindLanguage(""), nullptr);
}

/// Texts that end a literal or a comment of some language, begin one, or hide what follows.
const std::string_view kHostile[] = {R"(\")",
                                     R"(\\)",
                                     R"(\"\"\")",
                                     "'''",
                                     "*/",
                                     "/*",
                                     "//",
                                     "#",
                                     "-->",
                                     "]]>",
                                     "|",
                                     "```",
                                     "</summary>",
                                     "${x}",
                                     "{type}",
                                     "\\n",
                                     "\\n#define x",
                                     "\\r",
                                     "\\\\u002a\\\\u002f",
                                     "\\\\u000a",
                                     "\\\\u0022",
                                     "@deprecated",
                                     "\u2028",
                                     "\u202e",
                                     "\u0085",
                                     "\\t",
                                     "?\?/",
                                     "\\\\\\n",
                                     "%s",
                                     "{}",
                                     "<b>",
                                     "&amp;",
                                     "\x01",
                                     "*\\\\",
                                     "\xff",
                                     "\x7f"};

/// A definition with the same text, behind a letter and before one, as name, alias, description and
/// replacement.
std::string BodyWith(std::string_view text) {
    return fmt::format(
        "0 \"a{0}z\" \"{0} end\" alias \"b{0}z\"\n1 \"c{0}z\" \"a{0}\" deprecated use "
        "\"a{0}z\"\n2 \"d{0}z\" \"a{0}z\" deprecated",
        text);
}

TEST(Languages, AreTheSameCodeWhateverTheTextsAre) {
    for (const Language* language : AllLanguages()) {
        const std::string plain =
            test::CodeOf(*language, SourceOf(*language, BodyWith("x"), "x", "axb"));
        for (const std::string_view text : kHostile) {
            const std::string comment = fmt::format("{} in {}", text, text);
            const std::string source =
                SourceOf(*language, BodyWith(text), comment, fmt::format("a{}b", text));
            EXPECT_EQ(test::CodeOf(*language, source), plain) << language->name << ": " << text;
        }
    }
}

TEST(Languages, TellLexersWhatIsCode) {
    // What the test above would find.
    EXPECT_EQ(test::CodeOf(kJava, "a /* b */ c \"d\\\"e\" // f\ng"), "#  # \"\" \n#");
    EXPECT_NE(test::CodeOf(kJava, "/* a */ b */"), test::CodeOf(kJava, "/* a b */"));
    EXPECT_NE(test::CodeOf(kKotlin, "/* a /* b */ c"), test::CodeOf(kKotlin, "/* a b */ c"));
    EXPECT_NE(test::CodeOf(kRust, "\"a\" b\""), test::CodeOf(kRust, "\"a b\""));
}

TEST(Languages, ShowNoCharacterThatHidesOthers) {
    for (const Language* language : AllLanguages()) {
        const std::string source =
            SourceOf(*language, BodyWith("\u202e\u2066\u200b\u2028\u0085\x01"), "\u202e");
        for (const std::string_view hidden :
             {"\u202e", "\u2066", "\u200b", "\u2028", "\u0085", "\x01"}) {
            EXPECT_EQ(source.find(hidden), std::string::npos) << language->name;
        }
    }
}

TEST(Languages, FailCleanlyWhereverTheHeapRunsOut) {
    for (const Language* language : AllLanguages()) {
        std::size_t n = 1;
        for (;; n += 1 + n / 8) {
            const auto run = test::Heap::Run(
                n, [&] { SourceOf(*language, "0 a \"b\" alias c\n1 a_ deprecated"); });
            ASSERT_EQ(run.left_over, 0) << language->name << ", allocation " << n;
            ASSERT_EQ(run.out_of_memory, run.refused) << language->name << ", allocation " << n;
            if (!run.refused) {
                break;
            }
        }
        EXPECT_GT(n, 20U);
    }
}

TEST(WriteSource, HasAQueryThatQuotes) {
    const std::string source = SourceOf(kGo, "0 a", "", "it's \\");
    EXPECT_NE(source.find(R"((VALUES ( E'it''s \\\\', 'f1')) e (name, fingerprint) )"
                          "WHERE public.gb_enum_fingerprint(to_regtype(e.name)) IS DISTINCT FROM "
                          "e.fingerprint"),
              std::string::npos)
        << source;
    EXPECT_NE(TextOf(WriteSource(kGo, {}, "f")).find("\"SELECT NULL::text AS name WHERE false\""),
              std::string::npos);
}

TEST(WriteSource, LetsNoValueHideItsType) {
    const std::string hidden = SourceOf(kKotlin, "0 a\n1 b", "", "a");
    EXPECT_NE(hidden.find("\n    A_0(0, \"a\"),\n    B(1, \"b\"),\n"), std::string::npos) << hidden;
    const std::string seen = SourceOf(kKotlin, "0 state", "", "state");
    EXPECT_NE(seen.find("\n    STATE(0, \"state\"),\n"), std::string::npos) << seen;
}

TEST(WriteSource, RefusesWhatIsNoDefinition) {
    EXPECT_THROW(SourceOf(kRust, "nonsense"), DefinitionError);
}

}  // namespace
}  // namespace gb_enums
