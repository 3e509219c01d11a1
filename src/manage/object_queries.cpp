// Queries whose rows are objects.

#include "manage/object_queries.hpp"

#include "server/arrays.hpp"

namespace gb_enums {

void Query(const char* query, Oid argument_type, Oid argument) {
    Datum value = ObjectIdGetDatum(argument);
    SPI_execute_with_args(query, 1, &argument_type, &value, nullptr, false, 0);
}

Oid OidFound(uint64 row, int column) {
    bool is_null = false;
    return DatumGetObjectId(
        SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &is_null));
}

Oid FindOid(const char* query, Oid object) {
    const OwnQueries queries;
    Query(query, OIDOID, object);
    const Oid found = SPI_processed > 0 ? OidFound(0, 1) : InvalidOid;
    queries.End();
    return found;
}

Datum ArrayOfTypes(const List* types) {
    auto* elements = static_cast<Datum*>(palloc(sizeof(Datum) * (list_length(types) + 1)));
    int count = 0;
    ListCell* cell = nullptr;
    foreach (cell, types) {
        elements[count++] = ObjectIdGetDatum(lfirst_oid(cell));
    }
    return PointerGetDatum(MakeArray(elements, count, REGTYPEOID));
}

void Execute(const char* command) {
    const OwnQueries queries;
    SPI_execute(command, false, 0);
    queries.End();
}

}  // namespace gb_enums
