#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gb_enums {

/// The words of a name, of the letters a to z and digits: `in progress`, `in_progress` and
/// `inProgress` have the words "in" and "progress". Latin letters lose their accents, and a
/// character of another script is a word of its own, by its number ("u4e2d"). Languages and their
/// tools do not agree on which other characters an identifier may have. Empty for a name like "--".
std::vector<std::string> WordsOf(std::string_view name);

}  // namespace gb_enums
