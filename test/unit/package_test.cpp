#include "ddl/package.hpp"

#include <gtest/gtest.h>

namespace gb_enums {
namespace {

TEST(PackageEnumSql, HasTheDefinitionAsItIsWritten) {
    EXPECT_EQ(PackageEnumSql("state", "", "\n  0 new\n  1 open # soon\n", ""),
              "SELECT gb_enums_internal.package_enum('state', $$\n  0 new\n  1 open # soon\n$$);");
    EXPECT_EQ(PackageEnumSql("state", "", "0 new", ""),
              "SELECT gb_enums_internal.package_enum('state', $$\n0 new\n$$);");
}

TEST(PackageEnumSql, Quotes) {
    EXPECT_EQ(PackageEnumSql("it's", "a \\", "0 a \"$$\"\n", "an'other"),
              "SELECT gb_enums_internal.package_enum('it''s', $q$\n0 a \"$$\"\n$q$, "
              "description =>  E'a \\\\', \"like\" => 'an''other');");
}

}  // namespace
}  // namespace gb_enums
