#include "server/relation.hpp"

extern "C" {
#include "access/relation.h"
#include "access/table.h"
#include "utils/acl.h"
#include "utils/rel.h"
}

namespace gb_enums {

void RaiseNoRelation(Oid relation) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("relation with OID %u does not exist", relation)));
    pg_unreachable();
}

Relation OpenTable(Oid relation, LOCKMODE lock) {
    const Relation opened = try_table_open(relation, lock);
    if (opened == nullptr) {
        RaiseNoRelation(relation);
    }
    return opened;
}

Relation OpenRelation(Oid relation, LOCKMODE lock) {
    const Relation opened = try_relation_open(relation, lock);
    if (opened == nullptr) {
        RaiseNoRelation(relation);
    }
    return opened;
}

void CloseKeepingOwn(Relation relation, LOCKMODE lock) {
    const bool is_own = has_privs_of_role(GetUserId(), relation->rd_rel->relowner);
    relation_close(relation, is_own ? NoLock : lock);
}

const char* QualifiedNameOrNull(Oid relation) {
    const char* name = get_rel_name(relation);
    const char* schema = get_namespace_name(get_rel_namespace(relation));
    return name == nullptr || schema == nullptr ? nullptr
                                                : quote_qualified_identifier(schema, name);
}

const char* QualifiedName(Oid relation) {
    const char* name = QualifiedNameOrNull(relation);
    if (name == nullptr) {
        RaiseNoRelation(relation);
    }
    return name;
}

}  // namespace gb_enums
