#include "definition/assemble.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "definition/edit.hpp"

namespace gb_enums {

namespace {

/// Whole lines, each with its end.
std::string WholeLines(std::string_view text) {
    std::string lines(text);
    if (!lines.empty() && lines.back() != '\n') {
        lines += '\n';
    }
    return lines;
}

/// Whether lines hold more than comments and blanks.
bool SaysAnything(std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t first = lines.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos) {
            return false;
        }
        if (lines[first] != '#') {
            return true;
        }
        lines.remove_prefix(std::min(lines.find('\n', first), lines.size()));
    }
    return false;
}

std::size_t CountLines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Checks a definition that consists of another one, lines, and names. An error is about what the
/// caller wrote: it has the number of the line among the caller's, or none when it is about the
/// names.
void CheckAssembled(const std::string& other, const std::string& lines, const std::string& body) {
    try {
        Definition::Parse(body, std::pmr::get_default_resource());
    } catch (const DefinitionError& error) {
        const std::size_t before = CountLines(other);
        if (error.line() > before && error.line() <= before + CountLines(lines)) {
            throw DefinitionError(error.line() - before, error.what());
        }
        throw EditError(EditError::Kind::kInvalid, error.what());
    }
}

/// Where a line of a body begins; 1 is the first.
std::size_t BeginOfLine(const std::string& body, std::size_t line) {
    std::size_t begin = 0;
    for (std::size_t i = 1; i < line; ++i) {
        begin = body.find('\n', begin) + 1;
    }
    return begin;
}

/// Refuses a name that is meant as a code and a name.
void CheckNoCodeInName(std::string_view name) {
    Code code{};
    const std::size_t equals = name.find('=');
    if (equals != std::string_view::npos && ParseCode(name.substr(0, equals), &code)) {
        throw EditError(EditError::Kind::kInvalid,
                        fmt::format("\"{}\" is a code and a name, not a name", name),
                        fmt::format("Give codes in a definition: definition => '{} {}'.",
                                    ToInt(code), DefinitionWord(name.substr(equals + 1))));
    }
}

}  // namespace

std::string AssembleDefinition(std::string_view other, std::string_view lines,
                               const std::vector<std::string_view>& names) {
    const std::string other_lines = WholeLines(other);
    const std::string own_lines = WholeLines(lines);
    std::string body = other_lines + own_lines;
    std::vector<std::string_view> new_names;
    int code = 0;
    if (names.empty() || !SaysAnything(body)) {
        new_names = names;
    } else {
        CheckAssembled(other_lines, own_lines, body);
        DefinitionEdit edit(body);
        for (const std::string_view name : names) {
            if (edit.definition().FindRetired(name) != nullptr) {
                edit.AddValue(name, std::nullopt, std::nullopt, {});
            } else {
                new_names.push_back(name);
            }
        }
        body = edit.body();
        code = new_names.empty() ? 0 : ToInt(edit.NextCode());
    }
    for (const std::string_view name : new_names) {
        CheckNoCodeInName(name);
        if (code > std::numeric_limits<std::int16_t>::max()) {
            throw EditError(EditError::Kind::kFull, "there is no code left");
        }
        body += fmt::format("{} {}\n", code++, DefinitionWord(name));
    }
    CheckAssembled(other_lines, own_lines, body);
    return body;
}

std::string RepairDefinition(std::string body) {
    if (body.size() > kMaxBodyBytes) {
        const std::size_t end = body.rfind('\n', kMaxBodyBytes / 2);
        body.resize(end == std::string::npos ? 0 : end);
    }
    // Ends, since each turn leaves one line fewer that can be in the way.
    for (;;) {
        try {
            Definition::Parse(body, std::pmr::get_default_resource());
            return body;
        } catch (const DefinitionError& error) {
            const std::size_t begin = BeginOfLine(body, error.line());
            if (body.compare(begin, 1, "#") == 0 || begin == body.size()) {
                return body + (body.empty() ? "0 unknown" : "\n0 unknown");  // nothing is left
            }
            body.insert(begin, "# ");
        }
    }
}

}  // namespace gb_enums
