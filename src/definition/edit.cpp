#include "definition/edit.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "definition/listing.hpp"

namespace gb_enums {

namespace {

using Kind = EditError::Kind;

Definition Read(std::string_view body) {
    return Definition::Parse(body, std::pmr::get_default_resource());
}

/// The name of the value that has, or had, a name or alias whose two bytes are a code in binary
/// format. Empty when there is none. A value that had it may get its name and its code again.
std::string_view NamedByBytes(const Definition& definition, Code code) {
    const auto bytes = BytesOf(code);
    const std::string_view name(bytes.data(), bytes.size());
    if (const Value* value = definition.Find(name)) {
        return value->name;
    }
    const RetiredCode* retired = definition.FindRetired(name);
    return retired == nullptr || retired->code == code ? std::string_view() : retired->name;
}

}  // namespace

std::string LineOf(const Value& value) {
    std::string line = fmt::format("{} {}", ToInt(value.code), DefinitionWord(value.name));
    if (value.has_description) {
        line += ' ' + DefinitionString(value.description);
    }
    for (const std::string_view alias : value.aliases) {
        line += " alias " + DefinitionWord(alias);
    }
    if (value.deprecated) {
        line += " deprecated";
    }
    if (!value.replacement.empty()) {
        line += " use " + DefinitionWord(value.replacement);
    }
    return line;
}

std::string LineOf(const RetiredCode& retired) {
    return fmt::format("retired {} {}", ToInt(retired.code), DefinitionWord(retired.name));
}

std::string DefinitionString(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
            case '\\':
                quoted += '\\';
                quoted += c;
                break;
            case '\n':
                quoted += "\\n";
                break;
            case '\r':
                quoted += "\\r";
                break;
            case '\t':
                quoted += "\\t";
                break;
            default:
                quoted += c;
        }
    }
    quoted += '"';
    return quoted;
}

std::string DefinitionWord(std::string_view text) {
    const bool plain = !text.empty() && text.front() != '#' &&
                       text.find_first_of(" \t\r\n\"") == std::string_view::npos &&
                       text.find_first_of(kQuotedOnly) == std::string_view::npos;
    return plain ? std::string(text) : DefinitionString(text);
}

DefinitionEdit::DefinitionEdit(std::string_view body) : body_(body), definition_(Read(body)) {}

const Value& DefinitionEdit::Need(std::string_view name) const {
    const Value* value = definition_.Find(name);
    if (value == nullptr) {
        throw EditError(Kind::kUnknown, fmt::format("there is no value \"{}\"", name),
                        fmt::format("Its values are {}.", ListAllNames(definition_)));
    }
    if (value->name != name) {
        throw EditError(Kind::kUnknown, fmt::format("\"{}\" is an alias, not a value", name),
                        fmt::format("The value is \"{}\".", value->name));
    }
    return *value;
}

void DefinitionEdit::CheckNotReplacement(std::string_view name) const {
    const Value* value = definition_.Find(name);
    for (const Value& other : definition_.values()) {
        // A replacement may be any name of a value. When an alias is dropped, only this alias
        // counts.
        if (value->name == name ? definition_.Find(other.replacement) == value
                                : other.replacement == name) {
            throw EditError(
                Kind::kState,
                fmt::format("\"{}\" is what to use instead of \"{}\"", name, other.name),
                fmt::format("Deprecate \"{}\" with another replacement first.", other.name));
        }
    }
}

void DefinitionEdit::CheckNewName(std::string_view name, Code code, std::string_view what) const {
    if (name.empty() || name.size() > kMaxNameBytes) {
        throw EditError(Kind::kInvalid, fmt::format("{} must have 1 to {} bytes, \"{}\" has {}",
                                                    what, kMaxNameBytes, name, name.size()));
    }
    if (const Value* value = definition_.Find(name)) {
        throw EditError(Kind::kTaken,
                        value->name == name
                            ? fmt::format("there is a value \"{}\" already", name)
                            : fmt::format("\"{}\" is an alias of \"{}\"", name, value->name),
                        value->name == name ? "" : "gb_enum_drop_alias() takes an alias away.");
    }
    if (IsOtherCode(name, code)) {
        throw EditError(Kind::kInvalid,
                        fmt::format("{} must not be another code: \"{}\" would be read as code {}",
                                    what, name, name),
                        "A number can only be a name of the value that has it as its code.");
    }
    if (const Value* other = definition_.FindInBytes(name, code)) {
        throw EditError(Kind::kInvalid,
                        fmt::format("\"{}\" and code {} are the same two bytes in binary format",
                                    name, ToInt(other->code)),
                        "Take a name of another length.");
    }
}

bool DefinitionEdit::IsFree(int code) const {
    const Code candidate{static_cast<std::int16_t>(code)};
    return definition_.Find(candidate) == nullptr &&
           definition_.FindRetired(candidate) == nullptr &&
           NamedByBytes(definition_, candidate).empty();
}

Code DefinitionEdit::NextCode() const {
    int highest = ToInt(definition_.values().back().code);
    if (!definition_.retired().empty()) {
        highest = std::max(highest, int{ToInt(definition_.retired().back().code)});
    }
    constexpr int kHighest = std::numeric_limits<std::int16_t>::max();
    for (const int first : {highest + 1, 0}) {
        for (int code = first; code <= kHighest; ++code) {
            if (IsFree(code)) {
                return Code{static_cast<std::int16_t>(code)};
            }
        }
    }
    throw EditError(Kind::kFull, "there is no code left");
}

void DefinitionEdit::Take(std::string body) {
    Definition changed = Read(body);
    body_ = std::move(body);
    definition_ = std::move(changed);
}

void DefinitionEdit::ReplaceLine(std::size_t line, const std::string& text) {
    std::size_t begin = 0;
    for (std::size_t i = 1; i < line; ++i) {
        begin = body_.find('\n', begin) + 1;
    }
    std::string body = body_;
    const std::size_t end = body.find('\n', begin);
    body.replace(begin, (end == std::string::npos ? body.size() : end) - begin, text);
    Take(std::move(body));
}

Code DefinitionEdit::AddValue(std::string_view name, std::optional<int> code,
                              std::optional<std::string_view> description,
                              const std::vector<std::string_view>& aliases) {
    if (definition_.values().size() == kMaxValues) {
        throw EditError(Kind::kFull,
                        fmt::format("an enumeration has at most {} values", kMaxValues));
    }
    Value value(std::pmr::get_default_resource());
    const RetiredCode* old = nullptr;
    if (code) {
        value.code = Code{static_cast<std::int16_t>(*code)};
        if (ToInt(value.code) != *code) {
            throw EditError(
                Kind::kInvalid,
                fmt::format("{} is not a code; a code is a number from -32768 to 32767", *code));
        }
        if (const Value* other = definition_.Find(value.code)) {
            throw EditError(Kind::kTaken,
                            fmt::format("code {} stands for \"{}\"", *code, other->name),
                            "Without a code, the value gets the next one.");
        }
        if (const auto named = NamedByBytes(definition_, value.code); !named.empty()) {
            throw EditError(Kind::kInvalid,
                            fmt::format("code {} and a name of \"{}\" are the same two bytes in "
                                        "binary format",
                                        *code, named),
                            "Without a code, the value gets the next one.");
        }
        old = definition_.FindRetired(value.code);
        if (old != nullptr && old->name != name) {
            throw EditError(Kind::kTaken,
                            fmt::format("code {} stood for \"{}\" once", *code, old->name),
                            "Codes never change their meaning: rows may still have it.");
        }
    } else {
        old = definition_.FindRetired(name);
        value.code = old != nullptr ? old->code : NextCode();
    }
    CheckNewName(name, value.code, "the name of a value");
    value.name = name;
    value.has_description = description.has_value();
    value.description = description.value_or("");
    for (const std::string_view alias : aliases) {
        CheckNewName(alias, value.code, "an alias");
        if (alias == name ||
            std::find(value.aliases.begin(), value.aliases.end(), alias) != value.aliases.end()) {
            throw EditError(Kind::kTaken, fmt::format("the name \"{}\" stands twice", alias));
        }
        value.aliases.push_back(alias);
    }
    if (old != nullptr) {
        ReplaceLine(old->line, LineOf(value));
        return value.code;
    }
    std::string body = body_;
    if (!body.empty() && body.back() != '\n') {
        body += '\n';
    }
    Take(body + LineOf(value) + '\n');
    return value.code;
}

void DefinitionEdit::Rename(std::string_view name, std::string_view new_name, bool keep_alias) {
    Value value = Need(name);
    const auto alias = std::find(value.aliases.begin(), value.aliases.end(), new_name);
    if (alias != value.aliases.end()) {
        value.aliases.erase(alias);
    } else {
        CheckNewName(new_name, value.code, "the name of a value");
    }
    if (keep_alias) {
        value.aliases.push_back(name);
    }
    DefinitionEdit changed(body_);
    value.name = new_name;
    // The replacements of other values use the name. They are removed before the rename and set
    // again after it, so that the text is always a definition.
    std::vector<Value> others;
    for (const Value& other : definition_.values()) {
        if (other.replacement == name) {
            others.push_back(other);
        }
    }
    for (Value& other : others) {
        other.replacement = {};
        changed.ReplaceLine(other.line, LineOf(other));
    }
    changed.ReplaceLine(value.line, LineOf(value));
    for (Value& other : others) {
        other.replacement = new_name;
        changed.ReplaceLine(other.line, LineOf(other));
    }
    Take(changed.body_);
}

void DefinitionEdit::Describe(std::string_view name, std::optional<std::string_view> description) {
    Value value = Need(name);
    value.has_description = description.has_value();
    value.description = description.value_or("");
    ReplaceLine(value.line, LineOf(value));
}

void DefinitionEdit::AddAlias(std::string_view name, std::string_view alias) {
    Value value = Need(name);
    CheckNewName(alias, value.code, "an alias");
    value.aliases.push_back(alias);
    ReplaceLine(value.line, LineOf(value));
}

void DefinitionEdit::DropAlias(std::string_view alias) {
    const Value* found = definition_.Find(alias);
    if (found == nullptr || found->name == alias) {
        throw EditError(Kind::kUnknown,
                        found == nullptr ? fmt::format("there is no alias \"{}\"", alias)
                                         : fmt::format("\"{}\" is a value, not an alias", alias));
    }
    CheckNotReplacement(alias);
    Value value = *found;
    value.aliases.erase(std::remove(value.aliases.begin(), value.aliases.end(), alias),
                        value.aliases.end());
    ReplaceLine(value.line, LineOf(value));
}

void DefinitionEdit::Deprecate(std::string_view name, std::optional<std::string_view> replacement) {
    Value value = Need(name);
    if (replacement) {
        const Value& other = Need(*replacement);
        if (other.deprecated || other.code == value.code) {
            throw EditError(
                Kind::kState,
                fmt::format("\"{}\" cannot replace \"{}\": it is {}", *replacement, name,
                            other.code == value.code ? "the same value" : "deprecated itself"));
        }
    }
    CheckNotReplacement(name);
    value.deprecated = true;
    value.replacement = replacement.value_or("");
    ReplaceLine(value.line, LineOf(value));
}

void DefinitionEdit::Undeprecate(std::string_view name) {
    Value value = Need(name);
    if (!value.deprecated) {
        throw EditError(Kind::kState, fmt::format("\"{}\" is not deprecated", name));
    }
    value.deprecated = false;
    value.replacement = {};
    ReplaceLine(value.line, LineOf(value));
}

Code DefinitionEdit::Remove(std::string_view name) {
    const Value& value = Need(name);
    const Code code = value.code;
    if (definition_.values().size() == 1) {
        throw EditError(Kind::kState, fmt::format("\"{}\" is the only value there is", name),
                        "An enumeration needs at least one; drop it as a whole.");
    }
    CheckNotReplacement(name);
    ReplaceLine(value.line, LineOf(RetiredCode{code, value.name, 0}));
    return code;
}

}  // namespace gb_enums
