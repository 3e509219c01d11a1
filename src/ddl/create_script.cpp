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
    script->InternalComment("FUNCTION", script->Own("in") + "(pg_catalog.cstring)",
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
        "LIKE = pg_catalog.int2, CATEGORY = 'S')",
        type, script->Own("in"), out, script->Own("recv"), send);
    script->Comment("TYPE", type, script->ddl().comment);
    script->GiveAway("TYPE", type);
}

/// A cast, with its comment.
void AddCast(EnumScript* script, std::string_view source, std::string_view target,
             std::string_view how, std::string_view comment) {
    script->Statement("CREATE CAST ({} AS {}) {}", source, target, how);
    script->InternalComment("CAST", fmt::format("({} AS {})", source, target), comment);
}

/// The casts from codes and names, which check; as_E, which does not; and the casts to codes and
/// names. The server casts a bigint to an enumeration by its digits, because the type is in the
/// category of strings.
void AddCasts(EnumScript* script) {
    const std::string& type = script->type();
    const std::string from = script->Own("from");
    const std::string to_text = script->Own("to_text");
    const auto by = [](std::string_view function, std::string_view argument,
                       std::string_view when) {
        return fmt::format("WITH FUNCTION {}({}) AS {}", function, argument, when);
    };

    script->Function(from, "pg_catalog.int2", type, kPure, script->C("gb_enum_from_int2"),
                     "the value with a code; an error when there is none");
    script->Function(from, "pg_catalog.int4", type, kPure, script->C("gb_enum_from_int4"),
                     "the value with a code; an error when there is none");
    script->Function(from, kText, type, kPure, script->C("gb_enum_from_text"),
                     "the value with a name, an alias or a code in digits; an error when there is "
                     "none");
    script->Function(to_text, type, kText, kPureLeakproof, script->C("gb_enum_to_text"),
                     "the name, or the digits of a code that has none");
    for (const std::string_view integer : {"pg_catalog.int2", "pg_catalog.int4"}) {
        AddCast(script, integer, type, by(from, integer, "ASSIGNMENT"),
                "checked: the code must have a name");
    }
    // This cast makes the functions of enum_code fit the casts below. A dump sorts casts by the
    // names of their types, so it has this one first, too.
    AddCast(script, type, kEnumCode, "WITHOUT FUNCTION AS IMPLICIT",
            "for comparisons with integers and casts to them");
    AddCast(script, type, "pg_catalog.int2", "WITHOUT FUNCTION AS ASSIGNMENT", "the code");
    for (const std::string_view integer : {"int4", "int8"}) {
        AddCast(script, type, fmt::format("pg_catalog.{}", integer),
                by(fmt::format("{}_to_{}", kEnumCode, integer), kEnumCode, "ASSIGNMENT"),
                "the code");
    }
    for (const std::string_view text : {"pg_catalog.text", "pg_catalog.varchar"}) {
        AddCast(script, text, type, by(from, kText, "ASSIGNMENT"),
                "checked: the name must be known");
        AddCast(script, type, text, by(to_text, type, "IMPLICIT"), "the name");
    }

    const std::string& name = script->ddl().name;
    script->PublicFunction(
        "as_" + name, "pg_catalog.int2", "pg_catalog.int2", type, kPure,
        EnumScript::Supported(EnumScript::Internal("int2up")),
        fmt::format(
            "a smallint as {0}, not checked, at no cost; example: as_{0}({1}::smallint) is {2}",
            name, ToInt(script->ddl().example_code), script->ddl().example_name));
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
        AddCast(script, source, target, fmt::format("WITH FUNCTION {}({})", function, source),
                "checked: the value with the same code");
    };
    cast(kin, type, "from_kin");
    cast(type, kin, "to_kin");
}

/// The lookups for smallint columns. Their arguments do not say which enumeration is meant, so each
/// has a last argument of the enumeration's type, which has a default and which nobody gives. It
/// also makes the functions depend on the type.
void AddLookups(EnumScript* script) {
    constexpr std::string_view kLookup = "IMMUTABLE LEAKPROOF PARALLEL SAFE COST 1";
    const EnumDdl& ddl = script->ddl();
    const std::string& type = script->type();
    const int code = ToInt(ddl.example_code);
    const std::string which = fmt::format("enum {} DEFAULT NULL", type);
    const auto lookup = [&](std::string_view suffix, std::string_view argument,
                            std::string_view argument_type, std::string_view result,
                            const std::string& body, const std::string& comment) {
        script->PublicFunction(fmt::format("{}_{}", ddl.name, suffix),
                               fmt::format("{} {}, {}", argument, argument_type, which),
                               fmt::format("{}, {}", argument_type, type), result, kLookup, body,
                               comment);
    };
    const std::string name_comment =
        fmt::format("the name of a code, NULL for an unknown one; example: {}_name({}) is {}",
                    ddl.name, code, ddl.example_name);
    lookup("code", "name", kText, "pg_catalog.int2",
           EnumScript::Supported(script->C("gb_enum_lookup_code")),
           fmt::format("the code of a name or alias, NULL for an unknown one; example: "
                       "{}_code('{}') is {}",
                       ddl.name, ddl.example_name, code));
    lookup("name", "code", "pg_catalog.int4", kText, script->C("gb_enum_lookup_name"),
           name_comment);
    // A cast to integer in each row would cost a quarter of what the lookup costs.
    lookup("name", "code", "pg_catalog.int2", kText, script->C("gb_enum_lookup_name_of_smallint"),
           name_comment);
    lookup("description", "code", "pg_catalog.int4", kText, script->C("gb_enum_lookup_description"),
           fmt::format(
               "the description of a code, NULL when there is none; example: {}_description({})",
               ddl.name, code));
    script->PublicFunction(
        ddl.name + "_values", which, type,
        "TABLE (code pg_catalog.int2, name pg_catalog.text, description pg_catalog.text, "
        "aliases pg_catalog.text[], deprecated pg_catalog.bool, replacement pg_catalog.text)",
        "IMMUTABLE PARALLEL SAFE ROWS 10", script->C("gb_enum_lookup_values"),
        fmt::format("the values in the order of their codes; example: SELECT code, name FROM "
                    "{}_values()",
                    ddl.name));
}

/// min and max, by code. The functions that they call exist once for all enumerations.
void AddAggregates(EnumScript* script) {
    struct Aggregate {
        std::string_view name;
        std::string_view step;
        std::string_view order;
        std::string_view which;
    };
    const std::string& type = script->type();
    for (const Aggregate& aggregate :
         {Aggregate{"min", "smaller", "<", "lowest"}, Aggregate{"max", "larger", ">", "highest"}}) {
        script->Statement(
            "CREATE AGGREGATE {0}.{1}({2}) (SFUNC = {3}.{4}, STYPE = {2}, COMBINEFUNC = {3}.{4}, "
            "SORTOP = OPERATOR({0}.{5}), PARALLEL = SAFE)",
            script->operator_schema(), aggregate.name, type, kInternalSchema, aggregate.step,
            aggregate.order);
        script->InternalComment(
            "AGGREGATE", fmt::format("{}.{}({})", script->operator_schema(), aggregate.name, type),
            fmt::format("the value with the {0} code; example: "
                        "SELECT {1}(as_{2}(code)) FROM {2}_values()",
                        aggregate.which, aggregate.name, script->ddl().name));
        script->GiveAway("AGGREGATE",
                         fmt::format("{}.{}({})", script->operator_schema(), aggregate.name, type));
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
