#pragma once

#include "server/boundary.hpp"
#include "type/enum_type.hpp"

namespace gb_enums {

/// The enumerations that this backend has used. An entry lives as long as the backend. Its
/// definition is forgotten when the server tells of a changed catalog, and freed when nobody can
/// hold any of it.
class KnownTypes {
  public:
    /// The entry of a type, nullptr when the type is no enumeration. Raises an error only when
    /// there is no memory.
    static EnumType* Find(Oid type);

    /// The entry that stands for the enumeration of a type that is none.
    static EnumType& None();

    /// Memory that lives as long as the backend.
    static ContextMemory* Memory();

    /// Makes the next use of an entry read its definition again, and plans that may hold any of it
    /// be made again.
    static void Forget(const EnumType& changed);

    /// Takes note that an entry says what this transaction sees, which the next one does not.
    static void NoteSnapshot();
    /// Takes note that there is something to be freed.
    static void NoteOutOfDate();

  private:
    static void TypeChanged(Datum argument, SystemCache cache, uint32 hash);
    static void FunctionChanged(Datum argument, SystemCache cache, uint32 hash);
    template <typename Predicate>
    static void ForgetAll(Predicate&& concerns);
    static void ForgetSnapshots();
    static void AtTransactionEvent(XactEvent event, void* argument);
    static void FreeOutOfDate();
    static void Create();
};

}  // namespace gb_enums
