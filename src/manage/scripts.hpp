#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// A new enumeration that is to be made.
struct NewEnum {
    Oid schema;
    const char* name;
    const char* comment;
    /// The definition, which has been checked.
    const char* body;
    /// The role that it will belong to, which may make it in that schema.
    Oid owner;
    /// An enumeration to and from which there are casts by code, or InvalidOid.
    Oid kin;
    /// Whether it belongs to an extension, which is what restores it instead of a dump.
    bool in_extension;
    /// Whether it comes with this extension, so that all of its objects get comments.
    bool is_built_in = false;
};

/// The type of a name in a schema, or InvalidOid.
Oid FindType(Oid schema, const char* name);

/// Refuses a schema that goes with its session. (Not every server refuses to create an extension
/// there.)
void CheckSchemaStays(const NewEnum& wanted);

/// Makes an enumeration. The owner of the running function, which is one of the extension's, makes
/// its objects, since only superusers make base types; then they are given to wanted.owner.
Oid CreateEnum(FunctionCallInfo fcinfo, const NewEnum& wanted);

/// Gives an enumeration another definition, and another comment unless that is nullptr.
void RedefineEnum(FunctionCallInfo fcinfo, Oid type, const char* body, const char* comment);

/// Gives the functions, operators and aggregates that people use of an enumeration the schema, the
/// names and the owner that they have by its type. Raises an error when the caller may not.
void FollowType(FunctionCallInfo fcinfo, Oid type);

/// Does what follows from an enumeration's having become a member of an extension, or having ceased
/// to be one: its internal objects get the names that they have there, its operators move, and it
/// gets an owner.
void TransferEnum(FunctionCallInfo fcinfo, Oid type, Oid owner, bool in_extension);

/// Grants the role that an enumeration belonged to what it could do as the owner, where that is not
/// everybody's.
void KeepPrivileges(FunctionCallInfo fcinfo, Oid type, Oid role);

/// Runs the statements that gb_enums_internal.statements_of_rights() gives for a role, where
/// `command` is GRANT or REVOKE with a function and the role to be put in. Raises an error when the
/// caller may not say who makes enumerations.
void ChangeRights(FunctionCallInfo fcinfo, const NameData* role, const char* command);

}  // namespace gb_enums
