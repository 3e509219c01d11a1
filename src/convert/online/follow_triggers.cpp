// The triggers of an online conversion: a value that is written to one column is written,
// converted, to another. At first people write to the old column; after the exchange they write to
// the new one.

#include "convert/value_cache.hpp"
#include "server/arrays.hpp"

extern "C" {
#include "access/tupdesc.h"
#include "utils/datum.h"
#include "utils/rel.h"
}

namespace gb_enums::convert {

namespace {

/// Whether new columns follow old ones, or old columns new ones.
enum class Direction { kToNew, kToOld };

/// A column that follows another.
struct Follower {
    Form_pg_attribute source;
    Form_pg_attribute target;
    Oid source_type;
    /// kToNew: the results for old values.
    ValueCache* cache;
    /// kToOld: the rule for old values; an object with the old values of those new values where
    /// these are not the name or code; and the functions that read and write the old type.
    Mapping mapping;
    JsonbContainer* names;
    bool is_code;
    /// kToOld: the old type, or that of the elements of an old array.
    Oid old_type;
    bool is_array;
    FmgrInfo input;
    Oid input_parameter;
    FmgrInfo output;
};

/// The columns of a trigger. They are read once a statement.
struct Followers {
    int count;
    Follower follower[FLEXIBLE_ARRAY_MEMBER];
};

/// Arguments of the trigger for each column: source, target, the enumeration where the new column's
/// type does not say it (else ""), and options as JSON.
constexpr int kArguments = 4;

Form_pg_attribute FindAttribute(TriggerData* data, const char* name) {
    const TupleDesc columns = RelationGetDescr(data->tg_relation);
    for (int i = 0; i < columns->natts; ++i) {
        Form_pg_attribute column = TupleDescAttr(columns, i);
        if (!column->attisdropped && strcmp(NameStr(column->attname), name) == 0) {
            return column;
        }
    }
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_COLUMN),
             errmsg("trigger \"%s\": column \"%s\" of table \"%s\" does not exist",
                    data->tg_trigger->tgname, name, RelationGetRelationName(data->tg_relation))));
    pg_unreachable();
}

Follower ReadFollower(TriggerData* data, char** arguments, Direction direction) {
    Follower follower{};
    follower.source = FindAttribute(data, arguments[0]);
    follower.target = FindAttribute(data, arguments[1]);
    follower.source_type = getBaseType(follower.source->atttypid);
    const auto* new_column = direction == Direction::kToNew ? follower.target : follower.source;
    const Oid enum_type =
        arguments[2][0] == '\0'
            ? ElementOrSelf(new_column->atttypid)
            : DatumGetObjectId(DirectFunctionCall1(regtypein, CStringGetDatum(arguments[2])));
    if (new_column->atttypid != enum_type && new_column->atttypid != INT2OID &&
        new_column->atttypid != get_array_type(enum_type)) {
        ereport(ERROR,
                (errcode(ERRCODE_DATATYPE_MISMATCH),
                 errmsg("trigger \"%s\": column \"%s\" is neither %s nor smallint",
                        data->tg_trigger->tgname, NameStr(new_column->attname), arguments[2])));
    }
    auto* options =
        &DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(arguments[3])))->root;
    const auto* old_column = direction == Direction::kToNew ? follower.source : follower.target;
    const Oid old_type = getBaseType(old_column->atttypid);
    const Oid old_element = BaseOfElements(old_type);
    follower.is_array = old_element != old_type;
    follower.is_code = IsNumber(old_element);
    if (!IsConvertible(old_element) ||
        follower.is_array != OidIsValid(get_element_type(new_column->atttypid))) {
        ereport(
            ERROR,
            (errcode(ERRCODE_DATATYPE_MISMATCH),
             errmsg("trigger \"%s\": column \"%s\" is of type %s, which cannot be converted",
                    data->tg_trigger->tgname, NameStr(old_column->attname), TypeName(old_type))));
    }
    if (direction == Direction::kToNew) {
        follower.cache = MakeValueCache(enum_type, options, old_type);
        return follower;
    }
    follower.mapping = ReadMapping(enum_type, options, follower.is_code);
    follower.names = JsonObject(options, "names");
    follower.old_type = follower.is_array ? get_element_type(old_type) : follower.target->atttypid;
    Oid function = InvalidOid;
    getTypeInputInfo(follower.old_type, &function, &follower.input_parameter);
    fmgr_info(function, &follower.input);
    bool is_varlena = false;
    getTypeOutputInfo(follower.old_type, &function, &is_varlena);
    fmgr_info(function, &follower.output);
    return follower;
}

Followers& FollowersOf(FunctionCallInfo fcinfo, TriggerData* data, Direction direction) {
    auto* known = static_cast<Followers*>(fcinfo->flinfo->fn_extra);
    if (known == nullptr) {
        const Trigger& trigger = *data->tg_trigger;
        if (trigger.tgnargs == 0 || trigger.tgnargs % kArguments != 0) {
            ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                            errmsg("trigger \"%s\" must have %d arguments for each column",
                                   trigger.tgname, kArguments)));
        }
        const MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
        const int count = trigger.tgnargs / kArguments;
        known = static_cast<Followers*>(
            palloc0(offsetof(Followers, follower) + sizeof(Follower) * count));
        known->count = count;
        for (int i = 0; i < count; ++i) {
            known->follower[i] = ReadFollower(data, trigger.tgargs + i * kArguments, direction);
        }
        MemoryContextSwitchTo(caller);
        fcinfo->flinfo->fn_extra = known;
    }
    return *known;
}

/// The old value of a new one, or the old element of a new one.
Datum OldOne(Follower* follower, Datum value) {
    const Code code{DatumGetInt16(value)};
    const char* digits = psprintf("%d", ToInt(code));
    const text* name = follower->mapping.type->NameOf(code);
    const char* label = name == nullptr ? digits : text_to_cstring(name);
    const char* old = JsonString(follower->names, label);
    if (old == nullptr) {
        old = follower->is_code ? digits : label;
    }
    if (getBaseType(follower->old_type) == CHAROID && strlen(old) > 1) {
        // Its input would take the first byte, which may be the old value of another value.
        ereport(ERROR, (errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
                        errmsg("value \"%s\" too long for type \"char\"", old)));
    }
    return InputFunctionCall(&follower->input, const_cast<char*>(old), follower->input_parameter,
                             follower->target->atttypmod);
}

/// The old value of a new one.
Datum OldValue(Follower* follower, Datum value) {
    if (!follower->is_array) {
        return OldOne(follower, value);
    }
    ArrayType* array = DatumGetArrayTypeP(value);
    const ArrayElements elements = ElementsOf(array);
    for (int i = 0; i < elements.count; ++i) {
        elements.values[i] = elements.nulls[i] ? 0 : OldOne(follower, elements.values[i]);
    }
    const Datum old = PointerGetDatum(MakeArrayLike(array, elements, follower->old_type));
    if (get_typtype(follower->target->atttypid) == TYPTYPE_DOMAIN) {
        domain_check(old, false, follower->target->atttypid, nullptr, nullptr);
    }
    return old;
}

/// Whether an old value, or element, is one that becomes this new one. `unknown` is the answer for
/// one that becomes none, such as a name that has been changed.
bool OneBecomes(Follower* follower, NullableDatum old, NullableDatum value, bool unknown) {
    if (old.isnull) {
        return value.isnull;
    }
    const Oid base = getBaseType(follower->old_type);
    char* text = base == NUMERICOID ? NumericText(old.value)
                                    : OutputFunctionCall(&follower->output, old.value);
    if (base == BPCHAROID) {
        text[WithoutPadding(text).size()] = '\0';
    }
    const Target target = FindTarget(follower->mapping, text, false);
    if (target.kind == Target::Kind::kNone) {
        return unknown;
    }
    return value.isnull ? target.kind == Target::Kind::kNull
                        : target.kind == Target::Kind::kCode &&
                              ToInt(target.code) == DatumGetInt16(value.value);
}

/// Whether an old value is one that becomes this new value.
bool Becomes(Follower* follower, NullableDatum old, NullableDatum value, bool unknown) {
    if (!follower->is_array) {
        return OneBecomes(follower, old, value, unknown);
    }
    if (old.isnull || value.isnull) {
        return old.isnull && value.isnull;
    }
    const ArrayElements olds = ElementsOf(DatumGetArrayTypeP(old.value));
    const ArrayElements values = ElementsOf(DatumGetArrayTypeP(value.value));
    bool all = olds.count == values.count;
    for (int i = 0; all && i < olds.count; ++i) {
        all = OneBecomes(follower, {olds.values[i], olds.nulls[i]},
                         {values.values[i], values.nulls[i]}, unknown);
    }
    return all;
}

bool AreSame(Form_pg_attribute column, NullableDatum left, NullableDatum right) {
    return left.isnull || right.isnull
               ? left.isnull == right.isnull
               : datum_image_eq(left.value, right.value, column->attbyval, column->attlen);
}

NullableDatum ValueOf(HeapTuple row, Form_pg_attribute column, TupleDesc columns) {
    NullableDatum value{};
    value.value = heap_getattr(row, column->attnum, columns, &value.isnull);
    return value;
}

/// The columns that an error of the old type's functions is about.
struct ErrorPlace {
    TriggerData* data;
    const Follower* follower;
};

void AddErrorContext(void* argument) {
    const auto& place = *static_cast<ErrorPlace*>(argument);
    errcontext("column \"%s\" of table \"%s\" being kept in step with \"%s\"",
               NameStr(place.follower->target->attname),
               RelationGetRelationName(place.data->tg_relation),
               NameStr(place.follower->source->attname));
}

/// Sets the column that follows in the new row. Nobody else may write to it: people who write rows
/// by position would write to it instead of the column that they mean.
HeapTuple Follow(TriggerData* data, Follower* follower, HeapTuple row, Direction direction) {
    const TupleDesc columns = RelationGetDescr(data->tg_relation);
    const bool updates = TRIGGER_FIRED_BY_UPDATE(data->tg_event);
    const NullableDatum source = ValueOf(row, follower->source, columns);
    const NullableDatum given = ValueOf(row, follower->target, columns);
    const NullableDatum before =
        updates ? ValueOf(data->tg_trigtuple, follower->target, columns) : NullableDatum{0, true};
    const bool is_given = !AreSame(follower->target, given, before);
    const auto source_stays = [&] {
        return updates && AreSame(follower->source, source,
                                  ValueOf(data->tg_trigtuple, follower->source, columns));
    };
    if (direction == Direction::kToOld && (is_given || source_stays()) &&
        Becomes(follower, given, source, !is_given)) {
        // Other old values may have become this one. Or the value has come along with its row from
        // another partition. A row that was written to a detached partition gets its old value.
        // A value whose name was changed keeps the old one, as long as nobody writes it.
        return row;
    }
    NullableDatum converted{0, true};
    if (!source.isnull) {
        converted = direction == Direction::kToNew
                        ? ConvertValue(follower->cache, follower->source_type, source.value)
                        : NullableDatum{OldValue(follower, source.value), false};
    }
    if (is_given && !AreSame(follower->target, given, converted)) {
        ereport(
            ERROR,
            (errcode(ERRCODE_GENERATED_ALWAYS),
             errmsg("cannot write to column \"%s\" of table \"%s\" while it is converted",
                    NameStr(follower->target->attname), RelationGetRelationName(data->tg_relation)),
             errdetail("It follows column \"%s\".", NameStr(follower->source->attname)),
             errhint("Name the columns in INSERT and COPY, without this one.")));
    }
    int number = follower->target->attnum;
    return heap_modify_tuple_by_cols(row, columns, 1, &number, &converted.value, &converted.isnull);
}

Datum KeepInStep(FunctionCallInfo fcinfo, Direction direction) {
    auto* data = reinterpret_cast<TriggerData*>(fcinfo->context);
    if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(data->tg_event) ||
        !TRIGGER_FIRED_FOR_ROW(data->tg_event) || TRIGGER_FIRED_BY_DELETE(data->tg_event)) {
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("this function must be a trigger before INSERT or UPDATE for each "
                               "row")));
    }
    HeapTuple row =
        TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newtuple : data->tg_trigtuple;
    Followers& followers = FollowersOf(fcinfo, data, direction);
    for (int i = 0; i < followers.count; ++i) {
        ErrorPlace place{data, &followers.follower[i]};
        ErrorContextCallback callback{error_context_stack, AddErrorContext, &place};
        error_context_stack = &callback;
        row = Follow(data, &followers.follower[i], row, direction);
        error_context_stack = callback.previous;
    }
    PG_RETURN_POINTER(row);
}

}  // namespace

/// () -> trigger: new columns follow old ones
GB_ENUMS_FUNCTION(gb_enum_convert_follow_old) {
    return KeepInStep(fcinfo, Direction::kToNew);
}

/// () -> trigger: old columns follow new ones
GB_ENUMS_FUNCTION(gb_enum_convert_follow_new) {
    return KeepInStep(fcinfo, Direction::kToOld);
}

}  // namespace gb_enums::convert
