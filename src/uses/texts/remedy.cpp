#include "uses/texts/remedy.hpp"

#include "server/relation.hpp"

extern "C" {
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_statistic_ext.h"
#include "utils/ruleutils.h"
}

namespace gb_enums {

namespace {

/// The longest statement that a message contains.
constexpr std::size_t kMostStatement = 1000;

/// A statement about a relation, `format` with its name; nullptr when the relation has been
/// dropped.
const char* ForRelation(const char* format, Oid relation) {
    const char* name = QualifiedNameOrNull(relation);
    return name == nullptr ? nullptr : psprintf(format, name);  // NOLINT(*-nonliteral)
}

/// Computes generated columns and the partition again. The server does so when a column that the
/// expression reads is set.
const char* Update(Oid relation, AttrNumber column) {
    const char* table = QualifiedNameOrNull(relation);
    const char* name = get_attname(relation, column > 0 ? column : AttrNumber{1}, true);
    return table == nullptr || name == nullptr
               ? nullptr
               : psprintf("UPDATE %s SET %s = %s", table, quote_identifier(name),
                          quote_identifier(name));
}

const char* CheckAgain(Oid constraint) {
    HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
    if (!HeapTupleIsValid(row)) {
        return nullptr;
    }
    const auto* form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));
    const bool of_domain = OidIsValid(form->contypid);
    const char* owner =
        of_domain ? format_type_be_qualified(form->contypid) : QualifiedNameOrNull(form->conrelid);
    const char* name = quote_identifier(pstrdup(NameStr(form->conname)));
    ReleaseSysCache(row);
    if (owner == nullptr) {
        return nullptr;
    }
    const char* drop =
        psprintf("ALTER %s %s DROP CONSTRAINT %s", of_domain ? "DOMAIN" : "TABLE", owner, name);
    const char* add = pg_get_constraintdef_command(constraint);
    return strlen(add) <= kMostStatement
               ? psprintf("%s; %s", drop, add)
               : psprintf("%s; and the ADD CONSTRAINT of its definition", drop);
}

const char* Analyze(Oid statistics) {
    HeapTuple row = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(statistics));
    if (!HeapTupleIsValid(row)) {
        return nullptr;
    }
    const Oid relation = reinterpret_cast<Form_pg_statistic_ext>(GETSTRUCT(row))->stxrelid;
    ReleaseSysCache(row);
    return ForRelation("ANALYZE %s", relation);
}

}  // namespace

const char* DescriptionOf(const ExpressionOwner& owner) {
    const char* description = getObjectDescription(&owner.object, true);
    return description != nullptr && owner.kind == OwnerKind::kPartitionKey
               ? psprintf("partition key of %s", description)
               : description;
}

const char* RemedyOf(const ExpressionOwner& owner) {
    const Oid object = owner.object.objectId;
    switch (owner.kind) {
        case OwnerKind::kMaterializedView:
            return ForRelation("REFRESH MATERIALIZED VIEW %s", object);
        case OwnerKind::kIndex:
            return ForRelation("REINDEX INDEX %s", object);
        case OwnerKind::kGeneratedColumn:
        case OwnerKind::kPartitionKey:
            return Update(object, owner.column);
        case OwnerKind::kCheck:
            return CheckAgain(object);
        case OwnerKind::kStatistics:
            return Analyze(object);
        case OwnerKind::kOther:
        case OwnerKind::kView:
        case OwnerKind::kFunction:
            return nullptr;
    }
    return nullptr;
}

}  // namespace gb_enums
