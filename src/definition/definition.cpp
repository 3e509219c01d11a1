#include "definition/definition.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <numeric>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace gb_enums {

bool ParseCode(std::string_view text, Code* code) noexcept {
    std::int16_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return false;
    }
    const std::string_view digits = text.front() == '-' ? text.substr(1) : text;
    if (digits.front() == '0' && text.size() > 1) {
        return false;
    }
    *code = Code{number};
    return true;
}

bool IsOtherCode(std::string_view name, Code code) noexcept {
    Code other{};
    return ParseCode(name, &other) && other != code;
}

bool Definition::IndexName(std::string_view name, std::size_t value_index) noexcept {
    for (std::size_t i = HashName(name) & bucket_mask_;; i = (i + 1) & bucket_mask_) {
        Bucket& bucket = buckets_[i];
        if (bucket.value_plus_one == 0) {
            bucket = {name, static_cast<std::uint32_t>(value_index + 1), values_[value_index].code};
            return true;
        }
        if (SameName(bucket.name, name)) {
            return false;
        }
    }
}

void Definition::IndexCodes() {
    min_code_ = ToInt(values_.front().code);
    const int max_code = ToInt(values_.back().code);
    index_of_code_.assign(static_cast<std::size_t>(max_code - min_code_) + 1, 0);
    for (std::size_t i = 0; i < values_.size(); ++i) {
        index_of_code_[static_cast<std::size_t>(ToInt(values_[i].code) - min_code_)] =
            static_cast<std::uint16_t>(i + 1);
    }
}

namespace {

template <typename Condition>
const RetiredCode* FirstRetired(const std::pmr::vector<RetiredCode>& retired, Condition condition) {
    const auto found = std::find_if(retired.begin(), retired.end(), condition);
    return found == retired.end() ? nullptr : &*found;
}

}  // namespace

const RetiredCode* Definition::FindRetired(Code code) const noexcept {
    return FirstRetired(retired_, [code](const RetiredCode& old) { return old.code == code; });
}

const RetiredCode* Definition::FindRetired(std::string_view name) const noexcept {
    return FirstRetired(retired_, [name](const RetiredCode& old) { return old.name == name; });
}

namespace {

/// Whether a name has two bytes in this or another encoding.
bool MayHaveTwoBytes(std::string_view name) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    return name.size() == sizeof(std::int16_t) ||
           (name.size() <= kShortName && !std::all_of(name.begin(), name.end(), is_ascii));
}

}  // namespace

/// Reads a body into a Definition, and remembers the line of each value for error messages.
class DefinitionParser {
  public:
    DefinitionParser(std::string_view body, std::pmr::memory_resource* memory)
        : memory_(memory), definition_(memory) {
        // Unquoting never makes a text longer, so text_ never moves while string_views point into
        // it.
        definition_.text_.reserve(body.size());
        // A vector that grows gives its old block back to the memory context, which keeps the
        // memory.
        const auto lines = 1 + std::count(body.begin(), body.end(), '\n');
        definition_.values_.reserve(std::min(static_cast<std::size_t>(lines), kMaxValues));
        rest_of_body_ = body;
    }

    Definition Run() {
        while (!rest_of_body_.empty()) {
            ++line_;
            const std::size_t end = rest_of_body_.find('\n');
            rest_ = rest_of_body_.substr(0, end);
            rest_of_body_.remove_prefix(end == std::string_view::npos ? rest_of_body_.size()
                                                                      : end + 1);
            ParseLine();
        }
        if (definition_.values_.empty()) {
            line_ = std::max<std::uint32_t>(line_, 1);
            Fail("an enumeration needs at least one value");
        }
        CheckCodes();
        IndexNames();
        CheckReplacements();
        return std::move(definition_);
    }

  private:
    enum class Kind { kEnd, kWord, kQuoted };
    struct Token {
        Kind kind = Kind::kEnd;
        std::string_view text;
    };

    [[noreturn]] void Fail(const std::string& message) const {
        throw DefinitionError(line_, message);
    }

    static bool IsBlank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

    /// The next word or quoted string of the line, its text copied into the definition.
    Token Next() {
        while (!rest_.empty() && IsBlank(rest_.front())) {
            rest_.remove_prefix(1);
        }
        if (rest_.empty() || rest_.front() == '#') {
            return {};
        }
        const std::size_t start = definition_.text_.size();
        if (rest_.front() == '"') {
            Unquote();
            if (!rest_.empty() && !IsBlank(rest_.front())) {
                Fail("a quoted string must be followed by a blank");
            }
            return {Kind::kQuoted, TextFrom(start)};
        }
        const auto* const end = std::find_if(rest_.begin(), rest_.end(), IsBlank);
        const auto length = static_cast<std::size_t>(end - rest_.begin());
        if (rest_.substr(0, length).find('"') != std::string_view::npos) {
            Fail("a word must not contain a double quote; quote the whole of it");
        }
        definition_.text_.insert(definition_.text_.end(), rest_.begin(), end);
        rest_.remove_prefix(length);
        return {Kind::kWord, TextFrom(start)};
    }

    std::string_view TextFrom(std::size_t start) const noexcept {
        return {definition_.text_.data() + start, definition_.text_.size() - start};
    }

    /// Copies the quoted string that `rest_` starts with, and steps over it.
    void Unquote() {
        std::size_t i = 1;
        for (; i < rest_.size() && rest_[i] != '"'; ++i) {
            char c = rest_[i];
            if (c == '\\') {
                ++i;
                const char escaped = i < rest_.size() ? rest_[i] : '\0';
                switch (escaped) {
                    case '"':
                    case '\\':
                        c = escaped;
                        break;
                    case 'n':
                        c = '\n';
                        break;
                    case 'r':
                        c = '\r';
                        break;
                    case 't':
                        c = '\t';
                        break;
                    default:
                        Fail(R"(in a quoted string, a backslash is followed by ", \, n, r or t)");
                }
            }
            definition_.text_.push_back(c);
        }
        if (i >= rest_.size()) {
            Fail("unterminated quoted string");
        }
        rest_.remove_prefix(i + 1);
    }

    Code NeedCode(const Token& token) const {
        Code code{};
        if (token.kind != Kind::kWord || !ParseCode(token.text, &code)) {
            Fail(fmt::format("\"{}\" is not a code; a code is a number from -32768 to 32767",
                             token.text));
        }
        return code;
    }

    std::string_view NeedName(const Token& token, std::string_view what) const {
        if (token.kind == Kind::kEnd) {
            Fail(fmt::format("{} is missing", what));
        }
        if (token.kind == Kind::kWord && token.text.find_first_of(kQuotedOnly) != token.text.npos) {
            Fail(fmt::format(
                "\"{}\" has a comma or an equals sign in it; a name that does is put in "
                "double quotes",
                token.text));
        }
        if (token.text.empty() || token.text.size() > kMaxNameBytes) {
            Fail(fmt::format("{} must have 1 to {} bytes, \"{}\" has {}", what, kMaxNameBytes,
                             token.text, token.text.size()));
        }
        return token.text;
    }

    /// The same, for a name or alias of the value with this code, and for the name of a retired
    /// code.
    std::string_view NeedNameFor(Code code, const Token& token, std::string_view what) const {
        const std::string_view name = NeedName(token, what);
        if (IsOtherCode(name, code)) {
            Fail(fmt::format("{} must not be another code: \"{}\" would be read as code {}", what,
                             name, name));
        }
        return name;
    }

    void ParseLine() {
        const Token first = Next();
        if (first.kind == Kind::kEnd) {
            return;
        }
        if (first.kind == Kind::kWord && first.text == "retired") {
            RetiredCode retired;
            retired.line = line_;
            retired.code = NeedCode(Next());
            retired.name = NeedNameFor(retired.code, Next(), "the name of a retired code");
            if (Next().kind != Kind::kEnd) {
                Fail("a retired code has a name and nothing else");
            }
            definition_.retired_.push_back(retired);
            return;
        }
        if (definition_.values_.size() == kMaxValues) {
            Fail(fmt::format("an enumeration has at most {} values", kMaxValues));
        }
        Value value(memory_);
        value.code = NeedCode(first);
        value.name = NeedNameFor(value.code, Next(), "the name of a value");
        Token token = Next();
        if (token.kind == Kind::kQuoted) {
            value.description = token.text;
            value.has_description = true;
            token = Next();
        }
        for (; token.kind != Kind::kEnd; token = Next()) {
            ParseClause(token, &value);
        }
        value.line = line_;
        definition_.values_.push_back(std::move(value));
    }

    void ParseClause(const Token& token, Value* value) {
        const bool is_word = token.kind == Kind::kWord;
        if (is_word && token.text == "alias") {
            value->aliases.push_back(NeedNameFor(value->code, Next(), "an alias"));
        } else if (is_word && token.text == "deprecated" && !value->deprecated) {
            value->deprecated = true;
        } else if (is_word && token.text == "use" && value->deprecated &&
                   value->replacement.empty()) {
            value->replacement = NeedName(Next(), "the name after \"use\"");
        } else {
            Fail(
                fmt::format("unexpected \"{}\"; after the name come a quoted description, "
                            "\"alias\" with a name, \"deprecated\" and \"use\" with a name",
                            token.text));
        }
    }

    /// Sorts items by their codes. Refuses a code that occurs twice.
    template <typename Item>
    void SortByCode(std::pmr::vector<Item>* items) {
        std::sort(items->begin(), items->end(), [](const Item& a, const Item& b) {
            return std::pair(a.code, a.line) < std::pair(b.code, b.line);
        });
        const auto twice =
            std::adjacent_find(items->begin(), items->end(),
                               [](const Item& a, const Item& b) { return a.code == b.code; });
        if (twice != items->end()) {
            line_ = std::next(twice)->line;
            Fail(fmt::format("code {} stands twice", ToInt(twice->code)));
        }
    }

    void CheckCodes() {
        SortByCode(&definition_.values_);
        SortByCode(&definition_.retired_);
        definition_.IndexCodes();
        for (const RetiredCode& retired : definition_.retired_) {
            line_ = retired.line;
            if (const Value* value = definition_.Find(retired.code)) {
                Fail(fmt::format("code {} is retired, but stands for \"{}\" too",
                                 ToInt(retired.code), value->name));
            }
        }
    }

    void IndexNames() {
        std::size_t names = 0;
        for (const Value& value : definition_.values_) {
            names += 1 + value.aliases.size();
        }
        std::size_t size = 2;
        while (size < 2 * names) {
            size *= 2;
        }
        definition_.buckets_.resize(size);
        definition_.bucket_mask_ = size - 1;
        for (std::size_t i = 0; i < definition_.values_.size(); ++i) {
            const Value& value = definition_.values_[i];
            line_ = value.line;
            IndexOneName(value.name, i);
            CheckBytes(value.name, value.code);
            for (const std::string_view alias : value.aliases) {
                IndexOneName(alias, i);
                CheckBytes(alias, value.code);
            }
        }
    }

    void IndexOneName(std::string_view name, std::size_t value_index) {
        if (!definition_.IndexName(name, value_index)) {
            Fail(fmt::format("the name \"{}\" stands twice", name));
        }
    }

    /// Refuses a name of two bytes that are the code of another value in binary format.
    void CheckBytes(std::string_view name, Code code) {
        definition_.has_short_names_ |= MayHaveTwoBytes(name);
        if (const Value* other = definition_.FindInBytes(name, code)) {
            Fail(fmt::format("\"{}\" and code {} are the same two bytes in binary format", name,
                             ToInt(other->code)));
        }
    }

    void CheckReplacements() {
        for (const Value& value : definition_.values_) {
            line_ = value.line;
            if (value.replacement.empty()) {
                continue;
            }
            const Value* replacement = definition_.Find(value.replacement);
            if (replacement == nullptr || replacement->deprecated) {
                Fail(fmt::format("\"{}\" after \"use\" is not a value that is in use",
                                 value.replacement));
            }
        }
    }

    std::pmr::memory_resource* memory_;
    Definition definition_;
    std::string_view rest_of_body_;
    std::string_view rest_;
    std::uint32_t line_ = 0;
};

Definition Definition::Parse(std::string_view body, std::pmr::memory_resource* memory) {
    if (body.size() > kMaxBodyBytes) {
        throw DefinitionError(1, fmt::format("a definition has at most {} bytes, this one has {}",
                                             kMaxBodyBytes, body.size()));
    }
    return DefinitionParser(body, memory).Run();
}

}  // namespace gb_enums
