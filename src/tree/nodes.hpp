#pragma once

// Nodes of expression trees. The server's node types begin with their base type instead of deriving
// from it, so that C++ cannot convert between pointers to them by itself.

#include "server/server.hpp"

namespace gb_enums {

template <typename Any>
Node* AsNode(Any* node) {
    return reinterpret_cast<Node*>(const_cast<std::remove_const_t<Any>*>(node));
}
inline Node* AsNode(void* node) {
    return static_cast<Node*>(node);
}

template <typename Any>
Expr* AsExpr(Any* node) {
    return reinterpret_cast<Expr*>(node);
}
inline Expr* AsExpr(void* node) {
    return static_cast<Expr*>(node);
}

/// A copy of a tree.
template <typename Any>
Any* Copy(const Any* node) {
    return static_cast<Any*>(copyObjectImpl(node));
}

inline Node* FirstArgument(const List* arguments) {
    return static_cast<Node*>(linitial(arguments));
}
inline Node* SecondArgument(const List* arguments) {
    return static_cast<Node*>(lsecond(arguments));
}

}  // namespace gb_enums
