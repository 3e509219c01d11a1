#pragma once

#include "server/server.hpp"

namespace gb_enums {

enum class OwnerKind {
    kOther,
    kView,
    kFunction,
    kMaterializedView,
    kIndex,
    kGeneratedColumn,
    kPartitionKey,
    kCheck,
    kStatistics
};

/// The object that an expression belongs to, as people see it.
struct ExpressionOwner {
    OwnerKind kind = OwnerKind::kOther;
    ObjectAddress object = InvalidObjectAddress;
    /// A column of the table that the expression reads, or 0.
    AttrNumber column = 0;
    /// Whether it follows an object of a parent, which stands for it.
    bool is_copy = false;
};

/// What an object is called in messages, or nullptr when it has been dropped.
const char* DescriptionOf(const ExpressionOwner& owner);

/// The statement that computes again what an object stores, or checks it again; nullptr where
/// nothing is stored.
const char* RemedyOf(const ExpressionOwner& owner);

}  // namespace gb_enums
