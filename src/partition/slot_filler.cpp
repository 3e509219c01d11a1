#include "partition/slot_filler.hpp"

#include "partition/time/naming.hpp"

namespace gb_enums::partition {

namespace {

/// Fills in slots, one after the other.
class SlotFiller {
  public:
    explicit SlotFiller(const SlotRequest& request)
        : request_(request),
          coding_(request.parent_key.coding),
          zone_(request.parent_key.zone),
          // Keys without a zone are slots of a clock that never changes; the zone says what it
          // shows.
          grid_zone_(HasZone(coding_.kind) ? static_cast<const Zone&>(zone_) : utc_),
          ranges_(request.partitions.ranges, request.partitions.ranges + request.partitions.count),
          at_(IsLocal(coding_.kind) ? zone_.Local(InstantAt(coding_, request.at))
                                    : InstantAt(coding_, request.at)),
          from_(kLowest) {}

    /// See FillSlots().
    int Fill(SlotRow* rows, int count) {
        int filled = 0;
        while (filled < count) {
            const Slot slot = SlotOf(request_.grid, grid_zone_, at_);
            const auto lower = KeyAt(coding_, slot.lower);
            const auto upper = KeyAt(coding_, slot.upper);
            if (!lower || !upper || IsNoId(at_)) {
                Copy(rows[filled].lower, Inexpressible(lower ? slot.upper : slot.lower));
                break;
            }
            const Placement placement = Place(ranges_, *lower, *upper);
            if (placement.verdict == Verdict::kOverlaps && request_.bridges) {
                filled += FillBridge(&rows[filled], slot, {*lower, *upper}, filled == 0);
                continue;
            }
            FillRow(&rows[filled], SlotSuffix(request_.grid, grid_zone_, slot), {*lower, *upper},
                    placement);
            ++filled;
            at_ = slot.upper;
        }
        return filled;
    }

  private:
    template <std::size_t N>
    static void Copy(char (&to)[N], const std::string& text) {
        strlcpy(to, text.c_str(), N);
    }

    /// Whether an instant is an id that the type of the key does not have.
    bool IsNoId(Instant instant) const {
        const auto key = KeyAt(coding_, instant);
        return key == kLowest || key == kHighest;
    }

    /// A bound that the key cannot express. Of ids, the id that somebody wants a partition for.
    std::string Inexpressible(Instant bound) const {
        if (coding_.kind == KeyKind::kId) {
            return fmt::to_string(at_);
        }
        const long offset = grid_zone_.OffsetAt(bound);
        return FormatTime(bound + offset, offset);
    }

    /// Where a bound is among timestamps. MINVALUE, MAXVALUE and what is beyond all timestamps are
    /// infinite.
    TimestampTz TimestampOfBound(Axis bound) const {
        const bool is_key = bound != kLowest && bound != kHighest;
        const auto place = is_key ? PlaceOf(coding_, bound) : std::nullopt;
        if (!place) {
            return bound < 0 ? DT_NOBEGIN : DT_NOEND;
        }
        return TimestampOf(coding_, zone_, *place);
    }

    /// The instant of a bound that is a key, or another one when the bound is beyond all
    /// timestamps.
    Instant InstantOfBound(Axis bound, Instant otherwise) const {
        const auto place = PlaceOf(coding_, bound);
        return place ? InstantAt(coding_, *place) : otherwise;
    }

    void FillRow(SlotRow* row, const std::string& suffix, const Part& part,
                 const Placement& placement) {
        const auto clip = [](std::string_view text, std::size_t limit) {
            return static_cast<std::size_t>(
                pg_mbcliplen(text.data(), static_cast<int>(text.size()), static_cast<int>(limit)));
        };
        Copy(row->name, PartitionName(request_.table, suffix, clip));
        Copy(row->lower, KeyLiteral(coding_, grid_zone_, part.lower));
        Copy(row->upper, KeyLiteral(coding_, grid_zone_, part.upper));
        row->lower_at = TimestampOfBound(part.lower);
        row->upper_at = TimestampOfBound(part.upper);
        row->verdict = placement.verdict;
        row->other = placement.partition;
        row->misfit = HasZone(coding_.kind) ? FindMisfit(request_.grid, zone_, coding_, ranges_,
                                                         part.lower, part.upper)
                                            : InvalidOid;
    }

    /// Fills in the next part that partitions leave of a slot, and returns 1. When they leave
    /// nothing of what is to come, goes on to the next slot; the row is filled in only if it is the
    /// first, which is there for the time of the request.
    int FillBridge(SlotRow* row, const Slot& slot, const Part& whole, bool is_first) {
        if (from_ < whole.lower) {
            const Instant day = FloorDivide(at_, kSecondsPerDay) * kSecondsPerDay;
            from_ =
                KeyAt(coding_, coding_.kind == KeyKind::kDate ? day : at_).value_or(whole.lower);
        }
        const auto part = FreePart(ranges_, whole.lower, whole.upper, from_);
        if (!part) {
            at_ = slot.upper;
            if (!is_first) {
                return 0;
            }
            const Placement placement = Place(ranges_, whole.lower, whole.upper);
            FillRow(row, SlotSuffix(request_.grid, grid_zone_, slot), whole,
                    {Verdict::kTiled, placement.partition});
            return 1;
        }
        // What begins or ends where the slot does may have no place: MINVALUE, MAXVALUE.
        const Instant begin =
            part->lower == whole.lower ? slot.lower : InstantOfBound(part->lower, slot.lower);
        const Instant end =
            part->upper == whole.upper ? slot.upper : InstantOfBound(part->upper, slot.upper);
        // The name is that of the day, the hour or the id with which it begins.
        const LocalTime mark = grid_zone_.Local(begin);
        const Unit unit = coding_.kind == KeyKind::kId ? Unit::kId
                          : mark % kSecondsPerDay == 0 ? Unit::kDay
                                                       : Unit::kHour;
        const Grid grid{unit, 1, DefaultAnchor(unit)};
        FillRow(row, SlotSuffix(grid, grid_zone_, {0, begin, slot.upper, mark}), *part,
                {Verdict::kBridge, InvalidOid});
        from_ = part->upper;
        at_ = end;
        return 1;
    }

    const SlotRequest& request_;
    const KeyCoding coding_;
    const ServerZone zone_;
    const Utc utc_;
    const Zone& grid_zone_;
    const std::vector<Range> ranges_;
    Instant at_;
    Axis from_;  ///< where the last part of a slot ended
};

}  // namespace

int FillSlots(const SlotRequest& request, SlotRow* rows, int count) {
    return SlotFiller(request).Fill(rows, count);
}

}  // namespace gb_enums::partition
