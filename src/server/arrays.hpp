#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// The elements of an array of any type.
struct ArrayElements {
    Datum* values = nullptr;
    bool* nulls = nullptr;
    int count = 0;
};

inline ArrayElements ElementsOf(ArrayType* array) {
    ArrayElements elements;
    int16 length = 0;
    bool by_value = false;
    char alignment = 0;
    get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &alignment);
    deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, alignment, &elements.values,
                      &elements.nulls, &elements.count);
    return elements;
}

/// An array of the dimensions of another one, with other elements, of another type.
inline ArrayType* MakeArrayLike(ArrayType* array, const ArrayElements& elements, Oid type) {
    int16 length = 0;
    bool by_value = false;
    char alignment = 0;
    get_typlenbyvalalign(type, &length, &by_value, &alignment);
    return construct_md_array(elements.values, elements.nulls, ARR_NDIM(array), ARR_DIMS(array),
                              ARR_LBOUND(array), type, length, by_value, alignment);
}

/// The elements of an array that anybody may have given. Raises an error when one is NULL or when
/// there are more than `most`, before they cost memory. For messages, `singular` is "a name" and
/// `plural` is "names".
inline ArrayElements BoundedElements(ArrayType* array, int most, const char* singular,
                                     const char* plural) {
    if (array_contains_nulls(array)) {
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be null", singular)));
    }
    if (ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) > most) {
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("more than %d %s cannot be given at once", most, plural)));
    }
    return ElementsOf(array);
}

/// An array of one dimension.
inline ArrayType* MakeArray(Datum* elements, int count, Oid type) {
    int16 length = 0;
    bool by_value = false;
    char alignment = 0;
    get_typlenbyvalalign(type, &length, &by_value, &alignment);
    return construct_array(elements, count, type, length, by_value, alignment);
}

/// An array of texts.
inline ArrayType* MakeTextArray(Datum* texts, int count) {
    return MakeArray(texts, count, TEXTOID);
}

/// An array of texts, of a list of strings.
inline ArrayType* MakeTextArray(const List* strings) {
    auto* texts = static_cast<Datum*>(palloc(sizeof(Datum) * (list_length(strings) + 1)));
    int count = 0;
    ListCell* cell = nullptr;
    foreach (cell, strings) {
        texts[count++] = CStringGetTextDatum(static_cast<const char*>(lfirst(cell)));
    }
    return MakeTextArray(texts, count);
}

/// A growing array of plain items, in the memory context that is current when it is made. Like
/// memory that the server allocates, it needs no destructor.
template <typename Item>
class Items {
  public:
    static_assert(std::is_trivially_copyable_v<Item> && std::is_trivially_destructible_v<Item>);

    void Add(const Item& item) {
        if (count_ == capacity_) {
            capacity_ *= 2;
            items_ = static_cast<Item*>(repalloc_huge(items_, capacity_ * sizeof(Item)));  // NOLINT
        }
        items_[count_++] = item;
    }
    const Item* begin() const noexcept { return items_; }
    const Item* end() const noexcept { return items_ + count_; }
    Item* begin() noexcept { return items_; }
    Item* end() noexcept { return items_ + count_; }
    std::size_t size() const noexcept { return count_; }
    /// Leaves the first `count` items only.
    void Keep(std::size_t count) noexcept { count_ = count; }

  private:
    static constexpr std::size_t kFirst = 16;

    std::size_t count_ = 0;
    std::size_t capacity_ = kFirst;
    Item* items_ = static_cast<Item*>(palloc(kFirst * sizeof(Item)));
};

}  // namespace gb_enums
