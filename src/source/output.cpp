#include "source/output.hpp"

#include <algorithm>

namespace gb_enums {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{1024} * 1024;

}  // namespace

void Output::Add(std::string_view text) {
    if (text.size() > most_bytes_ - size_) {
        throw SourceTooLong();
    }
    if (pieces_.empty() || text.size() > pieces_.back().capacity() - pieces_.back().size()) {
        pieces_.emplace_back().reserve(std::max(text.size(), kPieceBytes));
    }
    pieces_.back() += text;
    size_ += text.size();
}

void Output::CopyTo(char* place) const {
    for (const std::string& piece : pieces_) {
        place = std::copy(piece.begin(), piece.end(), place);
    }
}

void Output::Block(std::string_view lines, std::initializer_list<Field> fields) {
    while (!lines.empty()) {
        const std::size_t open = std::min(lines.find('{'), lines.size());
        Add(lines.substr(0, open));
        lines.remove_prefix(open);
        const auto* field = std::find_if(fields.begin(), fields.end(), [&](const Field& candidate) {
            const std::size_t size = candidate.first.size();
            return lines.size() > size + 1 && lines[size + 1] == '}' &&
                   lines.substr(1, size) == candidate.first;
        });
        if (field != fields.end()) {
            Add(field->second);
            lines.remove_prefix(field->first.size() + 2);
        } else if (!lines.empty()) {
            Add("{");
            lines.remove_prefix(1);
        }
    }
}

}  // namespace gb_enums
