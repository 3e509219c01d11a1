#pragma once

#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace gb_enums {

/// A source is longer than a call may make it.
class SourceTooLong : public std::length_error {
  public:
    SourceTooLong() : std::length_error("the source is too long") {}
};

/// The text of a source, in pieces: a text of one piece would be copied whenever it grows.
class Output {
  public:
    explicit Output(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    /// Appends a text as it is. Like the functions that use it, throws SourceTooLong.
    void Add(std::string_view text);

    /// Appends a line.
    template <typename... Args>
    void Line(fmt::format_string<Args...> format, Args&&... args) {
        Add(fmt::format(format, std::forward<Args>(args)...));
        Add("\n");
    }

    /// What stands in a block for a word in braces.
    using Field = std::pair<std::string_view, std::string_view>;

    /// Appends lines in which `{name}` stands for the text of the field "name". All other braces
    /// stay, so the lines look like the language that they are in.
    void Block(std::string_view lines, std::initializer_list<Field> fields = {});

    std::size_t size() const { return size_; }
    /// Writes the text to a place for size() bytes.
    void CopyTo(char* place) const;

  private:
    std::size_t most_bytes_;
    std::size_t size_ = 0;
    std::vector<std::string> pieces_;
};

}  // namespace gb_enums
