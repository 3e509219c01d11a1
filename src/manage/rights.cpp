// Who makes enumerations.

#include "manage/scripts.hpp"
#include "server/arguments.hpp"

namespace gb_enums {

/// (role name)
GB_ENUMS_FUNCTION(gb_enum_grant) {
    RequireArgument(fcinfo, 0, "the role");
    ChangeRights(fcinfo, PG_GETARG_NAME(0), "GRANT EXECUTE ON FUNCTION %s TO %I");
    PG_RETURN_VOID();
}

/// (role name)
GB_ENUMS_FUNCTION(gb_enum_revoke) {
    RequireArgument(fcinfo, 0, "the role");
    ChangeRights(fcinfo, PG_GETARG_NAME(0), "REVOKE EXECUTE ON FUNCTION %s FROM %I");
    PG_RETURN_VOID();
}

}  // namespace gb_enums
