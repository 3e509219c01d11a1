#pragma once

#include "definition/definition.hpp"
#include "server/boundary.hpp"

namespace gb_enums {

/// The names of a definition in the order of their codes, as text values one after the other. A
/// query may hold pointers to them, so they are kept, when they are out of date, until no query can
/// hold any.
class Names {
  public:
    /// In memory that lives as long as the backend. Throws std::bad_alloc.
    static Names* Make(const std::pmr::vector<Value>& values, ContextMemory* memory);

    /// The first name; AfterName() leads to the others.
    const text* First() const noexcept { return reinterpret_cast<const text*>(this + 1); }
    static const text* AfterName(const text* name) noexcept {
        return reinterpret_cast<const text*>(reinterpret_cast<const char*>(name) +
                                             INTALIGN(VARSIZE(name)));
    }
    /// Whether these are the names that others are.
    bool SameAs(const Names* others) const noexcept {
        return others != nullptr && size_ == others->size_ &&
               memcmp(First(), others->First(), size_) == 0;
    }

    /// Puts names aside that are out of date, and frees all that were put aside.
    static void PutAside(Names* names) noexcept;
    static void FreeAllAside();

  private:
    explicit Names(std::size_t size) : size_(size) {}

    Names* next_ = nullptr;
    std::size_t size_;
};

}  // namespace gb_enums
