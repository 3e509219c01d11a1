#include "partition/time/keys.hpp"

#include <random>

#include <gtest/gtest.h>

#include "partition/time/layout.hpp"
#include "partition/time/naming.hpp"
#include "partition_zones.hpp"

namespace gb_enums::partition {
namespace {

constexpr Instant kServerEpoch = 946684800;               // 2000-01-01 UTC
constexpr std::int64_t kPlatformEpochMs = 1704067200000;  // 2024-01-01 UTC

Instant Day(std::int64_t year, int month, int day, int hour = 0) {
    return ToLocal({year, month, day, hour, 0, 0});
}

std::string Literal(const KeyCoding& coding, Instant instant, const Zone& zone = Utc()) {
    const auto key = KeyAt(coding, instant);
    return key ? KeyLiteral(coding, zone, *key) : "none";
}

TEST(Keys, LiteralsSayEverythingASessionCouldReadDifferently) {
    const Instant march = Day(2024, 3, 1);
    EXPECT_EQ(Literal({KeyKind::kDate}, march), "2024-03-01");
    EXPECT_EQ(Literal({KeyKind::kTimestamp}, march), "2024-03-01 00:00:00");
    EXPECT_EQ(Literal({KeyKind::kTimestampTz}, march), "2024-03-01 00:00:00+00");
    EXPECT_EQ(Literal({KeyKind::kTimestampTz}, march + 5 * 3600, NewYork2024()),
              "2024-03-01 00:00:00-05");
    EXPECT_EQ(Literal({KeyKind::kEpoch}, march), "1709251200");
    EXPECT_EQ(Literal({KeyKind::kEpochInteger}, march), "1709251200");
    EXPECT_EQ(Literal({KeyKind::kEpochMs}, march), "1709251200000");
    EXPECT_EQ(Literal({KeyKind::kEpochUs}, march), "1709251200000000");
    EXPECT_EQ(Literal({KeyKind::kSnowflake, kPlatformEpochMs, 22}, march), "21743271936000000");
    EXPECT_EQ(Literal({KeyKind::kUuidV7}, march), "018df74f-8400-0000-0000-000000000000");
}

TEST(Keys, ErasAndOddOffsetsAreWrittenAsTheServerReadsThem) {
    EXPECT_EQ(Literal({KeyKind::kDate}, Day(-43, 3, 15)), "0044-03-15 BC");
    EXPECT_EQ(Literal({KeyKind::kTimestampTz}, Day(-43, 3, 15)), "0044-03-15 00:00:00+00 BC");
    EXPECT_EQ(Literal({KeyKind::kDate}, Day(12024, 1, 1)), "12024-01-01");
    EXPECT_EQ(FormatTime(0, -17762), "1970-01-01 00:00:00-04:56:02");
    EXPECT_EQ(FormatTime(0, 20700), "1970-01-01 00:00:00+05:45");
    EXPECT_EQ(FormatTime(0, {}, 250000), "1970-01-01 00:00:00.25");
    EXPECT_EQ(FormatTime(86399, 0, 999999), "1970-01-01 23:59:59.999999+00");
}

TEST(Keys, WhatAKeyCannotExpressIsNone) {
    EXPECT_EQ(Literal({KeyKind::kDate}, Day(2024, 3, 1, 1)), "none");
    EXPECT_EQ(Literal({KeyKind::kSnowflake, kPlatformEpochMs, 22}, Day(2023, 12, 31)), "none");
    EXPECT_EQ(Literal({KeyKind::kSnowflake, kPlatformEpochMs, 22}, Day(2200, 1, 1)), "none");
    EXPECT_EQ(Literal({KeyKind::kEpochInteger}, Day(2038, 1, 19)), "2147472000");
    EXPECT_EQ(Literal({KeyKind::kEpochInteger}, Day(2038, 1, 20)), "none");
    EXPECT_EQ(Literal({KeyKind::kEpochUs}, Day(294247, 1, 1)), "9223371244800000000");
    EXPECT_EQ(Literal({KeyKind::kEpochUs}, Day(294248, 1, 1)), "none");
    EXPECT_EQ(Literal({KeyKind::kUuidV7}, Day(1969, 12, 31)), "none");
    EXPECT_EQ(Literal({KeyKind::kUuidV7}, Day(10900, 1, 1)), "none");
    EXPECT_EQ(Literal({KeyKind::kTimestampTz}, Day(-4713, 11, 23)), "none");
    EXPECT_EQ(Literal({KeyKind::kTimestampTz}, Day(294277, 1, 1)), "none");
}

TEST(Keys, KeysGoThereAndBackAndKeepTheirOrder) {
    std::mt19937_64 engine(3);
    std::uniform_int_distribution<std::int64_t> days(DaysFromCivil(2024, 1, 1),
                                                     DaysFromCivil(2038, 1, 1));
    const KeyCoding codings[] = {
        {KeyKind::kDate},   {KeyKind::kTimestamp},    {KeyKind::kTimestampTz},
        {KeyKind::kEpoch},  {KeyKind::kEpochMs},      {KeyKind::kSnowflake, kPlatformEpochMs, 22},
        {KeyKind::kUuidV7}, {KeyKind::kEpochInteger}, {KeyKind::kEpochUs}};
    for (int i = 0; i < 20000; ++i) {
        const Instant first = days(engine) * kSecondsPerDay;
        const Instant second = days(engine) * kSecondsPerDay;
        for (const KeyCoding& coding : codings) {
            const auto key = KeyAt(coding, first);
            ASSERT_TRUE(key);
            ASSERT_EQ(PlaceOf(coding, *key), (first - kServerEpoch) * 1000000);
            ASSERT_EQ(InstantAt(coding, *PlaceOf(coding, *key)), first);
            ASSERT_EQ(*key < *KeyAt(coding, second), first < second);
        }
    }
    EXPECT_EQ(PlaceOf({KeyKind::kEpoch}, std::numeric_limits<std::int64_t>::max()), std::nullopt);
    // The places of the last days are as timestamps are, which are counted from 2000.
    const Instant last = Day(294276, 12, 31);
    EXPECT_EQ(PlaceOf({KeyKind::kEpoch}, last), (last - kServerEpoch) * 1000000);
}

TEST(Keys, AnIdIsItsOwnInstantAndPlace) {
    const KeyCoding coding{KeyKind::kId};
    for (const std::int64_t id : {-211813488000000000, std::int64_t{-1}, std::int64_t{0},
                                  std::int64_t{1234567}, 9223371331199999999}) {
        EXPECT_EQ(KeyAt(coding, id), id);
        EXPECT_EQ(PlaceOf(coding, id), id);
        EXPECT_EQ(InstantAt(coding, id), id);
        EXPECT_EQ(Literal(coding, id), std::to_string(id));
    }
    EXPECT_FALSE(HasZone(KeyKind::kId));
}

TEST(Keys, IdsThatTheirTypeHasNotOrWithoutAPlaceAreOneRange) {
    EXPECT_EQ(Literal({KeyKind::kId, 0, 0, 16}, 32767), "32767");
    EXPECT_EQ(Literal({KeyKind::kId, 0, 0, 16}, 32768), "MAXVALUE");
    EXPECT_EQ(Literal({KeyKind::kId, 0, 0, 16}, -32768), "-32768");
    EXPECT_EQ(Literal({KeyKind::kId, 0, 0, 16}, -32769), "MINVALUE");
    EXPECT_EQ(Literal({KeyKind::kId, 0, 0, 32}, 2147483648), "MAXVALUE");
    EXPECT_EQ(Literal({KeyKind::kId, 0, 0, 32}, -2147483649), "MINVALUE");
    EXPECT_EQ(Literal({KeyKind::kId}, 9223371331200000000), "MAXVALUE");
    EXPECT_EQ(Literal({KeyKind::kId}, std::numeric_limits<std::int64_t>::max()), "MAXVALUE");
    EXPECT_EQ(Literal({KeyKind::kId}, -211813488000000001), "MINVALUE");
    EXPECT_EQ(PlaceOf({KeyKind::kId}, 9223371331200000000), std::nullopt);
    EXPECT_EQ(PlaceOf({KeyKind::kId}, -211813488000000001), std::nullopt);
}

TEST(Naming, EachKindOfSlotHasItsName) {
    const auto name = [](Unit unit, std::int64_t count, Instant at) {
        const Grid grid{unit, count, DefaultAnchor(unit)};
        return SlotSuffix(grid, Utc(), SlotOf(grid, Utc(), at));
    };
    const Instant at = Day(2024, 12, 30, 17);
    EXPECT_EQ(name(Unit::kMonth, 1, at), "2024_12");
    EXPECT_EQ(name(Unit::kMonth, 2, at), "2024_11");
    EXPECT_EQ(name(Unit::kMonth, 3, at), "2024_q4");
    EXPECT_EQ(name(Unit::kMonth, 12, at), "2024");
    EXPECT_EQ(name(Unit::kMonth, 120, at), "2020");
    EXPECT_EQ(name(Unit::kDay, 7, at), "2025_w01");
    EXPECT_EQ(name(Unit::kDay, 1, at), "2024_12_30");
    EXPECT_EQ(name(Unit::kHour, 6, at), "2024_12_30_12");
    EXPECT_EQ(name(Unit::kMinute, 5, at), "2024_12_30_1700");
    EXPECT_EQ(name(Unit::kMinute, 5, at + 7 * 60), "2024_12_30_1705");
    EXPECT_EQ(name(Unit::kMonth, 1, Day(-43, 3, 15)), "bc0044_03");
    EXPECT_EQ(name(Unit::kDay, 7, Day(2021, 1, 3)), "2020_w53");
    const Grid odd{Unit::kMonth, 1, Day(2024, 1, 15, 6)};
    EXPECT_EQ(SlotSuffix(odd, Utc(), SlotOf(odd, Utc(), Day(2024, 3, 1))), "2024_02_15_06");
    EXPECT_EQ(name(Unit::kId, 1000000, 2999999), "2000000");
    EXPECT_EQ(name(Unit::kId, 1000000, 5), "0");
    EXPECT_EQ(name(Unit::kId, 1000000, -1), "minus_1000000");
    EXPECT_EQ(name(Unit::kId, 1, std::numeric_limits<std::int64_t>::min()),
              "minus_9223372036854775808");
}

std::size_t ClipUtf8(std::string_view text, std::size_t limit) {
    while (limit > 0 && limit < text.size() && (text[limit] & 0xC0) == 0x80) {
        --limit;
    }
    return std::min(limit, text.size());
}

TEST(Naming, LongNamesAreCutBetweenCharactersAndStayDistinct) {
    EXPECT_EQ(PartitionName("message_history", "2024_03", ClipUtf8), "message_history_2024_03");
    const std::string exact(55, 'a');
    EXPECT_EQ(PartitionName(exact, "2024_03", ClipUtf8), exact + "_2024_03");
    const std::string longer(60, 'a');
    const std::string one = PartitionName(longer + "one", "2024_03", ClipUtf8);
    const std::string two = PartitionName(longer + "two", "2024_03", ClipUtf8);
    EXPECT_EQ(one.size(), kLongestName);
    EXPECT_NE(one, two);
    EXPECT_EQ(one.substr(0, 40), two.substr(0, 40));
    EXPECT_NE(one, PartitionName(longer + "one", "2024_04", ClipUtf8));
    std::string umlauts;
    for (int i = 0; i < 30; ++i) {
        umlauts += "ä";
    }
    for (const std::string& table : {umlauts, "x" + umlauts}) {
        const std::string name = PartitionName(table, "2024_03", ClipUtf8);
        EXPECT_LE(name.size(), kLongestName);
        EXPECT_GE(name.size(), kLongestName - 1);
        EXPECT_EQ(name.size() % 2, (table.size() + 17) % 2);  // no half of an ä is left
    }
}

TEST(Layout, PlacesASlotAmongPartitions) {
    const std::vector<Range> ranges{
        {kLowest, 10, 1}, {10, 20, 2}, {30, 40, 3}, {40, 50, 4}, {60, kHighest, 5}};
    const auto place = [&](Axis lower, Axis upper) { return Place(ranges, lower, upper); };
    EXPECT_EQ(place(20, 30).verdict, Verdict::kFree);
    EXPECT_EQ(place(10, 20).verdict, Verdict::kExists);
    EXPECT_EQ(place(10, 20).partition, 2U);
    EXPECT_EQ(place(0, 5).verdict, Verdict::kCovered);
    EXPECT_EQ(place(35, 45).verdict, Verdict::kTiled);
    EXPECT_EQ(place(30, 50).verdict, Verdict::kTiled);
    EXPECT_EQ(place(15, 25).verdict, Verdict::kOverlaps);
    EXPECT_EQ(place(15, 35).verdict, Verdict::kOverlaps);
    EXPECT_EQ(place(45, 55).partition, 4U);
    EXPECT_EQ(place(70, 80).partition, 5U);
    EXPECT_EQ(Place({}, 1, 2).verdict, Verdict::kFree);
    const Neighbours between = NeighboursOf(ranges, 20, 30);
    EXPECT_EQ(between.first, 1U);
    EXPECT_EQ(between.last, 3U);
    EXPECT_EQ(NeighboursOf({}, 1, 2).last, 0U);
}

TEST(Layout, FindsWhatIsLeftOfASlot) {
    const std::vector<Range> ranges{
        {kLowest, 10, 1}, {10, 20, 2}, {30, 40, 3}, {40, 50, 4}, {60, kHighest, 5}};
    const auto left = [&](Axis lower, Axis upper, Axis from) {
        const auto part = FreePart(ranges, lower, upper, from);
        return part ? std::pair<int, int>(part->lower, part->upper) : std::pair<int, int>(0, 0);
    };
    EXPECT_EQ(left(15, 35, 15), std::make_pair(20, 30));
    EXPECT_EQ(left(15, 25, 15), std::make_pair(20, 25));
    EXPECT_EQ(left(25, 35, 0), std::make_pair(25, 30));
    EXPECT_EQ(left(15, 70, 29), std::make_pair(20, 30));
    EXPECT_EQ(left(15, 70, 30), std::make_pair(50, 60));
    EXPECT_EQ(left(15, 70, 60), std::make_pair(0, 0));
    EXPECT_EQ(left(30, 50, 30), std::make_pair(0, 0));
    EXPECT_EQ(left(21, 29, 21), std::make_pair(21, 29));
    EXPECT_EQ(left(21, 29, 29), std::make_pair(0, 0));
}

// Against the definition, key by key.
TEST(LayoutProperty, AgreesWithCountingKeys) {
    std::mt19937_64 engine(4);
    const auto below = [&](int limit) { return static_cast<int>(engine() % limit); };
    for (int i = 0; i < 20000; ++i) {
        std::vector<Range> ranges;
        int owner[40] = {};
        for (int at = below(5), child = 1; at < 36; ++child) {
            const int size = 1 + below(8);
            ranges.push_back({at, at + size, static_cast<unsigned>(child)});
            std::fill(owner + at, owner + std::min(at + size, 40), child);
            at += size + (below(3) == 0 ? 1 + below(4) : 0);
        }
        const int lower = below(30);
        const int upper = lower + 1 + below(8);
        int held = 0;
        int first = 0;
        int last = 0;
        for (int key = lower; key < upper; ++key) {
            held += owner[key] != 0 ? 1 : 0;
            first = first == 0 ? owner[key] : first;
            last = owner[key] != 0 ? owner[key] : last;
        }
        const Placement found = Place(ranges, lower, upper);
        ASSERT_EQ(static_cast<int>(found.partition), first);
        if (held == 0) {
            ASSERT_EQ(found.verdict, Verdict::kFree);
        } else if (held < upper - lower) {
            ASSERT_EQ(found.verdict, Verdict::kOverlaps);
        } else if (first != last) {
            ASSERT_EQ(found.verdict, Verdict::kTiled);
        } else {
            const Range& range = ranges[first - 1];
            ASSERT_EQ(found.verdict, range.lower == lower && range.upper == upper
                                         ? Verdict::kExists
                                         : Verdict::kCovered);
        }
    }
}

}  // namespace
}  // namespace gb_enums::partition
