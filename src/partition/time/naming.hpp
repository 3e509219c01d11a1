#pragma once

// What partitions are called: <table>_2024_03, <table>_2024_q1, <table>_2024_w09, ...

#include <functional>
#include <string>
#include <string_view>

#include "partition/time/calendar.hpp"

namespace gb_enums::partition {

/// The longest name the server keeps, in bytes.
constexpr std::size_t kLongestName = 63;

/// The most bytes of `text`, at most `limit`, that end on a character's boundary. Which bytes those
/// are depends on the database's encoding.
using Clip = std::function<std::size_t(std::string_view text, std::size_t limit)>;

/// What a slot's partition is called after its table: `2024_03`. Slots of one grid differ in it.
std::string SlotSuffix(const Grid& grid, const Zone& zone, const Slot& slot);

/// `<table>_<suffix>`. A table's name that leaves no room is cut and told from others that begin
/// alike by a hash of all of it.
std::string PartitionName(std::string_view table, std::string_view suffix, const Clip& clip);

}  // namespace gb_enums::partition
