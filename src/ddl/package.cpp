#include "ddl/package.hpp"

#include <fmt/format.h>

#include "ddl/quoting.hpp"

namespace gb_enums {

std::string PackageEnumSql(std::string_view name, std::string_view comment, std::string_view body,
                           std::string_view kin) {
    std::string lines(body);
    if (lines.empty() || lines.front() != '\n') {
        lines.insert(0, 1, '\n');
    }
    if (lines.back() != '\n') {
        lines += '\n';
    }
    std::string sql = fmt::format("SELECT gb_enums_internal.package_enum({}, {}",
                                  QuoteLiteral(name), QuoteLines(lines));
    if (!comment.empty()) {
        sql += fmt::format(", description => {}", QuoteLiteral(comment));
    }
    if (!kin.empty()) {
        sql += fmt::format(", \"like\" => {}", QuoteLiteral(kin));
    }
    return sql + ");";
}

}  // namespace gb_enums
