// Whatever a definition says, its source has no literal or comment that goes on where it should
// not: the brackets of what is left without them are pairs. The first byte is the language.

#include "source/languages/languages.hpp"

#include <iterator>

#include "../unit/source_lexer.hpp"
#include "require.hpp"

using gb_enums::Language;

namespace {

const Language* const kLanguages[] = {
    &gb_enums::kCpp,      &gb_enums::kCSharp, &gb_enums::kGo,        &gb_enums::kGraphql,
    &gb_enums::kJava,     &gb_enums::kKotlin, &gb_enums::kPython,    &gb_enums::kJsonSchema,
    &gb_enums::kProtobuf, &gb_enums::kRust,   &gb_enums::kTypescript};

void CheckBrackets(std::string_view code) {
    std::string open;
    for (const char c : code) {
        const std::size_t kind = std::string_view("()[]{}").find(c);
        if (kind == std::string_view::npos) {
            continue;
        }
        if (kind % 2 == 0) {
            open += std::string_view("()[]{}")[kind + 1];
        } else {
            REQUIRE(!open.empty() && open.back() == c);
            open.pop_back();
        }
    }
    REQUIRE(open.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const Language& language = *kLanguages[data[0] % std::size(kLanguages)];
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    gb_enums::SourceEnum one;
    one.schema = one.name = one.sql_name = "state";
    one.comment = one.body = body;
    try {
        const gb_enums::Output out =
            gb_enums::WriteSource(language, {one}, "public.gb_enum_fingerprint");
        std::string source(out.size(), ' ');
        out.CopyTo(source.data());
        const std::string code = gb_enums::test::CodeOf(language, source);
        REQUIRE(code.find("unterminated") == std::string::npos);
        CheckBrackets(code);
    } catch (const gb_enums::DefinitionError&) {
        // The other fuzzers are about those.
    }
    return 0;
}
