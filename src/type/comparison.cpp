#include "type/comparison.hpp"

#include "server/function.hpp"

namespace gb_enums {

bool ComparisonOf(Oid function, Comparison* comparison) {
    const char* name = FunctionSource(function);
    const std::size_t length = strlen(name);
    constexpr std::pair<const char*, Comparison> kSuffixes[] = {
        {"lt", Comparison::kLt}, {"le", Comparison::kLe}, {"eq", Comparison::kEq},
        {"ge", Comparison::kGe}, {"gt", Comparison::kGt}, {"ne", Comparison::kNe}};
    for (const auto& [suffix, found] : kSuffixes) {
        if (length > 2 && strcmp(name + length - 2, suffix) == 0) {
            *comparison = found;
            return true;
        }
    }
    return false;
}

Comparison Commuted(Comparison comparison) {
    switch (comparison) {
        case Comparison::kLt:
            return Comparison::kGt;
        case Comparison::kLe:
            return Comparison::kGe;
        case Comparison::kGe:
            return Comparison::kLe;
        case Comparison::kGt:
            return Comparison::kLt;
        default:
            return comparison;
    }
}

}  // namespace gb_enums
