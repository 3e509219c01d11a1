#include "uses/tally.hpp"

extern "C" {
#include "nodes/parsenodes.h"
#include "utils/hsearch.h"
#include "utils/multirangetypes.h"
}

namespace gb_enums {

namespace {

/// The key of a count. It is hashed as a whole, so there are no bytes between its members.
struct CountKey {
    Oid type;
    std::int16_t number;
    Code code;
};
static_assert(sizeof(CountKey) == sizeof(Oid) + sizeof(std::int16_t) + sizeof(Code));

struct Count {
    CountKey key;
    int64 count;
};

}  // namespace

Tally::Tally(const EnumPlaces& places) : places_(places) {}

void Tally::AskFor(Oid type, Code code) {
    auto* only = static_cast<Code*>(palloc(sizeof(Code)));
    *only = code;
    Ask({type, true, only, 1});
}

void Tally::AskForUndefined(Oid type, const Definition& definition) {
    const auto& values = definition.values();
    auto* codes = static_cast<Code*>(palloc(values.size() * sizeof(Code)));
    std::transform(values.begin(), values.end(), codes,
                   [](const Value& value) { return value.code; });
    Ask({type, false, codes, values.size()});
}

void Tally::Ask(const Asked& asked) {
    asked_.Add(asked);
    for (Asked* last = asked_.end() - 1; last != asked_.begin() && last->type < last[-1].type;
         --last) {
        std::swap(last[0], last[-1]);
    }
}

const Tally::Asked* Tally::Find(Oid type) {
    if (last_ == nullptr || last_->type != type) {
        const auto* found =
            std::lower_bound(asked_.begin(), asked_.end(), type,
                             [](const Asked& left, Oid right) { return left.type < right; });
        if (found == asked_.end() || found->type != type) {
            return nullptr;
        }
        last_ = found;
    }
    return last_;
}

void Tally::Add(Datum value, Oid type, AttrNumber number) {
    number_ = number;
    AddValue(value, type);
}

void Tally::AddValue(Datum value, Oid type) {
    check_stack_depth();
    if (const Asked* asked = Find(type)) {
        const Code code{DatumGetInt16(value)};
        if (asked->Has(code)) {
            AddCode(type, code);
        }
        return;
    }
    if (!places_.Contains(type)) {
        return;
    }
    const Oid base = getBaseType(type);
    const Oid element = get_element_type(base);
    if (base != type) {
        AddValue(value, base);
    } else if (OidIsValid(element)) {
        AddElements(DatumGetArrayTypeP(value), element);
    } else if (type_is_range(type)) {
        TypeCacheEntry* cache = lookup_type_cache(type, TYPECACHE_RANGE_INFO);
        AddBounds(DatumGetRangeTypeP(value), cache);
    } else if (type_is_multirange(type)) {
        TypeCacheEntry* cache = lookup_type_cache(type, TYPECACHE_MULTIRANGE_INFO)->rngtype;
        int32 count = 0;
        RangeType** ranges = nullptr;
        multirange_deserialize(cache, DatumGetMultirangeTypeP(value), &count, &ranges);
        for (int32 i = 0; i < count; ++i) {
            AddBounds(ranges[i], cache);
        }
    } else if (type_is_rowtype(type)) {
        AddFields(DatumGetHeapTupleHeader(value));
    }
}

void Tally::AddCode(Oid type, Code code) {
    if (counts_ == nullptr) {
        HASHCTL control{};
        control.keysize = sizeof(CountKey);
        control.entrysize = sizeof(Count);
        control.hcxt = context_;
        counts_ =
            hash_create("gb_enums codes", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    }
    const CountKey key{type, number_, code};
    bool known = false;
    auto* count = static_cast<Count*>(hash_search(counts_, &key, HASH_ENTER, &known));
    count->count = known ? count->count + 1 : 1;
}

List* Tally::AppendCounts(List* uses, CodeUse::Kind kind, const ObjectAddress& object) {
    if (counts_ == nullptr) {
        return uses;
    }
    HASH_SEQ_STATUS status;
    hash_seq_init(&status, counts_);
    while (const auto* count = static_cast<const Count*>(hash_seq_search(&status))) {
        auto* use = static_cast<CodeUse*>(palloc(sizeof(CodeUse)));
        *use = {kind, object, count->key.type, count->key.code, count->count};
        use->place.objectSubId = count->key.number;
        uses = lappend(uses, use);
    }
    hash_destroy(counts_);
    counts_ = nullptr;
    return uses;
}

void Tally::AddElements(ArrayType* array, Oid element) {
    const ArrayElements elements = ElementsOf(array);
    for (int i = 0; i < elements.count; ++i) {
        if (!elements.nulls[i]) {
            AddValue(elements.values[i], element);
        }
    }
}

void Tally::AddBounds(RangeType* range, TypeCacheEntry* cache) {
    RangeBound lower;
    RangeBound upper;
    bool empty = false;
    range_deserialize(cache, range, &lower, &upper, &empty);
    for (const RangeBound* bound : {&lower, &upper}) {
        if (!empty && !bound->infinite) {
            AddValue(bound->val, cache->rngelemtype->type_id);
        }
    }
}

void Tally::AddFields(HeapTupleHeader row) {
    TupleDesc descriptor =
        lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row), HeapTupleHeaderGetTypMod(row));
    HeapTupleData tuple{};
    tuple.t_len = HeapTupleHeaderGetDatumLength(row);
    tuple.t_data = row;
    auto* values = static_cast<Datum*>(palloc(descriptor->natts * sizeof(Datum)));
    auto* nulls = static_cast<bool*>(palloc(descriptor->natts * sizeof(bool)));
    heap_deform_tuple(&tuple, descriptor, values, nulls);
    for (int i = 0; i < descriptor->natts; ++i) {
        if (!nulls[i] && !TupleDescAttr(descriptor, i)->attisdropped) {
            AddValue(values[i], TupleDescAttr(descriptor, i)->atttypid);
        }
    }
    ReleaseTupleDesc(descriptor);
}

bool Tally::AddNode(Node* node, void* context) {
    auto* tally = static_cast<Tally*>(context);
    if (node == nullptr) {
        return false;
    }
    if (IsA(node, Const)) {
        const auto* constant = castNode(Const, node);
        if (!constant->constisnull) {
            tally->Add(constant->constvalue, constant->consttype);
        }
        return false;
    }
    // A partition's bounds are not among what the server's walker knows.
    if (IsA(node, PartitionBoundSpec)) {
        const auto* bound = castNode(PartitionBoundSpec, node);
        for (List* values : {bound->listdatums, bound->lowerdatums, bound->upperdatums}) {
            AddNode(reinterpret_cast<Node*>(values), tally);
        }
        return false;
    }
    if (IsA(node, PartitionRangeDatum)) {
        return AddNode(castNode(PartitionRangeDatum, node)->value, tally);
    }
    return IsA(node, Query)
               ? query_tree_walker(castNode(Query, node), AsWalker(AddNode), context, 0)
               : expression_tree_walker(node, AsWalker(AddNode), context);
}

}  // namespace gb_enums
