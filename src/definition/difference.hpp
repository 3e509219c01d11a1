#pragma once

#include <string_view>
#include <vector>

#include "definition/definition.hpp"

namespace gb_enums {

/// What texts mean in one version of a definition and not in another. The texts are in the memory
/// of the two definitions.
struct Difference {
    /// Names and aliases that are read as no value any more, or as another one.
    std::vector<std::string_view> lost;
    /// Names and aliases that were read as no value, or as another one.
    std::vector<std::string_view> gained;
    /// Names that a value was shown by and is not any more; a removed value counts.
    std::vector<std::string_view> hidden;
    /// Names that a value is shown by instead of another name.
    std::vector<std::string_view> shown;
    /// Whether a value that is in both versions has another description.
    bool described = false;
    /// Whether what is gained means new values only, so that no row has any of them.
    bool only_new_values = true;

    bool empty() const noexcept {
        return lost.empty() && gained.empty() && hidden.empty() && !described;
    }
};

Difference DifferenceBetween(const Definition& before, const Definition& after);

/// Whether a text has another one in it as a word of its own, in whichever case: what could be
/// `open` in a pattern, an array or a document.
bool Mentions(std::string_view text, std::string_view word) noexcept;

}  // namespace gb_enums
