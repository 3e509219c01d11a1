#include "type/names.hpp"

namespace gb_enums {

namespace {

Names* first_aside = nullptr;

std::size_t SizeAsText(std::string_view name) {
    return INTALIGN(VARHDRSZ + name.size());
}

}  // namespace

Names* Names::Make(const std::pmr::vector<Value>& values, ContextMemory* memory) {
    const std::size_t size = std::accumulate(
        values.begin(), values.end(), std::size_t{0},
        [](std::size_t sum, const Value& value) { return sum + SizeAsText(value.name); });
    auto* names = new (memory->Get(sizeof(Names) + size)) Names(size);
    auto* next = reinterpret_cast<char*>(names + 1);
    std::fill(next, next + size, '\0');
    for (const Value& value : values) {
        auto* name = reinterpret_cast<text*>(next);
        SET_VARSIZE(name, VARHDRSZ + value.name.size());
        std::copy(value.name.begin(), value.name.end(), VARDATA(name));
        next += SizeAsText(value.name);
    }
    return names;
}

void Names::PutAside(Names* names) noexcept {
    names->next_ = first_aside;
    first_aside = names;
}

void Names::FreeAllAside() {
    while (first_aside != nullptr) {
        pfree(std::exchange(first_aside, first_aside->next_));
    }
}

}  // namespace gb_enums
