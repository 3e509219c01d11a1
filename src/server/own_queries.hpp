#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// Runs queries of the extension between the constructor and End(): names in them mean the same
/// whatever the caller's search_path is. When an error comes first, the end of the transaction or
/// subtransaction restores the settings. (Not for procedures that commit: a commit would restore
/// them too.)
class OwnQueries {
  public:
    OwnQueries() : level_(NewGUCNestLevel()) {
        Set("search_path", "pg_catalog, pg_temp");
        SPI_connect();
    }
    void End() const {
        SPI_finish();
        AtEOXact_GUC(true, level_);
    }

    /// Changes a setting until End().
    static void Set(const char* name, const char* value) {
        set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    }
    /// Constants are shown as pg_dump shows them until End(), so that they mean the same in every
    /// session.
    static void ShowExactTexts() {
        Set("datestyle", "iso");
        Set("intervalstyle", "postgres");
        Set("extra_float_digits", "3");
        Set("standard_conforming_strings", "on");
    }

  private:
    int level_;
};

}  // namespace gb_enums
