#include "partition/time/calendar.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "partition/time/keys.hpp"
#include "partition/time/naming.hpp"
#include "partition_zones.hpp"

namespace gb_enums::partition {
namespace {

constexpr LocalTime At(std::int64_t days, int hour = 0) {
    return days * kSecondsPerDay + hour * kSecondsPerHour;
}

LocalTime Day(std::int64_t year, int month, int day, int hour = 0, int minute = 0) {
    return ToLocal({year, month, day, hour, minute, 0});
}

std::string Show(LocalTime local) {
    return FormatTime(local, {});
}

TEST(Calendar, DatesGoThereAndBackOverFourCenturiesAndBeforeChrist) {
    EXPECT_EQ(DaysFromCivil(1970, 1, 1), 0);
    EXPECT_EQ(DaysFromCivil(2000, 3, 1) - DaysFromCivil(2000, 2, 28), 2);
    EXPECT_EQ(DaysFromCivil(1900, 3, 1) - DaysFromCivil(1900, 2, 28), 1);
    Civil before = ToCivil(At(DaysFromCivil(-5000, 1, 1) - 1));
    for (std::int64_t day = DaysFromCivil(-5000, 1, 1); day < DaysFromCivil(3000, 1, 1); ++day) {
        const Civil civil = ToCivil(At(day));
        ASSERT_EQ(DaysFromCivil(civil.year, civil.month, civil.day), day);
        if (civil.day != 1) {
            ASSERT_EQ(civil.day, before.day + 1);
        } else {
            ASSERT_EQ(before.day, DaysInMonth(before.year, before.month));
        }
        before = civil;
    }
}

TEST(Calendar, LastDaysOfMonthsComeBackToTheAnchor) {
    const Grid grid{Unit::kMonth, 1, Day(2024, 1, 31)};
    const char* const expected[] = {"2024-01-31 00:00:00", "2024-02-29 00:00:00",
                                    "2024-03-31 00:00:00", "2024-04-30 00:00:00"};
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(Show(Boundary(grid, Utc(), i)), expected[i]);
    }
    EXPECT_EQ(Show(Boundary(grid, Utc(), 13)), "2025-02-28 00:00:00");
    EXPECT_EQ(Show(Boundary(grid, Utc(), -2)), "2023-11-30 00:00:00");
    EXPECT_EQ(SlotOf(grid, Utc(), Day(2024, 2, 28)).index, 0);
    EXPECT_EQ(SlotOf(grid, Utc(), Day(2024, 2, 29)).index, 1);
}

TEST(Calendar, DaysAreTwentyThreeAndTwentyFiveHoursLongAndHoursAreHours) {
    const TableZone zone = NewYork2024();
    const Grid days{Unit::kDay, 1, DefaultAnchor(Unit::kDay)};
    const Grid hours{Unit::kHour, 1, DefaultAnchor(Unit::kHour)};
    const Slot spring = SlotOf(days, zone, zone.Resolve(Day(2024, 3, 10, 12)));
    const Slot autumn = SlotOf(days, zone, zone.Resolve(Day(2024, 11, 3, 12)));
    EXPECT_EQ(spring.upper - spring.lower, 23 * kSecondsPerHour);
    EXPECT_EQ(autumn.upper - autumn.lower, 25 * kSecondsPerHour);
    std::vector<std::string> names;
    for (Instant at = autumn.lower; at < autumn.upper;) {
        const Slot slot = SlotOf(hours, zone, at);
        EXPECT_EQ(slot.lower, at);
        EXPECT_EQ(slot.upper - slot.lower, kSecondsPerHour);
        names.push_back(SlotSuffix(hours, zone, slot));
        at = slot.upper;
    }
    ASSERT_EQ(names.size(), 25U);
    EXPECT_EQ(names[1], "2024_11_03_01");
    EXPECT_EQ(names[2], "2024_11_03_01b");
    EXPECT_EQ(names[3], "2024_11_03_02");
}

TEST(Calendar, TimesThatClocksSkipOrShowTwice) {
    const TableZone zone = NewYork2024();
    EXPECT_EQ(zone.Resolve(Day(2024, 3, 10, 2, 30)), zone.Resolve(Day(2024, 3, 10, 3)));
    EXPECT_EQ(zone.Resolve(Day(2024, 11, 3, 1, 30)), Day(2024, 11, 3, 6, 30));  // the later one
    EXPECT_FALSE(zone.Repeated(Day(2024, 11, 3, 5, 30)));
    EXPECT_TRUE(zone.Repeated(Day(2024, 11, 3, 6, 30)));
    EXPECT_FALSE(zone.Repeated(Day(2024, 11, 3, 7)));
}

TEST(Calendar, ASkippedDayHasNoSlot) {
    const TableZone samoa(-10 * 3600, {{Day(2011, 12, 30, 10), 14 * 3600}});
    const Grid days{Unit::kDay, 1, DefaultAnchor(Unit::kDay)};
    const Slot last = SlotOf(days, samoa, Day(2011, 12, 30, 9));
    const Slot next = SlotOf(days, samoa, last.upper);
    EXPECT_EQ(SlotSuffix(days, samoa, last), "2011_12_29");
    EXPECT_EQ(SlotSuffix(days, samoa, next), "2011_12_31");
    EXPECT_EQ(last.upper, next.lower);
    EXPECT_EQ(next.upper - next.lower, kSecondsPerDay);
}

TEST(Calendar, OnlyDayStartsFitASetOfMonths) {
    const TableZone zone = NewYork2024();
    const Grid grid{Unit::kMonth, 1, DefaultAnchor(Unit::kMonth)};
    EXPECT_TRUE(FitsZone(grid, zone, Day(2024, 7, 1, 4)));
    EXPECT_FALSE(FitsZone(grid, zone, Day(2024, 12, 1, 4)));
    EXPECT_FALSE(FitsZone(grid, Utc(), Day(2024, 7, 1, 4)));
}

/// The grids, zones and instants of the property tests.
class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}

    std::int64_t Between(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
    }

    Grid AnyGrid() {
        const auto unit = static_cast<Unit>(Between(0, 3));
        const std::int64_t most = IsElapsed(unit) ? 50 : unit == Unit::kDay ? 40 : 30;
        LocalTime anchor = DefaultAnchor(unit);
        if (Between(0, 1) == 1) {
            anchor = At(DaysFromCivil(2000, 1, 1) + Between(0, 8000), 0);
            anchor += Between(0, 3) == 0 ? Between(0, 86399) : 0;
        }
        return {unit, Between(1, most), anchor};
    }

    /// Clocks put forward and back by up to a day, days apart, at any second.
    TableZone AnyZone() {
        std::vector<TableZone::Change> changes;
        long offset = Between(-12, 12) * 3600 + (Between(0, 3) == 0 ? Between(0, 3599) : 0);
        const long first = offset;
        Instant at = Day(1995, 1, 1);
        while (changes.size() < 60 && at < Day(2045, 1, 1)) {
            at += Between(3 * kSecondsPerDay, 400 * kSecondsPerDay);
            offset = Between(0, 9) == 0
                         ? Between(-12, 14) * 3600
                         : std::clamp<long>(offset + Between(-4, 4) * 1800, -50000, 50400);
            changes.push_back({at, offset});
        }
        return TableZone(first, changes);
    }

  private:
    std::mt19937_64 engine_;
};

TEST(CalendarProperty, ALocalTimeIsShownWhenItIsSaidToBe) {
    Random random(1);
    for (int i = 0; i < 20000; ++i) {
        const TableZone zone = random.AnyZone();
        const LocalTime local = random.Between(Day(1994, 1, 1), Day(2046, 1, 1));
        const Instant found = zone.Resolve(local);
        if (zone.Local(found) == local) {
            // Not shown again later: whatever is a day's clock change away does not show it.
            for (const TableZone::Change& change : zone.changes()) {
                const Instant again = local - change.offset;
                ASSERT_FALSE(again > found && zone.Local(again) == local);
            }
        } else {
            ASSERT_LT(zone.Local(found - 1), local);
            ASSERT_GT(zone.Local(found), local);
        }
        const LocalTime later = local + random.Between(0, 2 * kSecondsPerDay);
        ASSERT_LE(found, zone.Resolve(later));
    }
}

// The promise of a set: its slots follow one another without a gap, none is empty, each instant of
// ten years is in exactly one, whose name no other has.
TEST(CalendarProperty, EveryInstantOfTenYearsIsInExactlyOneSlot) {
    Random random(2);
    std::int64_t slots = 0;
    for (int i = 0; i < 12000; ++i) {
        const TableZone zone = random.AnyZone();
        const Grid grid = random.AnyGrid();
        const Instant begin = random.Between(Day(1996, 1, 1), Day(2030, 1, 1));
        const Instant end = begin + 3652 * kSecondsPerDay;
        // All of the ten years where slots are long; where they are hours, a stretch of each year.
        const Instant stride =
            grid.unit == Unit::kMonth ? 0 : 330 * kSecondsPerDay + random.Between(0, 86400 * 30);
        std::string last_name;
        for (Instant at = begin; at < end;) {
            Slot slot = SlotOf(grid, zone, at);
            ASSERT_LE(slot.lower, at);
            ASSERT_GT(slot.upper, at);
            for (int step = 0; step < 12 && slot.upper < end; ++step, ++slots) {
                const Slot next = SlotOf(grid, zone, slot.upper);
                ASSERT_EQ(next.lower, slot.upper);
                ASSERT_GT(next.index, slot.index);
                const Instant inside = random.Between(next.lower, next.upper - 1);
                ASSERT_EQ(SlotOf(grid, zone, inside).index, next.index);
                ASSERT_EQ(SlotOf(grid, zone, next.lower - 1).index, slot.index);
                const std::string name = SlotSuffix(grid, zone, next);
                ASSERT_NE(name, last_name);
                last_name = name;
                slot = next;
            }
            at = slot.upper + stride;
        }
    }
    EXPECT_GT(slots, 800000);
}

// The same for ids, all of them: at the ends slots have what ids there are.
TEST(CalendarProperty, EveryIdIsInExactlyOneSlot) {
    using Limits = std::numeric_limits<std::int64_t>;
    std::mt19937_64 engine(4);
    const auto between = [&](std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(engine);
    };
    for (int i = 0; i < 100000; ++i) {
        const Grid grid{Unit::kId, between(1, Limits::max() >> between(0, 62)),
                        between(Limits::min(), Limits::max()) >> between(0, 63)};
        const std::int64_t id = between(Limits::min(), Limits::max() - 1) >> between(0, 63);
        const Slot slot = SlotOf(grid, Utc(), id);
        ASSERT_LE(slot.lower, id);
        ASSERT_GT(slot.upper, id);
        ASSERT_EQ(slot.lower, slot.mark);
        ASSERT_EQ(Boundary(grid, Utc(), slot.index), slot.lower);
        ASSERT_EQ(Boundary(grid, Utc(), slot.index + 1), slot.upper);
        if (slot.upper < Limits::max()) {
            ASSERT_EQ(SlotOf(grid, Utc(), slot.upper).lower, slot.upper);
        }
        if (slot.lower > Limits::min()) {
            ASSERT_EQ(SlotOf(grid, Utc(), slot.lower - 1).upper, slot.lower);
            ASSERT_EQ((static_cast<__int128>(slot.lower) - grid.anchor) % grid.count, 0);
        }
    }
    const Grid millions{Unit::kId, 1000000, DefaultAnchor(Unit::kId)};
    EXPECT_EQ(SlotOf(millions, Utc(), -1).lower, -1000000);
    EXPECT_EQ(SlotOf(millions, Utc(), Limits::max()).upper, Limits::max());
    EXPECT_EQ(SlotOf(millions, Utc(), Limits::min()).lower, Limits::min());
}

}  // namespace
}  // namespace gb_enums::partition
