#include "operations/advice/advised_index.hpp"

#include "server/own_queries.hpp"
#include "server/relation.hpp"

extern "C" {
#include "access/attmap.h"
#include "catalog/partition.h"
#include "rewrite/rewriteManip.h"
#include "utils/ruleutils.h"
}

namespace gb_enums::operations {

namespace {

Node* PredicateOfPart(const AdvisedIndex& index, Oid relation) {
    if (index.predicate == nullptr) {
        return nullptr;
    }
    Bitmapset* columns = nullptr;
    pull_varattnos(index.predicate, 1, &columns);
    AttrMap* numbers = make_attrmap(MaxHeapAttributeNumber);
    for (int i = -FirstLowInvalidHeapAttributeNumber; (i = bms_next_member(columns, i)) >= 0;) {
        const auto column = static_cast<AttrNumber>(i + FirstLowInvalidHeapAttributeNumber);
        numbers->attnums[column - 1] = SameColumn(relation, index.relation, column);
    }
    bool has_rows = false;
    return map_variable_attnos(index.predicate, 1, 0, numbers, InvalidOid, &has_rows);
}

bool ServesSameTable(const AdvisedIndex& index, const AdvisedIndex& other) {
    const auto is_same = [](const IndexColumn& a, const IndexColumn& b) {
        return a.number == b.number && a.is_descending == b.is_descending &&
               a.has_nulls_first == b.has_nulls_first;
    };
    const bool has_columns =
        index.key_count >= other.key_count &&
        std::equal(other.columns, other.columns + other.key_count, index.columns, is_same) &&
        std::all_of(other.columns, other.columns + other.count,
                    [&index](const IndexColumn& column) {
                        return HasColumn(index, column.number, index.count);
                    });
    return index.method == other.method && has_columns && equal(index.predicate, other.predicate);
}

}  // namespace

AdvisedIndex EmptyIndex(Oid relation, Oid method) {
    AdvisedIndex index{};
    index.relation = relation;
    index.method = method;
    index.share = 1;
    return index;
}

void AddKey(AdvisedIndex* index, const IndexColumn& column) {
    if (!HasColumn(*index, column.number, index->count)) {
        index->columns[index->count] = column;
        index->columns[index->count].operator_class =
            GetDefaultOpClass(get_atttype(index->relation, column.number), index->method);
        index->key_count = ++index->count;
    }
}

bool HasColumn(const AdvisedIndex& index, AttrNumber column, int count) {
    return std::any_of(index.columns, index.columns + count,
                       [column](const IndexColumn& had) { return had.number == column; });
}

AttrNumber SameColumn(Oid relation, Oid other, AttrNumber column) {
    return relation == other ? column : get_attnum(relation, get_attname(other, column, false));
}

bool IsPartOf(Oid relation, Oid whole) {
    return relation == whole || (get_rel_relispartition(relation) &&
                                 list_member_oid(get_partition_ancestors(relation), whole));
}

AdvisedIndex PartOf(const AdvisedIndex& index, Oid relation) {
    AdvisedIndex part = index;
    if (relation != index.relation) {
        part.relation = relation;
        part.predicate = PredicateOfPart(index, relation);
        for (int i = 0; i < part.count; ++i) {
            part.columns[i].number = SameColumn(relation, index.relation, index.columns[i].number);
        }
    }
    return part;
}

bool Serves(const AdvisedIndex& index, const AdvisedIndex& other) {
    return IsPartOf(other.relation, index.relation) &&
           ServesSameTable(PartOf(index, other.relation), other);
}

bool HasSameRows(const AdvisedIndex& index, const AdvisedIndex& other) {
    return index.method == other.method && IsPartOf(other.relation, index.relation) &&
           equal(PartOf(index, other.relation).predicate, other.predicate);
}

const char* ColumnNames(const AdvisedIndex& index, int from, int to) {
    StringInfoData names;
    initStringInfo(&names);
    for (int i = from; i < to; ++i) {
        const IndexColumn& column = index.columns[i];
        appendStringInfo(&names, "%s%s", i == from ? "" : ", ",
                         quote_identifier(get_attname(index.relation, column.number, false)));
        if (column.is_descending) {
            appendStringInfoString(&names, " DESC");
        }
        if (column.is_descending != column.has_nulls_first) {
            appendStringInfoString(&names, column.has_nulls_first ? " NULLS FIRST" : " NULLS LAST");
        }
    }
    return names.data;
}

const char* PredicateText(const AdvisedIndex& index) {
    const char* has_standard_literals =
        GetConfigOption("standard_conforming_strings", false, false);
    const int level = NewGUCNestLevel();
    OwnQueries::Set("search_path", "pg_catalog, pg_temp");
    OwnQueries::ShowExactTexts();
    OwnQueries::Set("standard_conforming_strings", has_standard_literals);
    OwnQueries::Set("bytea_output", "hex");
    const char* text = deparse_expression(
        index.predicate, deparse_context_for(get_rel_name(index.relation), index.relation), false,
        false);
    AtEOXact_GUC(true, level);
    return text;
}

const char* Definition(const AdvisedIndex& index) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "%s%s (%s)", QualifiedName(index.relation),
                     index.method == BRIN_AM_OID ? " USING brin" : "",
                     ColumnNames(index, 0, index.key_count));
    if (index.count > index.key_count) {
        appendStringInfo(&text, " INCLUDE (%s)", ColumnNames(index, index.key_count, index.count));
    }
    if (index.predicate != nullptr) {
        appendStringInfo(&text, " WHERE %s", PredicateText(index));
    }
    return text.data;
}

}  // namespace gb_enums::operations
