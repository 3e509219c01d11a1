#include "convert/mapping.hpp"

#include "type/catalog.hpp"

extern "C" {
#include "catalog/pg_collation.h"
#include "utils/formatting.h"
}

namespace gb_enums::convert {

namespace {

/// The value without the differences in blanks and case that the options ignore.
char* Normalize(const Mapping& mapping, const char* value) {
    const char* first = value;
    std::size_t length = strlen(value);
    if (mapping.trim) {
        first += strspn(value, " \t\r\n");
        length = strlen(first);
        while (length > 0 && strchr(" \t\r\n", first[length - 1]) != nullptr) {
            --length;
        }
    }
    return mapping.fold_case ? str_tolower(first, length, DEFAULT_COLLATION_OID)
                             : pnstrdup(first, length);
}

/// Finds a value in `map`; false when it is not there.
bool FindInMap(const Mapping& mapping, const char* value, JsonbValue* found) {
    if (mapping.map == nullptr) {
        return false;
    }
    if (JsonMember(mapping.map, value, found)) {
        return true;
    }
    if (!mapping.trim && !mapping.fold_case) {
        return false;
    }
    const char* normalized = Normalize(mapping, value);
    JsonbIterator* iterator = JsonbIteratorInit(mapping.map);
    JsonbValue item;
    bool matches = false;
    for (int token = JsonbIteratorNext(&iterator, &item, true); token != WJB_DONE;
         token = JsonbIteratorNext(&iterator, &item, true)) {
        if (token == WJB_KEY) {
            matches = strcmp(Normalize(mapping, JsonText(item)), normalized) == 0;
        } else if (token == WJB_VALUE && matches) {
            *found = item;
            return true;
        }
    }
    return false;
}

std::string_view View(const char* text) {
    return {text, strlen(text)};
}

/// Finds the value of a name, or of an alias when aliases count.
bool FindByName(const Mapping& mapping, const char* name, Target* target) {
    const Value* value = mapping.type->Find(View(name));
    if (value == nullptr || (value->name != View(name) && !mapping.use_aliases)) {
        return false;
    }
    target->code = value->code;
    target->deprecated = value->deprecated;
    target->rule = value->name == View(name) ? "name" : "alias";
    return true;
}

/// Finds the only value whose name is the given one but for differences that the options ignore.
bool FindNormalized(const Mapping& mapping, const char* value, Target* target) {
    const char* normalized = Normalize(mapping, value);
    if (FindByName(mapping, normalized, target)) {
        return true;
    }
    if (!mapping.fold_case) {
        return false;
    }
    // The names are copied: folding looks up collations, after which the definition may be another.
    const Definition* definition = mapping.type->definition();
    List* names = NIL;
    if (definition != nullptr) {
        for (const Value& candidate : definition->values()) {
            names = lappend(names, pnstrdup(candidate.name.data(), candidate.name.size()));
            if (mapping.use_aliases) {
                for (const std::string_view alias : candidate.aliases) {
                    names = lappend(names, pnstrdup(alias.data(), alias.size()));
                }
            }
        }
    }
    bool found = false;
    ListCell* cell = nullptr;
    foreach (cell, names) {
        const char* name = static_cast<char*>(lfirst(cell));
        Target match{};
        if (strcmp(str_tolower(name, strlen(name), DEFAULT_COLLATION_OID), normalized) == 0 &&
            FindByName(mapping, name, &match)) {
            if (found && match.code != target->code) {
                return false;
            }
            *target = match;
            found = true;
        }
    }
    return found;
}

/// The option that would give a value a code, or nullptr.
const char* HelpfulOption(const Mapping& mapping, const char* value) {
    Target target{};
    Mapping other = mapping;
    other.use_aliases = true;
    if (FindByName(other, value, &target)) {
        return "use_aliases";
    }
    other = mapping;
    other.trim = true;
    if (FindNormalized(other, value, &target)) {
        return "trim_blanks";
    }
    other.fold_case = true;
    if (FindNormalized(other, value, &target)) {
        return strcmp(Normalize(other, value),
                      str_tolower(value, strlen(value), DEFAULT_COLLATION_OID)) == 0
                   ? "fold_case"
                   : "trim_blanks, fold_case";
    }
    return nullptr;
}

}  // namespace

bool IsConvertible(Oid type) {
    switch (type) {
        case TEXTOID:
        case VARCHAROID:
        case BPCHAROID:
        case CHAROID:
            return true;
        default:
            return IsNumber(type) || type_is_enum(type) || IsEnum(type);
    }
}

bool IsNumber(Oid type) {
    return type == INT2OID || type == INT4OID || type == INT8OID || type == NUMERICOID;
}

const char* NameOrDigits(Oid enum_type, Code code) {
    const text* name = EnumType::Of(enum_type).NameOf(code);
    return name == nullptr ? psprintf("%d", ToInt(code)) : text_to_cstring(name);
}

char* NumericText(Datum number) {
    return DatumGetCString(
        DirectFunctionCall1(numeric_out, DirectFunctionCall1(numeric_trim_scale, number)));
}

namespace {

/// The code of a name that the caller wrote; an error when there is none.
Code RequireCode(const Mapping& mapping, const char* name, const char* where) {
    Target target{};
    if (!FindByName(mapping, name, &target)) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("\"%s\" in \"%s\" is no value of enum %s", name, where,
                               TypeName(mapping.type->oid())),
                        errhint("The view gb_enums lists the values; an alias counts with "
                                "use_aliases only.")));
    }
    return target.code;
}

}  // namespace

Mapping ReadMapping(Oid type, JsonbContainer* options, bool is_code) {
    Mapping mapping{};
    mapping.type = &EnumType::Of(type);
    mapping.is_code = is_code;
    mapping.trim = JsonFlag(options, "trim_blanks");
    mapping.fold_case = JsonFlag(options, "fold_case");
    mapping.use_aliases = JsonFlag(options, "use_aliases");
    mapping.map = JsonObject(options, "map");
    mapping.otherwise = JsonFlag(options, "otherwise_null") ? Mapping::Otherwise::kNull
                                                            : Mapping::Otherwise::kError;
    if (mapping.map != nullptr) {
        JsonbIterator* iterator = JsonbIteratorInit(mapping.map);
        JsonbValue item;
        for (int token = JsonbIteratorNext(&iterator, &item, true); token != WJB_DONE;
             token = JsonbIteratorNext(&iterator, &item, true)) {
            if (token != WJB_VALUE || item.type == jbvNull) {
                continue;
            }
            if (item.type != jbvString) {
                ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                                errmsg("\"map\" must give a name or null for each old value")));
            }
            RequireCode(mapping, JsonText(item), "map");
        }
    }
    if (const char* name = JsonString(options, "otherwise")) {
        mapping.otherwise = Mapping::Otherwise::kCode;
        mapping.otherwise_code = RequireCode(mapping, name, "otherwise");
    }
    return mapping;
}

Target FindTarget(const Mapping& mapping, const char* value, bool is_literal) {
    Target target{Target::Kind::kCode, Code{}, nullptr, false};
    JsonbValue mapped;
    if (FindInMap(mapping, value, &mapped)) {
        if (mapped.type == jbvNull) {
            return {Target::Kind::kNull, Code{}, "map", false};
        }
        if (mapped.type == jbvString && FindByName(mapping, JsonText(mapped), &target)) {
            target.rule = "map";
            return target;
        }
    }
    if (mapping.is_code) {
        Code code{};
        const bool is_smallint = ParseCode(View(value), &code);
        const Value* known = is_smallint ? mapping.type->Find(ToInt(code)) : nullptr;
        if (known != nullptr) {
            return {Target::Kind::kCode, code, "code", known->deprecated};
        }
    } else {
        if (FindByName(mapping, value, &target)) {
            return target;
        }
        if ((mapping.trim || mapping.fold_case) && FindNormalized(mapping, value, &target)) {
            target.rule = mapping.fold_case ? "fold_case" : "trim_blanks";
            return target;
        }
    }
    if (!is_literal && mapping.otherwise == Mapping::Otherwise::kCode) {
        return {Target::Kind::kCode, mapping.otherwise_code, "otherwise", false};
    }
    if (!is_literal && mapping.otherwise == Mapping::Otherwise::kNull) {
        return {Target::Kind::kNull, Code{}, "otherwise", false};
    }
    return {Target::Kind::kNone, Code{},
            mapping.is_code || is_literal ? nullptr : HelpfulOption(mapping, value), false};
}

}  // namespace gb_enums::convert
