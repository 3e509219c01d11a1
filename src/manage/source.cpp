// Source code of other languages for enumerations.

#include "manage/definition_work.hpp"
#include "server/arguments.hpp"
#include "server/arrays.hpp"
#include "server/text.hpp"
#include "source/languages/languages.hpp"
#include "type/catalog.hpp"

extern "C" {
#include "commands/comment.h"
}

namespace gb_enums {

namespace {

/// The most enumerations that can be named in one call.
constexpr int kMostEnums = 10000;

const Language& LanguageArgument(FunctionCallInfo fcinfo, int argument) {
    RequireArgument(fcinfo, argument, "the language");
    const char* name = StringArgument(fcinfo, argument, "");
    const Language* language = FindLanguage(name);
    if (language == nullptr) {
        const char* known = Guarded([] { return ServerString(ListLanguages()); });
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("there is no source in language \"%s\"", name),
                        errhint("The languages are %s.", known)));
    }
    return *language;
}

/// Why a text is no definition, or nullptr.
const char* FaultOf(const char* body) {
    return TryToDefine([body](Outcome*) {
               Definition::Parse(body, std::pmr::get_default_resource());
               return std::string();
           })
        .message;
}

[[noreturn]] void RaiseTooLong() {
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("the source of these enumerations is too long"),
             errdetail("A source can have %zu MiB, and the definitions for it %zu MiB.",
                       kMaxSourceBytes / 1024 / 1024, kMaxBodiesBytes / 1024 / 1024),
             errhint("Name fewer enumerations, as in gb_enum_source('rust', '{task_status}').")));
    pg_unreachable();
}

/// Whether texts are written in the encoding of the database, which is UTF-8, or nobody knows
/// which.
bool IsOneEncoding() {
    return GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII;
}

/// A text of the server's for a source.
const char* InUtf8(const char* text) {
    return IsOneEncoding() ? text : pg_server_to_any(text, static_cast<int>(strlen(text)), PG_UTF8);
}

/// The fingerprint of an enumeration, as the function for it gives it. It is called by a function
/// of our own schema: nobody else can have made one of that name there.
const char* FingerprintOf(Oid type) {
    const Oid argument = REGTYPEOID;
    const Oid function = LookupFuncName(
        list_make2(makeString(pstrdup("gb_enums_internal")), makeString(pstrdup("fingerprint"))), 1,
        &argument, false);
    return TextDatumGetCString(OidFunctionCall1(function, ObjectIdGetDatum(type)));
}

/// What a source needs of one enumeration, with a definition that can be read.
SourceEnum Describe(Oid type, const char* body) {
    const SchemaAndName found = SchemaAndNameOf(type);
    const char* schema = get_namespace_name(found.schema);
    const char* comment = GetComment(type, TypeRelationId, 0);
    SourceEnum described;
    described.schema = InUtf8(schema == nullptr ? "" : schema);
    described.name = InUtf8(found.name);
    described.sql_name = InUtf8(quote_qualified_identifier(schema, found.name));
    described.comment = comment == nullptr ? "" : InUtf8(comment);
    described.body = InUtf8(body);
    described.fingerprint = FingerprintOf(type);
    return described;
}

/// Describes enumerations, each once. One whose definition cannot be read is an error when callers
/// have named it, else a warning: it may be anybody's.
Items<SourceEnum> DescribeAll(const ArrayElements& types, bool are_named) {
    Items<SourceEnum> described;
    std::size_t bytes = 0;
    for (int i = 0; i < types.count; ++i) {
        const Oid type = DatumGetObjectId(types.values[i]);
        if (std::find(types.values, types.values + i, types.values[i]) != types.values + i) {
            continue;
        }
        if (are_named) {
            RequireEnum(type);
        } else if (!IsEnum(type)) {
            continue;  // It was dropped meanwhile.
        }
        const char* body = DefinitionSource(type);
        bytes += strlen(body);
        if (bytes > kMaxBodiesBytes) {
            RaiseTooLong();
        }
        const char* fault = FaultOf(body);
        if (fault == nullptr) {
            described.Add(Describe(type, body));
        } else {
            ereport(
                are_named ? ERROR : WARNING,
                (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                 errmsg("the definition of enumeration %s is broken: %s", TypeName(type), fault)));
        }
    }
    return described;
}

/// The source, in the encoding of the database and in the caller's memory.
const text* Write(const Language& language, const Items<SourceEnum>& enums,
                  const char* fingerprint_function, MemoryContext caller) {
    const text* source = Guarded([&]() -> const text* {
        try {
            const Output written =
                WriteSource(language, {enums.begin(), enums.end()}, fingerprint_function);
            auto* copy = static_cast<text*>(ContextMemory(caller).Get(VARHDRSZ + written.size()));
            SET_VARSIZE(copy, VARHDRSZ + written.size());
            written.CopyTo(VARDATA(copy));
            return copy;
        } catch (const SourceTooLong&) {
            return nullptr;
        }
    });
    if (source == nullptr) {
        RaiseTooLong();
    }
    if (IsOneEncoding()) {
        return source;
    }
    MemoryContextSwitchTo(caller);
    const std::string_view bytes = ViewOf(source);
    return cstring_to_text(pg_any_to_server(bytes.data(), static_cast<int>(bytes.size()), PG_UTF8));
}

}  // namespace

/// (language text, enums regtype[], are_named boolean, fingerprint_function text) -> text: the last
/// one as SQL
GB_ENUMS_FUNCTION(gb_enum_source) {
    const Language& language = LanguageArgument(fcinfo, 0);
    RequireArgument(fcinfo, 1, "the list of enumerations");
    const ArrayElements types =
        BoundedElements(PG_GETARG_ARRAYTYPE_P(1), kMostEnums, "an enumeration", "enumerations");
    // The definitions may be long, and so may the source be, of which the server makes copies.
    MemoryContext definitions =
        AllocSetContextCreate(CurrentMemoryContext, "gb_enum_source", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(definitions);
    const char* fingerprint_function = InUtf8(StringArgument(fcinfo, 3, "gb_enum_fingerprint"));
    const text* source =
        Write(language, DescribeAll(types, FlagArgument(fcinfo, 2)), fingerprint_function, caller);
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(definitions);
    PG_RETURN_TEXT_P(source);
}

}  // namespace gb_enums
