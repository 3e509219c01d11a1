#pragma once

#include "server/arrays.hpp"

namespace gb_enums {

/// The places where values of some enumerations can be stored, as the catalogs say when this is
/// made. Takes one pass over each catalog, however many enumerations there are.
class EnumPlaces {
  public:
    /// `enums` is a list of OIDs. The places are kept in the current memory context.
    explicit EnumPlaces(const List* enums);

    /// Whether values of a type have values of the enumerations in them: the type is one of these,
    /// or an array, a domain, a range or a row of such a type.
    bool Contains(Oid type) const { return std::binary_search(types_.begin(), types_.end(), type); }
    /// The types that Contains() is true for.
    const Items<Oid>& types() const noexcept { return types_; }
    /// The tables, materialized views and foreign tables that have a column of such a type.
    const Items<Oid>& relations() const noexcept { return relations_; }

    /// Calls visit(object, tree) for each stored expression that has a constant of such a type:
    /// defaults, constraints, indexes, views, functions, policies, triggers, bounds. Objects of the
    /// server are left out. `tree` is gone after the call.
    template <typename Visit>
    void VisitExpressions(Visit&& visit) const {
        VisitTrees(true, Visitor<Visit>(), &visit);
    }
    /// The same for each stored expression, whatever is in it.
    template <typename Visit>
    void VisitAllExpressions(Visit&& visit) const {
        VisitTrees(false, Visitor<Visit>(), &visit);
    }

  private:
    /// A catalog's column that has expressions.
    struct TreeColumn {
        Oid catalog;
        AttrNumber number;
    };
    using TreeVisitor = void (*)(const ObjectAddress& object, char* tree, void* context);

    template <typename Visit>
    static TreeVisitor Visitor() {
        return [](const ObjectAddress& object, char* tree, void* context) {
            (*static_cast<std::remove_reference_t<Visit>*>(context))(object, tree);
        };
    }

    void VisitTrees(bool only_with_constant, TreeVisitor visit, void* context) const;
    void VisitCatalog(const TreeColumn* columns, std::size_t count, bool only_with_constant,
                      TreeVisitor visit, void* context) const;
    bool HasConstant(const char* tree) const;

    Items<Oid> types_;
    Items<Oid> relations_;
    Items<TreeColumn> tree_columns_;
};

}  // namespace gb_enums
