#pragma once

// Everything that depends on the server's major version. Included by server.hpp only.

extern "C" {
#include "access/tableam.h"
#include "access/transam.h"
#include "executor/executor.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/plancat.h"
#include "optimizer/planner.h"
#include "utils/acl.h"
#include "utils/relcache.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"
#if PG_VERSION_NUM >= 160000
#include "catalog/pg_extension.h"
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif
}

#if PG_VERSION_NUM < 150000
#error "gb_enums needs PostgreSQL 15 or later"
#endif

// Reports an error that a caller may have asked to be told of instead of thrown (pg_input_is_valid
// and COPY ... ON_ERROR of the servers that have them). The caller returns right after it.
#if PG_VERSION_NUM >= 160000
#define GB_ENUMS_SOFT_ERROR(context, ...) errsave((context), __VA_ARGS__)
#else
#define GB_ENUMS_SOFT_ERROR(context, ...) \
    do {                                  \
        (void)(context);                  \
        ereport(ERROR, __VA_ARGS__);      \
    } while (0)
#endif

/// How many transactions that wrote something have ended since the server was started. The number
/// changes at the moment from which on others see what they wrote.
inline uint64 EndedTransactions() {
#if PG_VERSION_NUM >= 170000
    const volatile uint64& count = TransamVariables->xactCompletionCount;
#else
    const volatile uint64& count = ShmemVariableCache->xactCompletionCount;
#endif
    return count;
}

/// Whether a role may make objects that belong to another. From 16 on, that takes more than
/// inheriting its privileges.
inline bool CanSetRole(Oid member, Oid role) {
#if PG_VERSION_NUM >= 160000
    return member_can_set_role(member, role);
#else
    return is_member_of_role(member, role);
#endif
}

/// Whether values of a domain are checked.
inline bool IsCheckedDomain(Oid domain) {
#if PG_VERSION_NUM >= 190000
    return DomainHasConstraints(domain, nullptr);
#else
    return DomainHasConstraints(domain);
#endif
}

/// Whether a role owns a type or an extension, may use a type, or may create in a schema.
inline bool OwnsType(Oid type, Oid role) {
#if PG_VERSION_NUM >= 160000
    return object_ownercheck(TypeRelationId, type, role);
#else
    return pg_type_ownercheck(type, role);
#endif
}
inline bool OwnsExtension(Oid extension, Oid role) {
#if PG_VERSION_NUM >= 160000
    return object_ownercheck(ExtensionRelationId, extension, role);
#else
    return pg_extension_ownercheck(extension, role);
#endif
}
inline AclResult CheckCreateIn(Oid schema, Oid role) {
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(NamespaceRelationId, schema, role, ACL_CREATE);
#else
    return pg_namespace_aclcheck(schema, role, ACL_CREATE);
#endif
}
inline AclResult CheckUseOf(Oid type, Oid role) {
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(TypeRelationId, type, role, ACL_USAGE);
#else
    return pg_type_aclcheck(type, role, ACL_USAGE);
#endif
}

/// A function as the server's walks through trees take it: before 16, these declare it without
/// arguments.
#if PG_VERSION_NUM >= 160000
inline auto AsMutator(Node* (*function)(Node*, void*)) {
    return function;
}
inline auto AsWalker(bool (*function)(Node*, void*)) {
    return function;
}
#else
inline auto AsMutator(Node* (*function)(Node*, void*)) {
    return reinterpret_cast<Node* (*)()>(reinterpret_cast<void (*)()>(function));
}
inline auto AsWalker(bool (*function)(Node*, void*)) {
    return reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(function));
}
#endif

/// From 18 on, a query that groups has a table of its own for the expressions that it groups by.
/// This replaces references to that table by the expressions, as the server does before it shows a
/// query.
inline void FlattenGroups([[maybe_unused]] Query* query) {
#if PG_VERSION_NUM >= 180000
    if (query->hasGroupRTE) {
        query->targetList = reinterpret_cast<List*>(
            flatten_group_exprs(nullptr, query, reinterpret_cast<Node*>(query->targetList)));
        query->havingQual = flatten_group_exprs(nullptr, query, query->havingQual);
    }
#endif
}

/// Whether a table of a query is that table, to which no reference is left.
inline bool IsFlattenedGroups([[maybe_unused]] const RangeTblEntry* table) {
#if PG_VERSION_NUM >= 180000
    return table->rtekind == RTE_GROUP;
#else
    return false;
#endif
}

/// What an expression that makes a document (XMLELEMENT, from 16 on JSON_OBJECT ...) makes it of;
/// NIL for other expressions.
inline const List* ConstructorArguments(const Node* node) {
    if (IsA(node, XmlExpr)) {
        const auto* document = reinterpret_cast<const XmlExpr*>(node);
        return list_concat_copy(document->named_args, document->args);
    }
#if PG_VERSION_NUM >= 160000
    if (IsA(node, JsonConstructorExpr)) {
        return reinterpret_cast<const JsonConstructorExpr*>(node)->args;
    }
#endif
    return NIL;
}

/// The query of JSON_ARRAY(SELECT ...) as it was written. From 19 on, it is what the server shows,
/// stands beside what is executed, and is left out by walks through a tree. nullptr for other
/// expressions and other servers.
inline Node** ShownQuery([[maybe_unused]] Node* node) {
#if PG_VERSION_NUM >= 190000
    if (node != nullptr && IsA(node, JsonConstructorExpr)) {
        auto* constructor = reinterpret_cast<JsonConstructorExpr*>(node);
        return constructor->orig_query == nullptr ? nullptr : &constructor->orig_query;
    }
#endif
    return nullptr;
}

/// The type of the number by which a callback for changes in a system cache is told the cache.
#if PG_VERSION_NUM >= 190000
using SystemCache = SysCacheIdentifier;
#else
using SystemCache = int;
#endif

/// The index of a catalog's primary key.
inline Oid PrimaryKeyOf(Relation catalog) {
#if PG_VERSION_NUM >= 180000
    return RelationGetPrimaryKeyIndex(catalog, false);
#else
    return RelationGetPrimaryKeyIndex(catalog);
#endif
}

/// Begins to read a table, or the rows of it that are between two places.
inline TableScanDesc BeginTableScan(Relation table, Snapshot snapshot) {
#if PG_VERSION_NUM >= 190000
    return table_beginscan(table, snapshot, 0, nullptr, SO_NONE);
#else
    return table_beginscan(table, snapshot, 0, nullptr);
#endif
}
inline TableScanDesc BeginRangeScan(Relation table, Snapshot snapshot, ItemPointer from,
                                    ItemPointer to) {
#if PG_VERSION_NUM >= 190000
    return table_beginscan_tidrange(table, snapshot, from, to, SO_NONE);
#else
    return table_beginscan_tidrange(table, snapshot, from, to);
#endif
}

/// Which indexes need an entry for a row that was updated.
#if PG_VERSION_NUM >= 160000
using IndexesToUpdate = TU_UpdateIndexes;
#else
using IndexesToUpdate = bool;
#endif

/// Updates a row of a table, after waiting for others who have locked it. Its indexes are the
/// caller's affair.
inline TM_Result UpdateTuple(Relation table, ItemPointer row, TupleTableSlot* changed,
                             const EState* state, IndexesToUpdate* indexes) {
    TM_FailureData failure;
    LockTupleMode mode = LockTupleNoKeyExclusive;
#if PG_VERSION_NUM >= 190000
    return table_tuple_update(table, row, changed, state->es_output_cid, 0, state->es_snapshot,
                              InvalidSnapshot, true, &failure, &mode, indexes);
#else
    return table_tuple_update(table, row, changed, state->es_output_cid, state->es_snapshot,
                              InvalidSnapshot, true, &failure, &mode, indexes);
#endif
}

/// Makes the entries of an updated row in the open indexes of its table.
inline void InsertIndexEntries(ResultRelInfo* table, TupleTableSlot* row, EState* state,
                               IndexesToUpdate indexes) {
#if PG_VERSION_NUM >= 190000
    if (indexes != TU_None && table->ri_NumIndices > 0) {
        const uint32 summarizing = indexes == TU_Summarizing ? EIIT_ONLY_SUMMARIZING : 0;
        ExecInsertIndexTuples(table, state, EIIT_IS_UPDATE | summarizing, row, NIL, nullptr);
    }
#elif PG_VERSION_NUM >= 160000
    if (indexes != TU_None && table->ri_NumIndices > 0) {
        ExecInsertIndexTuples(table, row, state, true, false, nullptr, NIL,
                              indexes == TU_Summarizing);
    }
#else
    if (indexes && table->ri_NumIndices > 0) {
        ExecInsertIndexTuples(table, row, state, true, false, nullptr, NIL);
    }
#endif
}

/// Whether rows of a path are sorted by a key from high to low.
inline bool IsDescending(const PathKey& key) {
#if PG_VERSION_NUM >= 180000
    return key.pk_cmptype == COMPARE_GT;
#else
    return key.pk_strategy == BTGreaterStrategyNumber;
#endif
}

/// Plans a statement as the server does, whatever hooks of other extensions there are.
inline PlannedStmt* PlanStatement(Query* query, const char* source) {
#if PG_VERSION_NUM >= 190000
    return standard_planner(query, source, CURSOR_OPT_PARALLEL_OK, nullptr, nullptr);
#else
    return standard_planner(query, source, CURSOR_OPT_PARALLEL_OK, nullptr);
#endif
}

/// Whether the current user has the privileges that a planned statement needs on its tables.
inline bool MayExecute(const PlannedStmt& statement) {
#if PG_VERSION_NUM >= 160000
    return ExecCheckPermissions(statement.rtable, statement.permInfos, false);
#else
    return ExecCheckRTPerms(statement.rtable, false);
#endif
}

/// The planner's hook that may add indexes to what it knows of a table, and a function for it that
/// calls `add` for each table that has rows of its own.
#if PG_VERSION_NUM >= 190000
inline auto& index_hook = build_simple_rel_hook;
template <void (*add)(const PlannerInfo& root, RelOptInfo* table, Oid relation)>
void AddIndexes(PlannerInfo* root, RelOptInfo* table, RangeTblEntry* entry) {
    if (entry->rtekind == RTE_RELATION && !entry->inh) {
        add(*root, table, entry->relid);
    }
}
#else
inline auto& index_hook = get_relation_info_hook;
template <void (*add)(const PlannerInfo& root, RelOptInfo* table, Oid relation)>
void AddIndexes(PlannerInfo* root, Oid relation, bool has_partitions, RelOptInfo* table) {
    if (!has_partitions) {
        add(*root, table, relation);
    }
}
#endif
