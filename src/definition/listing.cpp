#include "definition/listing.hpp"

#include <vector>

#include <fmt/format.h>

namespace gb_enums {

namespace {

/// A longer list does not help a reader.
constexpr std::size_t kMostListed = 20;

/// `a, b and c`, or `a, b, c and 7 more` when some are left out.
std::string Join(std::vector<std::string> items, std::size_t left_out) {
    if (left_out > 0) {
        items.push_back(fmt::format("{} more", left_out));
    }
    std::string joined;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) {
            joined += i + 1 == items.size() ? " and " : ", ";
        }
        joined += items[i];
    }
    return joined;
}

std::string List(const Definition& definition, bool even_deprecated) {
    std::vector<std::string> names;
    std::size_t left_out = 0;
    for (const Value& value : definition.values()) {
        if (value.deprecated && !even_deprecated) {
            continue;
        }
        if (names.size() == kMostListed) {
            ++left_out;
        } else {
            names.push_back(fmt::format("\"{}\"", value.name));
        }
    }
    return Join(std::move(names), left_out);
}

}  // namespace

std::string ListNames(const Definition& definition) {
    return List(definition, false);
}

std::string ListAllNames(const Definition& definition) {
    return List(definition, true);
}

std::string ListCodes(const Definition& definition) {
    const auto& values = definition.values();
    const auto code_at = [&](std::size_t i) { return int{ToInt(values[i].code)}; };
    std::vector<std::string> runs;
    std::size_t left_out = 0;
    for (std::size_t first = 0, last = 0; first < values.size(); first = last + 1) {
        last = first;
        while (last + 1 < values.size() && code_at(last + 1) == code_at(last) + 1) {
            ++last;
        }
        if (last == first + 1) {
            last = first;  // "1, 2" is easier to read than "1 to 2"
        }
        if (runs.size() == kMostListed) {
            left_out += last - first + 1;
        } else if (first == last) {
            runs.push_back(fmt::to_string(code_at(first)));
        } else {
            runs.push_back(fmt::format("{} to {}", code_at(first), code_at(last)));
        }
    }
    return Join(std::move(runs), left_out);
}

}  // namespace gb_enums
