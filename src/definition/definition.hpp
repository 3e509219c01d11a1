#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "definition/code.hpp"
#include "definition/name_key.hpp"

namespace gb_enums {

/// The longest name or alias, in bytes: the length of a PostgreSQL identifier.
constexpr std::size_t kMaxNameBytes = 63;
/// The most values one enumeration can have.
constexpr std::size_t kMaxValues = 32768;
/// The longest definition, in bytes. A session that uses an enumeration, or lists all of them, has
/// the whole definition in memory, whoever wrote it.
constexpr std::size_t kMaxBodyBytes = std::size_t{8} * 1024 * 1024;

/// No text of two bytes has more bytes than this in another encoding: two characters of four bytes.
constexpr std::size_t kShortName = 8;

/// The characters that a name without quotes must not contain. A definition that contains them is a
/// mistake of a person who knows other languages, as in `1 web, "Shop"` or `1=web`.
constexpr std::string_view kQuotedOnly = ",=";

/// One value of an enumeration.
struct Value {
    explicit Value(std::pmr::memory_resource* memory) : aliases(memory) {}

    Code code{};
    std::string_view name;
    /// Empty when there is no description, and also for an empty one; see `has_description`.
    std::string_view description;
    bool has_description = false;
    bool deprecated = false;
    /// The name to use instead of a deprecated value; empty when there is none.
    std::string_view replacement;
    std::pmr::vector<std::string_view> aliases;
    /// The line of the value in the body; 1 is the first line.
    std::uint32_t line = 0;
};

/// A code that once had a name and must not be given to another value.
struct RetiredCode {
    Code code{};
    std::string_view name;
    std::uint32_t line = 0;
};

/// The error for a body that is not a definition. `what()` is the reason, and `line()` the line (1
/// is the first).
class DefinitionError : public std::runtime_error {
  public:
    DefinitionError(std::size_t line, const std::string& message)
        : std::runtime_error(message), line_(line) {}
    std::size_t line() const noexcept { return line_; }

  private:
    std::size_t line_;
};

/// The values of one enumeration, found by code or by name in constant time.
///
/// A definition is text, one value a line (docs/reference.md, "Definition language"):
///
///     0 pending   "Waiting to start"
///     5 completed "Successfully finished" alias done alias finished
///     7 cancelled "Cancelled by user" deprecated use failed
///     retired 6 aborted
///
/// All memory of a definition comes from the memory resource that was given to Parse(). So freeing
/// that resource frees the definition, even if no destructor runs.
class Definition {
  public:
    /// Reads a body; throws DefinitionError, or std::bad_alloc from `memory`.
    static Definition Parse(std::string_view body, std::pmr::memory_resource* memory);

    /// The values in the order of their codes.
    const std::pmr::vector<Value>& values() const noexcept { return values_; }
    const std::pmr::vector<RetiredCode>& retired() const noexcept { return retired_; }

    /// The index in values() of the value with this code, or -1 when there is none.
    int IndexOf(Code code) const noexcept {
        const auto offset = static_cast<std::uint32_t>(ToInt(code) - min_code_);
        return offset < index_of_code_.size() ? int{index_of_code_[offset]} - 1 : -1;
    }

    /// The value with this code, or nullptr.
    const Value* Find(Code code) const noexcept {
        const int index = IndexOf(code);
        return index < 0 ? nullptr : &values_[static_cast<std::size_t>(index)];
    }

    /// The value with this name or alias, compared byte by byte, or nullptr.
    const Value* Find(std::string_view name) const noexcept {
        const Bucket* bucket = FindBucket(name);
        return bucket == nullptr ? nullptr : &values_[bucket->value_plus_one - 1];
    }

    /// The other value whose code has the same two bytes in binary format as a name or alias of the
    /// value with the code `own`, or nullptr.
    const Value* FindInBytes(std::string_view name, Code own) const noexcept {
        if (name.size() != sizeof(std::int16_t)) {
            return nullptr;
        }
        const Value* value = Find(CodeOfBytes(name));
        return value == nullptr || value->code == own ? nullptr : value;
    }

    /// Finds the code of the value with this name or alias, without reading the value; false when
    /// there is none.
    bool FindCode(std::string_view name, Code* code) const noexcept {
        const Bucket* bucket = FindBucket(name);
        if (bucket == nullptr) {
            return false;
        }
        *code = bucket->code;
        return true;
    }

    /// The retired code, or the first one that had a name, or nullptr.
    const RetiredCode* FindRetired(Code code) const noexcept;
    const RetiredCode* FindRetired(std::string_view name) const noexcept;

    /// Whether a name or alias has two bytes, as a code has in binary format, or may have in
    /// another encoding.
    bool has_short_names() const noexcept { return has_short_names_; }

  private:
    explicit Definition(std::pmr::memory_resource* memory)
        : text_(memory),
          values_(memory),
          retired_(memory),
          index_of_code_(memory),
          buckets_(memory) {}

    struct Bucket {
        std::string_view name;
        std::uint32_t value_plus_one = 0;
        Code code{};
    };

    friend class DefinitionParser;
    void IndexCodes();
    /// Adds a name or alias to the index; false when it is there already.
    bool IndexName(std::string_view name, std::size_t value_index) noexcept;
    const Bucket* FindBucket(std::string_view name) const noexcept {
        if (buckets_.empty()) {
            return nullptr;
        }
        const Bucket* const buckets = buckets_.data();
        for (std::size_t i = HashName(name) & bucket_mask_;; i = (i + 1) & bucket_mask_) {
            if (buckets[i].value_plus_one == 0) {
                return nullptr;
            }
            if (SameName(buckets[i].name, name)) {
                return &buckets[i];
            }
        }
    }

    /// The text that the string_views of values point into.
    std::pmr::vector<char> text_;
    std::pmr::vector<Value> values_;
    std::pmr::vector<RetiredCode> retired_;
    bool has_short_names_ = false;
    int min_code_ = 0;
    /// For each code from min_code_ on: the index of its value in values_ plus 1, or 0.
    std::pmr::vector<std::uint16_t> index_of_code_;
    /// A hash table with open addressing; its size is a power of two, and it is at most half full.
    std::pmr::vector<Bucket> buckets_;
    /// The number of buckets minus 1.
    std::size_t bucket_mask_ = 0;
};

/// Reads a code in the one form in which codes are printed ("0", "-12", "407": no sign but minus,
/// no leading zero); false for any other text.
bool ParseCode(std::string_view text, Code* code) noexcept;

/// Whether a name is the digits of another code than the value's own. A code without a value is
/// printed as its digits. When the digits are read again, they could mean either the code or the
/// name, so such a name is refused. The digits of the value's own code mean the same in both cases.
bool IsOtherCode(std::string_view name, Code code) noexcept;

}  // namespace gb_enums
