#include "ddl/script.hpp"

namespace gb_enums {

EnumScript::EnumScript(const EnumDdl& ddl)
    : ddl_(ddl),
      schema_(QuoteIdentifier(ddl.schema)),
      type_(schema_ + "." + QuoteIdentifier(ddl.name)),
      operator_schema_(QuoteIdentifier(ddl.operator_schema)) {}

std::string EnumScript::Own(std::string_view suffix) const {
    return fmt::format("{}.{}", kInternalSchema,
                       QuoteIdentifier(fmt::format("{}_{}", ddl_.internal_name, suffix)));
}

std::string EnumScript::Public(std::string_view name) const {
    return fmt::format("{}.{}", schema_, QuoteIdentifier(name));
}

void EnumScript::Comment(std::string_view kind, std::string_view object, std::string_view comment) {
    Statement("COMMENT ON {} {} IS {}", kind, object, QuoteLiteral(comment));
}

void EnumScript::GiveAway(std::string_view kind, std::string_view object) {
    if (!ddl_.owner.empty()) {
        Statement("ALTER {} {} OWNER TO {}", kind, object, QuoteIdentifier(ddl_.owner));
    }
}

void EnumScript::InternalComment(std::string_view kind, std::string_view object,
                                 std::string_view comment) {
    if (ddl_.comments_all) {
        Comment(kind, object, comment);
    }
}

void EnumScript::Function(const std::string& name, std::string_view arguments,
                          std::string_view result, std::string_view properties,
                          std::string_view body, std::string_view comment,
                          std::string_view signature) {
    Statement("CREATE FUNCTION {}({}) RETURNS {} {} {}", name, arguments, result, properties, body);
    InternalComment("FUNCTION",
                    fmt::format("{}({})", name, signature.empty() ? arguments : signature),
                    comment);
}

void EnumScript::PublicFunction(std::string_view name, std::string_view arguments,
                                std::string_view signature, std::string_view result,
                                std::string_view properties, std::string_view body,
                                std::string_view comment) {
    Statement("CREATE FUNCTION {}({}) RETURNS {} {} {}", Public(name), arguments, result,
              properties, body);
    const std::string function = fmt::format("{}({})", Public(name), signature);
    Comment("FUNCTION", function, comment);
    GiveAway("FUNCTION", function);
}

std::string EnumScript::C(std::string_view symbol) const {
    return fmt::format("LANGUAGE c AS {}, '{}'", QuoteLiteral(ddl_.library), symbol);
}

std::string EnumScript::Internal(std::string_view symbol) {
    return fmt::format("LANGUAGE internal AS '{}'", symbol);
}

std::string EnumScript::Supported(std::string_view body) {
    return fmt::format("SUPPORT {}.support {}", kInternalSchema, body);
}

}  // namespace gb_enums
