#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// What a new enumeration is to be.
struct NewEnum {
    Oid schema;
    const char* name;
    const char* comment;
    /// The definition; must be one.
    const char* body;
    /// The role that it belongs to, who may make it there.
    Oid owner;
    /// An enumeration to and from which there are casts by code, or InvalidOid.
    Oid kin;
    /// Whether it comes with an extension, and so comes back with that and not with a dump.
    bool in_extension;
};

/// The type of a name in a schema, or InvalidOid.
Oid FindType(Oid schema, const char* name);

/// Makes an enumeration. The running function is one of the extension's; what it makes is made by
/// its owner, since base types take a superuser, and then given to the one it is for.
Oid CreateEnum(FunctionCallInfo fcinfo, const NewEnum& wanted);

/// Gives an enumeration another definition, and another comment unless that is nullptr.
void RedefineEnum(FunctionCallInfo fcinfo, Oid type, const char* body, const char* comment);

}  // namespace gb_enums
