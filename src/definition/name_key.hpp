#pragma once

// Hash and comparison of names. Names are short, and one is looked up for each row. So both
// functions work on whole words and are inline: with the library's hash and memcmp, the calls would
// cost more than the work.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace gb_enums {

namespace name_key {

template <typename Word>
Word Load(const char* from) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

/// Mix() and Finish() are bijections, so different words stay different. Mix() is enough between
/// words. After Finish(), each of the lower bits depends on all bits of `word`. A bit of a product
/// depends only on lower bits of its factors, so Finish() multiplies twice and folds in the upper
/// half between.
constexpr std::uint64_t Mix(std::uint64_t word) noexcept {
    word *= 0x9E3779B97F4A7C15U;
    return word ^ (word >> 32U);
}
constexpr std::uint64_t Finish(std::uint64_t word) noexcept {
    word = (word ^ (word >> 32U)) * 0x9E3779B97F4A7C15U;
    word = (word ^ (word >> 29U)) * 0xBF58476D1CE4E5B9U;
    return word ^ (word >> 32U);
}

}  // namespace name_key

/// A hash of a name, whose lowest bits may be used alone.
inline std::uint64_t HashName(std::string_view name) noexcept {
    using name_key::Finish;
    using name_key::Load;
    using name_key::Mix;
    const char* const data = name.data();
    const std::size_t size = name.size();
    std::uint64_t hash = size;
    if (size >= sizeof(std::uint64_t)) {
        // The last word may overlap the word before it; handling a shorter rest would cost more.
        const std::size_t last = size - sizeof(std::uint64_t);
        for (std::size_t i = 0; i < last; i += sizeof(std::uint64_t)) {
            hash = Mix(hash ^ Load<std::uint64_t>(data + i));
        }
        return Finish(hash ^ Load<std::uint64_t>(data + last));
    }
    if (size >= sizeof(std::uint32_t)) {
        const std::uint64_t first = Load<std::uint32_t>(data);
        const std::uint64_t last = Load<std::uint32_t>(data + size - sizeof(std::uint32_t));
        return Finish(Mix(hash) ^ (first << 32U | last));
    }
    for (const char c : name) {
        hash = hash << 8U | static_cast<unsigned char>(c);
    }
    return Finish(hash);
}

/// Whether two names are the same, byte by byte.
inline bool SameName(std::string_view a, std::string_view b) noexcept {
    using name_key::Load;
    const std::size_t size = a.size();
    if (size != b.size()) {
        return false;
    }
    if (size >= sizeof(std::uint64_t)) {
        const std::size_t last = size - sizeof(std::uint64_t);
        for (std::size_t i = 0; i < last; i += sizeof(std::uint64_t)) {
            if (Load<std::uint64_t>(a.data() + i) != Load<std::uint64_t>(b.data() + i)) {
                return false;
            }
        }
        return Load<std::uint64_t>(a.data() + last) == Load<std::uint64_t>(b.data() + last);
    }
    if (size >= sizeof(std::uint32_t)) {
        const std::size_t last = size - sizeof(std::uint32_t);
        return Load<std::uint32_t>(a.data()) == Load<std::uint32_t>(b.data()) &&
               Load<std::uint32_t>(a.data() + last) == Load<std::uint32_t>(b.data() + last);
    }
    for (std::size_t i = 0; i < size; ++i) {
        if (a[i] != b[i]) {
            return false;
        }
    }
    return true;
}

}  // namespace gb_enums
