#pragma once

#include <string>
#include <string_view>

namespace gb_enums {

/// The statement of an extension's script after which the extension has an enumeration with this
/// definition. `comment` is empty for none, and `kin`, the enumeration that it is made like, too.
std::string PackageEnumSql(std::string_view name, std::string_view comment, std::string_view body,
                           std::string_view kin);

}  // namespace gb_enums
