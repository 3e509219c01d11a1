#pragma once

#include "server/server.hpp"

namespace gb_enums {

/// Becomes another user until Leave(). When an error comes first, the end of the transaction or
/// subtransaction restores the user, as it does for the server's own VACUUM and REINDEX.
class ActAs {
  public:
    void Enter(Oid user, int context) {
        GetUserIdAndSecContext(&user_, &context_);
        level_ = NewGUCNestLevel();
        SetUserIdAndSecContext(user, context_ | context);
    }
    void Leave() const {
        AtEOXact_GUC(false, level_);
        SetUserIdAndSecContext(user_, context_);
    }

  private:
    Oid user_ = InvalidOid;
    int context_ = 0;
    int level_ = 0;
};

}  // namespace gb_enums
