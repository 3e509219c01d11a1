#pragma once

// Rows that functions return. Neither class has a destructor to run, so an error may come at any
// time.

#include "server/text.hpp"

namespace gb_enums {

/// A row that gets its columns one after the other.
class ResultRow {
  public:
    ResultRow& Add(Datum value, bool is_null = false) {
        if (count_ == kMostColumns) {
            elog(ERROR, "a row has at most %d columns", kMostColumns);
        }
        values_[count_] = is_null ? Datum{0} : value;
        nulls_[count_++] = is_null;
        return *this;
    }
    ResultRow& AddNull() { return Add(Datum{0}, true); }
    ResultRow& AddBool(bool value) { return Add(BoolGetDatum(value)); }
    ResultRow& AddInt16(std::int16_t value) { return Add(Int16GetDatum(value)); }
    ResultRow& AddInt64(std::int64_t value) { return Add(Int64GetDatum(value)); }
    /// NULL for InvalidOid.
    ResultRow& AddOid(Oid value) { return Add(ObjectIdGetDatum(value), !OidIsValid(value)); }
    /// NULL for nullptr.
    ResultRow& AddText(const char* value) {
        return value == nullptr ? AddNull() : Add(CStringGetTextDatum(value));
    }
    ResultRow& AddText(const text* value) { return Add(PointerGetDatum(value), value == nullptr); }
    ResultRow& AddText(std::string_view value) { return AddText(MakeText(value)); }
    ResultRow& AddArray(ArrayType* value) { return Add(PointerGetDatum(value)); }

    /// The row as the result of the running function.
    Datum ToDatum(FunctionCallInfo fcinfo) {
        TupleDesc columns = nullptr;
        if (get_call_result_type(fcinfo, nullptr, &columns) != TYPEFUNC_COMPOSITE ||
            columns->natts != count_) {
            elog(ERROR, "the function must return a row of %d columns", count_);
        }
        return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values_, nulls_));
    }

  private:
    friend class ResultSet;
    static constexpr int kMostColumns = 11;

    Datum values_[kMostColumns];
    bool nulls_[kMostColumns];
    int count_ = 0;
};

/// The rows that the running function returns as a set.
class ResultSet {
  public:
    explicit ResultSet(FunctionCallInfo fcinfo) {
        InitMaterializedSRF(fcinfo, 0);
        info_ = reinterpret_cast<const ReturnSetInfo*>(fcinfo->resultinfo);
    }
    void Add(ResultRow row) {
        if (info_->setDesc->natts != row.count_) {
            elog(ERROR, "the function must return rows of %d columns", row.count_);
        }
        tuplestore_putvalues(info_->setResult, info_->setDesc, row.values_, row.nulls_);
    }

  private:
    const ReturnSetInfo* info_;
};

}  // namespace gb_enums
