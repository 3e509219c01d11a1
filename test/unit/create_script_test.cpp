#include "ddl/create_script.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "failing_memory.hpp"
#include "sql_lexer.hpp"

namespace gb_enums {
namespace {

using test::SqlToken;
using test::Tokenize;
using Kind = SqlToken::Kind;
using Tokens = std::vector<SqlToken>;

/// Names that stand nowhere else, so that each can be found again in the statements.
EnumDdl Plain() {
    EnumDdl ddl;
    ddl.schema = "the_schema";
    ddl.name = "the_enum";
    ddl.internal_name = "the_internal";
    ddl.operator_suffix = "~!";
    ddl.operator_schema = "the_operator_schema";
    ddl.comments_all = true;
    ddl.library = "$libdir/the_library";
    ddl.body = "7 the_example";
    ddl.comment = "the comment";
    ddl.example_code = Code{7};
    ddl.example_name = "the_example";
    return ddl;
}

/// The statements, each as its tokens.
std::vector<Tokens> Statements(const std::vector<std::string>& script) {
    std::vector<Tokens> statements;
    for (const std::string& sql : script) {
        const auto tokens = Tokenize(sql);
        EXPECT_TRUE(tokens.has_value()) << "not well formed: " << sql;
        statements.push_back(tokens.value_or(Tokens()));
        bool in_body = false;
        for (const SqlToken& token : statements.back()) {
            // A function body in the SQL standard's form has a semicolon of its own.
            in_body = token == SqlToken{Kind::kWord, "ATOMIC"} ||
                      (in_body && !(token == SqlToken{Kind::kWord, "END"}));
            EXPECT_TRUE(in_body || !(token == SqlToken{Kind::kOther, ";"})) << "not one: " << sql;
        }
    }
    return statements;
}

/// A statement in one line, quotes left out.
std::string Text(const Tokens& statement) {
    std::string text;
    for (const SqlToken& token : statement) {
        text += (text.empty() ? "" : " ") + token.text;
    }
    return text;
}

std::size_t CountStarting(const std::vector<Tokens>& statements, std::string_view start) {
    return static_cast<std::size_t>(std::count_if(
        statements.begin(), statements.end(),
        [&](const Tokens& statement) { return Text(statement).substr(0, start.size()) == start; }));
}

bool Has(const std::vector<Tokens>& statements, std::string_view wanted) {
    return std::any_of(statements.begin(), statements.end(),
                       [&](const Tokens& statement) { return Text(statement) == wanted; });
}

/// `text` with `from` written as `to`, and as `to` doubled inside quotes that are part of `text`.
std::string Replace(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos;) {
        std::string written(to);
        if (at > 0 && text[at - 1] == '"') {
            for (std::size_t i = 0; (i = written.find('"', i)) != std::string::npos; i += 2) {
                written.insert(i, 1, '"');
            }
        }
        text.replace(at, from.size(), written);
        at += written.size();
    }
    return text;
}

// What is made ------------------------------------------------------------------------------------

TEST(CreateEnumSql, MakesEverythingThatBelongsToAnEnumeration) {
    const auto statements = Statements(CreateEnumSql(Plain()));
    EXPECT_EQ(CountStarting(statements, "CREATE TYPE the_schema . the_enum"), 2U)
        << "the shell and the type";
    EXPECT_EQ(CountStarting(statements, "CREATE CAST"), 10U);
    EXPECT_EQ(CountStarting(statements, "CREATE OPERATOR CLASS"), 3U);
    EXPECT_EQ(CountStarting(statements, "CREATE OPERATOR FAMILY"), 3U);
    EXPECT_EQ(CountStarting(statements, "ALTER OPERATOR FAMILY"), 2U)
        << "its own with texts, and integer_ops";
    EXPECT_EQ(CountStarting(statements, "CREATE AGGREGATE"), 2U);
    // = <> < <= > >= for the type and, both ways round, for text.
    EXPECT_EQ(CountStarting(statements, "CREATE OPERATOR the_operator_schema ."), 6U * 3);
    // name for smallint and integer, code, description, values, as_E.
    EXPECT_EQ(CountStarting(statements, "CREATE FUNCTION the_schema ."), 6U);
}

TEST(CreateEnumSql, ConsistsOfTheseKindsOfStatements) {
    const std::set<std::string> expected{"CREATE TYPE", "CREATE OR",       "CREATE FUNCTION",
                                         "CREATE CAST", "CREATE OPERATOR", "CREATE AGGREGATE",
                                         "COMMENT ON",  "ALTER OPERATOR"};
    std::set<std::string> found;
    for (const Tokens& statement : Statements(CreateEnumSql(Plain()))) {
        found.insert(statement.at(0).text + " " + statement.at(1).text);
    }
    EXPECT_EQ(found, expected);
}

TEST(CreateEnumSql, CommentsOnEverythingItMakes) {
    const auto statements = Statements(CreateEnumSql(Plain()));
    for (const std::string kind :
         {"FUNCTION", "CAST", "OPERATOR FAMILY", "OPERATOR CLASS", "AGGREGATE"}) {
        EXPECT_EQ(CountStarting(statements, "COMMENT ON " + kind + " "),
                  CountStarting(statements, "CREATE " + kind + " ") +
                      (kind == "FUNCTION" ? CountStarting(statements, "CREATE OR REPLACE") : 0))
            << kind;
    }
    EXPECT_EQ(CountStarting(statements, "COMMENT ON OPERATOR "),
              CountStarting(statements, "CREATE OPERATOR "));
    EXPECT_TRUE(Has(statements, "COMMENT ON TYPE the_schema . the_enum IS the comment"));
}

TEST(CreateEnumSql, CommentsOnWhatUsersCallOnlyWhereADumpShowsIt) {
    EnumDdl ddl = Plain();
    ddl.comments_all = false;
    const auto statements = Statements(CreateEnumSql(ddl));
    EXPECT_EQ(CountStarting(statements, "COMMENT ON "), 7U) << "the type and six functions";
    EXPECT_EQ(CountStarting(statements, "COMMENT ON FUNCTION gb_enums_internal"), 0U);
}

TEST(CreateEnumSql, MakesNothingTwice) {
    std::set<std::string> seen;
    for (const Tokens& statement : Statements(CreateEnumSql(Plain()))) {
        EXPECT_TRUE(seen.insert(Text(statement)).second) << Text(statement);
    }
}

TEST(CreateEnumSql, QualifiesEveryFunctionAndOperatorItMakes) {
    for (const Tokens& statement : Statements(CreateEnumSql(Plain()))) {
        if (statement.at(1).text == "FUNCTION" || statement.at(1).text == "AGGREGATE") {
            EXPECT_EQ(statement.at(3).text, ".") << Text(statement);
        }
    }
}

TEST(CreateEnumSql, HashesAndMergesByTheEqualityOfTwoValuesOnly) {
    std::vector<std::string> found;
    for (const Tokens& statement : Statements(CreateEnumSql(Plain()))) {
        const std::string text = Text(statement);
        if (text.find("HASHES") != std::string::npos || text.find("MERGES") != std::string::npos) {
            found.push_back(text);
        }
    }
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().rfind("CREATE OPERATOR the_operator_schema . = (", 0), 0U);
    EXPECT_NE(found.front().find("HASHES , MERGES"), std::string::npos);
    EXPECT_NE(
        found.front().find("LEFTARG = the_schema . the_enum , RIGHTARG = the_schema . the_enum"),
        std::string::npos);
}

TEST(CreateEnumSql, KeepsTheDefinitionAsItIs) {
    EnumDdl ddl = Plain();
    ddl.body = "0 a \"it's \\\"quoted\\\"\"\n1 back\\\\slash $$ ; --\n";
    const auto statements = Statements(CreateEnumSql(ddl));
    const auto input =
        std::find_if(statements.begin(), statements.end(),
                     [](const Tokens& statement) { return statement.at(1).text == "OR"; });
    ASSERT_NE(input, statements.end());
    EXPECT_EQ(input->back(), (SqlToken{Kind::kLiteral, ddl.body}));
}

TEST(CreateEnumSql, ShowsTheExampleInComments) {
    EnumDdl ddl = Plain();
    ddl.example_code = Code{-12};
    const auto statements = Statements(CreateEnumSql(ddl));
    const auto shows = [&](std::string_view example) {
        return std::any_of(statements.begin(), statements.end(), [&](const Tokens& statement) {
            return statement.at(0).text == "COMMENT" &&
                   statement.back().text.find(example) != std::string::npos;
        });
    };
    EXPECT_TRUE(shows("example: the_enum_name(-12)"));
    EXPECT_TRUE(shows("example: the_enum_code('the_example') is -12"));
}

TEST(ReplaceDefinitionSql, ReplacesTheInputFunctionAndTheComment) {
    const EnumDdl plain = Plain();
    const auto statements = Statements(
        ReplaceDefinitionSql(R"("the_schema"."the_enum")", R"(gb_enums_internal."the_internal_in")",
                             plain.body, plain.comment.c_str()));
    ASSERT_EQ(statements.size(), 2U);
    EXPECT_EQ(Text(statements.front()),
              "CREATE OR REPLACE FUNCTION gb_enums_internal . the_internal_in ( pg_catalog . "
              "cstring ) RETURNS the_schema . the_enum LANGUAGE gb_enum STABLE STRICT PARALLEL "
              "SAFE AS 7 the_example");
    const auto create = Statements(CreateEnumSql(Plain()));
    EXPECT_EQ(Text(statements.back()).rfind("COMMENT ON TYPE ", 0), 0U);
    EXPECT_NE(std::find(create.begin(), create.end(), statements.back()), create.end());
}

TEST(ReplaceDefinitionSql, ReplacesTheVeryFunctionThatWasCreated) {
    const auto replace = Statements(ReplaceDefinitionSql(R"("the_schema"."the_enum")",
                                                         R"(gb_enums_internal."the_internal_in")",
                                                         Plain().body, nullptr));
    const auto create = Statements(CreateEnumSql(Plain()));
    ASSERT_EQ(replace.size(), 1U) << "without a comment, the one it has stays";
    EXPECT_NE(std::find(create.begin(), create.end(), replace.front()), create.end());
}

TEST(CreateEnumSql, GivesWhatUsersCallToItsOwner) {
    EnumDdl ddl = Plain();
    ddl.owner = "the_owner";
    std::size_t given = 0;
    for (const auto& statement : Statements(CreateEnumSql(ddl))) {
        const std::string text = Text(statement);
        if (text.find(" OWNER TO the_owner") != std::string::npos) {
            EXPECT_EQ(text.find("gb_enums_internal"), std::string::npos) << text;
            ++given;
        }
    }
    EXPECT_EQ(given, 9U) << "the type, six functions and two aggregates";
}

TEST(CreateEnumSql, CastsToAndFromItsKinExplicitlyOnly) {
    EnumDdl ddl = Plain();
    ddl.kin = "the_schema.the_kin";
    std::size_t casts = 0;
    for (const auto& statement : Statements(CreateEnumSql(ddl))) {
        const std::string text = Text(statement);
        if (text.rfind("CREATE CAST", 0) == 0 && text.find("the_kin") != std::string::npos) {
            EXPECT_EQ(text.find("ASSIGNMENT"), std::string::npos) << text;
            ++casts;
        }
    }
    EXPECT_EQ(casts, 2U);
}

// Hostile names -----------------------------------------------------------------------------------

/// The statements for hostile names differ from those for plain ones in the names and nothing else.
void ExpectSameStructure(std::string_view hostile) {
    EnumDdl ddl = Plain();
    for (std::string* text : {&ddl.schema, &ddl.name, &ddl.internal_name, &ddl.operator_schema,
                              &ddl.library, &ddl.body, &ddl.comment, &ddl.example_name}) {
        *text = hostile;
    }
    const EnumDdl plain = Plain();
    const auto statements = Statements(CreateEnumSql(ddl));
    const auto expected = Statements(CreateEnumSql(plain));
    ASSERT_EQ(statements.size(), expected.size()) << hostile;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_EQ(statements[i].size(), expected[i].size()) << hostile << ": " << Text(expected[i]);
        for (std::size_t j = 0; j < expected[i].size(); ++j) {
            SqlToken token = expected[i][j];
            if (token.kind == Kind::kIdentifier || token.kind == Kind::kLiteral) {
                for (const std::string& name :
                     {plain.library, plain.body, plain.example_name, plain.schema, plain.name,
                      plain.internal_name, plain.operator_schema, plain.comment}) {
                    token.text = Replace(token.text, name, hostile);
                }
            }
            ASSERT_EQ(statements[i][j].kind, token.kind) << hostile << ": " << Text(expected[i]);
            ASSERT_EQ(statements[i][j].text, token.text) << hostile << ": " << Text(expected[i]);
        }
    }
}

TEST(CreateEnumSql, NamesCannotBreakOutOfTheirQuotes) {
    for (const std::string_view hostile : {"x",
                                           "\"",
                                           "\"\"",
                                           "'",
                                           "''",
                                           "\\",
                                           "\\'",
                                           "'\\",
                                           "\"; DROP TABLE t; --",
                                           "'; DROP TABLE t; --",
                                           "a\"b'c\\d",
                                           "$$",
                                           "{}",
                                           "{0}",
                                           "{T}",
                                           "{n",
                                           "}",
                                           "%s",
                                           "/*",
                                           "*/",
                                           "--",
                                           "a\nb",
                                           "\xc3\xa9",
                                           " ",
                                           ".",
                                           "a.b",
                                           "(",
                                           ");",
                                           "Mixed Case",
                                           "select",
                                           " DEFAULT ",
                                           " DEFAULT \"",
                                           "a AS b",
                                           "IS 'x'"}) {
        ExpectSameStructure(hostile);
    }
}

TEST(EnumDdl, FailsCleanlyWhereverTheHeapRunsOut) {
    const EnumDdl ddl = Plain();
    const auto expected = CreateEnumSql(ddl);
    std::size_t n = 1;
    // Every allocation at first, then ever fewer of the thousands.
    for (;; n += 1 + n / 50) {
        bool same = false;
        const auto run = test::Heap::Run(n, [&] { same = CreateEnumSql(ddl) == expected; });
        ASSERT_EQ(run.left_over, 0) << "allocation " << n;
        ASSERT_EQ(run.out_of_memory, run.refused) << "allocation " << n;
        if (!run.refused) {
            EXPECT_TRUE(same);
            break;
        }
    }
    EXPECT_GT(n, 100U);
}

}  // namespace
}  // namespace gb_enums
