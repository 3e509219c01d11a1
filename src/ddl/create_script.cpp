#include "ddl/create_script.hpp"

#include "ddl/script.hpp"

namespace gb_enums {

namespace {

/// The input function, whose body is the definition.
std::string InputSql(std::string_view input, std::string_view type, std::string_view body) {
    return fmt::format(
        "CREATE OR REPLACE FUNCTION {}(pg_catalog.cstring) RETURNS {} "
        "LANGUAGE gb_enum STABLE STRICT PARALLEL SAFE AS {}",
        input, type, QuoteLiteral(body));
}

/// The type with the functions that read and write it.
void AddType(EnumScript* script) {
    constexpr std::string_view kConversion = "STABLE STRICT PARALLEL SAFE COST 1";
    const std::string& type = script->type();
    const std::string out = script->Own("out");
    const std::string send = script->Own("send");
    script->Statement("CREATE TYPE {}", type);
    script->Statement("{}", InputSql(script->Own("in"), type, script->ddl().body));
    script->Comment("FUNCTION", script->Own("in") + "(pg_catalog.cstring)",
                    "input, and the definition of the enumeration");
    script->Function(out, type, "pg_catalog.cstring", kConversion, script->C("gb_enum_out"),
                     "output: the name, or the digits of a code that has none");
    script->Function(script->Own("recv"), "pg_catalog.internal", type, kConversion,
                     script->C("gb_enum_recv"),
                     "binary input: two bytes are the code, else it is a name");
    script->Function(send, type, "pg_catalog.bytea", kConversion, script->C("gb_enum_send"),
                     "binary output, as gb_enums.binary_output says");
    script->Statement(
        "CREATE TYPE {} (INPUT = {}, OUTPUT = {}, RECEIVE = {}, SEND = {}, "
        "LIKE = pg_catalog.int2, CATEGORY = 'E')",
        type, script->Own("in"), out, script->Own("recv"), send);
    script->Comment("TYPE", type, script->ddl().comment);
    script->GiveAway("TYPE", type);
}

/// The casts from codes and names, which check; as_E, which does not; and the casts to codes and
/// names.
void AddCasts(EnumScript* script) {
    const std::string& type = script->type();
    const std::string from = script->Own("from");
    const std::string to_int2 = script->Own("to_int2");
    const std::string to_int4 = script->Own("to_int4");
    const std::string to_text = script->Own("to_text");
    const auto cast = [&](std::string_view source, std::string_view target, std::string_view how,
                          std::string_view comment) {
        script->Statement("CREATE CAST ({} AS {}) {} AS ASSIGNMENT", source, target, how);
        script->Comment("CAST", fmt::format("({} AS {})", source, target), comment);
    };
    const auto with = [](const std::string& function, std::string_view argument) {
        return fmt::format("WITH FUNCTION {}({})", function, argument);
    };

    script->Function(from, "pg_catalog.int2", type, kPure, script->C("gb_enum_from_int2"),
                     "the value with a code; an error when there is none");
    script->Function(from, "pg_catalog.int4", type, kPure, script->C("gb_enum_from_int4"),
                     "the value with a code; an error when there is none");
    script->Function(from, kText, type, kPure, script->C("gb_enum_from_text"),
                     "the value with a name, an alias or a code in digits; an error when there is "
                     "none");
    script->Function(to_int2, type, "pg_catalog.int2", kPure,
                     EnumScript::Supported(EnumScript::Internal("int2up")),
                     "the code, where a cast might not be restored yet");
    script->Function(to_int4, type, "pg_catalog.int4", kPureLeakproof,
                     EnumScript::Internal("i2toi4"), "the code");
    script->Function(to_text, type, kText, kPureLeakproof, script->C("gb_enum_to_text"),
                     "the name, or the digits of a code that has none");
    for (const std::string_view integer : {"pg_catalog.int2", "pg_catalog.int4"}) {
        cast(integer, type, with(from, integer), "checked: the code must have a name");
    }
    cast(type, "pg_catalog.int2", "WITHOUT FUNCTION", "the code");
    cast(type, "pg_catalog.int4", with(to_int4, type), "the code");
    for (const std::string_view text : {"pg_catalog.text", "pg_catalog.varchar"}) {
        cast(text, type, with(from, kText), "checked: the name must be known");
        cast(type, text, with(to_text, type), "the name");
    }

    const std::string& name = script->ddl().name;
    script->Function(
        script->Public("as_" + name), "pg_catalog.int2", type, kPure,
        EnumScript::Supported(EnumScript::Internal("int2up")),
        fmt::format("a smallint as {0}, not checked: costs nothing, keeps indexes on the smallint "
                    "usable, and ALTER TABLE ... ALTER COLUMN c TYPE {0} USING as_{0}(c) does not "
                    "rewrite the table; example: as_{0}({1}::smallint) is {2}",
                    name, ToInt(script->ddl().example_code), script->ddl().example_name));
    script->GiveAway("FUNCTION", script->Public("as_" + name) + "(pg_catalog.int2)");
}

/// Checked casts by code to and from another enumeration. They are explicit, since the same code
/// may have another meaning there. A body in SQL would need other casts, and pg_dump does not see
/// this dependency.
void AddKinCasts(EnumScript* script) {
    const std::string& type = script->type();
    const std::string& kin = script->ddl().kin;
    const auto cast = [&](const std::string& source, const std::string& target,
                          const std::string& name) {
        const std::string function = script->Own(name);
        script->Function(function, source, target, kPure, script->C("gb_enum_from_kin"),
                         "the value with the same code; an error when there is none");
        script->Statement("CREATE CAST ({0} AS {1}) WITH FUNCTION {2}({0})", source, target,
                          function);
        script->Comment("CAST", fmt::format("({} AS {})", source, target),
                        "checked: the value with the same code");
    };
    cast(kin, type, "from_kin");
    cast(type, kin, "to_kin");
}

/// The functions for smallint columns. Each is one SQL expression, which the planner inlines. The
/// expression contains no cast: an expression does not depend on its casts, so where a domain or a
/// range type depends on these functions, pg_dump writes them before the casts.
void AddLookups(EnumScript* script) {
    const EnumDdl& ddl = script->ddl();
    const std::string& type = script->type();
    const int code = ToInt(ddl.example_code);
    const std::string regtype = QuoteLiteral(type) + "::pg_catalog.regtype";
    const std::string value = fmt::format("({}($1))", script->Public("as_" + ddl.name));
    const auto public_name = [&](std::string_view suffix) {
        return script->Public(fmt::format("{}_{}", ddl.name, suffix));
    };
    const auto lookup = [&](std::string_view suffix, std::string_view argument,
                            std::string_view result, const std::string& expression,
                            std::string_view comment) {
        script->Function(public_name(suffix), argument, result,
                         "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE", "RETURN " + expression,
                         comment);
        script->GiveAway("FUNCTION", fmt::format("{}({})", public_name(suffix), argument));
    };

    script->Function(script->Own("name"), type, kText, kPureLeakproof, script->C("gb_enum_label"),
                     "the name, or NULL for a code that has none");
    script->Function(script->Own("description"), type, kText, kPureLeakproof,
                     script->C("gb_enum_label_description"), "the description, or NULL");
    script->Function(script->Own("find"), kText, type, kPureLeakproof, script->C("gb_enum_find"),
                     "the value with a name or alias, or NULL");

    lookup("code", kText, "pg_catalog.int2",
           fmt::format("{}({}($1))", script->Own("to_int2"), script->Own("find")),
           fmt::format("the code of a name or alias, NULL for an unknown one; example: "
                       "{}_code('{}') is {}",
                       ddl.name, ddl.example_name, code));
    // An integer outside smallint must give NULL and not an error, so as_E cannot be used here.
    for (const std::string_view what : {"name", "description"}) {
        const std::string comment =
            fmt::format("the {0} of a code, NULL for an unknown one; example: {1}_{0}({2})", what,
                        ddl.name, code);
        lookup(what, "pg_catalog.int2", kText, script->Own(what) + value, comment);
        lookup(what, "pg_catalog.int4", kText,
               fmt::format("{}.gb_enum_{}({}, $1)", script->extension_schema(), what, regtype),
               comment);
    }
    script->Function(
        public_name("values"), "",
        "TABLE (code pg_catalog.int2, name pg_catalog.text, description pg_catalog.text, "
        "aliases pg_catalog.text[], deprecated pg_catalog.bool, replacement pg_catalog.text)",
        "LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 10",
        fmt::format("BEGIN ATOMIC SELECT * FROM {}.gb_enum_values({}); END",
                    script->extension_schema(), regtype),
        fmt::format("the values in the order of their codes; example: SELECT code, name FROM "
                    "{}_values()",
                    ddl.name));
    script->GiveAway("FUNCTION", public_name("values") + "()");
}

/// min and max, by code.
void AddAggregates(EnumScript* script) {
    struct Aggregate {
        std::string_view name;
        std::string_view step;
        std::string_view native;
        std::string_view order;
        std::string_view which;
    };
    const std::string& type = script->type();
    for (const Aggregate& aggregate : {Aggregate{"min", "smaller", "int2smaller", "<", "lowest"},
                                       Aggregate{"max", "larger", "int2larger", ">", "highest"}}) {
        const std::string step = script->Own(aggregate.step);
        script->Function(step, fmt::format("{0}, {0}", type), type, kPure,
                         EnumScript::Internal(aggregate.native),
                         fmt::format("implementation of {}", aggregate.name));
        script->Statement(
            "CREATE AGGREGATE {0}.{1}({2}) (SFUNC = {3}, STYPE = {2}, COMBINEFUNC = {3}, "
            "SORTOP = OPERATOR({0}.{4}), PARALLEL = SAFE)",
            script->schema(), aggregate.name, type, step, aggregate.order);
        script->Comment("AGGREGATE",
                        fmt::format("{}.{}({})", script->schema(), aggregate.name, type),
                        fmt::format("the value with the {0} code; example: "
                                    "SELECT {1}(as_{2}(code)) FROM {2}_values()",
                                    aggregate.which, aggregate.name, script->ddl().name));
        script->GiveAway("AGGREGATE",
                         fmt::format("{}.{}({})", script->schema(), aggregate.name, type));
    }
}

}  // namespace

std::vector<std::string> CreateEnumSql(const EnumDdl& names) {
    EnumScript script(names);
    AddType(&script);
    AddCasts(&script);
    if (!names.kin.empty()) {
        AddKinCasts(&script);
    }
    AddLookups(&script);
    AddOperators(&script);
    AddAggregates(&script);
    return script.Take();
}

std::vector<std::string> ReplaceDefinitionSql(std::string_view type, std::string_view input,
                                              std::string_view body, const char* comment) {
    std::vector<std::string> statements{InputSql(input, type, body)};
    if (comment != nullptr) {
        statements.push_back(fmt::format("COMMENT ON TYPE {} IS {}", type, QuoteLiteral(comment)));
    }
    return statements;
}

}  // namespace gb_enums
