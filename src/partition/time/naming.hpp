#pragma once

// The names of partitions: <table>_2024_03, <table>_2024_q1, <table>_2024_w09, ...; with
// ids <table>_1000000

#include <functional>
#include <string>
#include <string_view>

#include "partition/time/calendar.hpp"

namespace gb_enums::partition {

/// The longest name that the server keeps, in bytes.
constexpr std::size_t kLongestName = 63;

/// Returns the length of the longest prefix of `text` that has at most `limit` bytes and ends
/// between two characters. The database's encoding decides where characters end.
using Clip = std::function<std::size_t(std::string_view text, std::size_t limit)>;

/// The part of a partition's name that comes from its slot: `2024_03`. It differs between the slots
/// of a grid.
std::string SlotSuffix(const Grid& grid, const Zone& zone, const Slot& slot);

/// `<table>_<suffix>`. If this is too long, the table's name is cut and gets a hash of the whole
/// name, so that tables whose names begin alike get different names.
std::string PartitionName(std::string_view table, std::string_view suffix, const Clip& clip);

}  // namespace gb_enums::partition
