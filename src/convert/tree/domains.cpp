// Old values of a domain where the base type is wanted. The parser lets go of a domain in the
// arguments of what is declared for its base type; so does this.

#include "convert/tree/rewriter.hpp"
#include "tree/nodes.hpp"
#include "type/catalog.hpp"

extern "C" {
#include "catalog/pg_aggregate.h"
}

namespace gb_enums::convert {

namespace {

/// Whether an argument for which a function declares a type may be of a domain.
bool TakesDomain(Oid declared) {
    return declared != ANYOID && (IsPolymorphicType(declared) || getBaseType(declared) != declared);
}

/// Lets go of domains in the arguments of a function that takes their base types.
void StripArguments(Oid function, List* arguments, const Rewriter& rewriter) {
    Oid* types = nullptr;
    int count = 0;
    get_func_signature(function, &types, &count);
    int place = 0;
    ListCell* cell = nullptr;
    foreach (cell, arguments) {
        if (place >= count || !TakesDomain(types[place])) {
            auto* node = AsNode(lfirst(cell));
            if (IsA(node, TargetEntry)) {
                auto* entry = castNode(TargetEntry, node);
                entry->expr = AsExpr(WithoutDomain(AsNode(entry->expr), rewriter));
            } else {
                lfirst(cell) = WithoutDomain(node, rewriter);
            }
        }
        ++place;
    }
}

template <typename Coercion>
void StripArgument(Coercion* node, const Rewriter& rewriter) {
    node->arg = AsExpr(WithoutDomain(AsNode(node->arg), rewriter));
}

}  // namespace

void StripDomains(Node* node, const Rewriter& rewriter) {
    switch (nodeTag(node)) {
        case T_RelabelType:
            StripArgument(castNode(RelabelType, node), rewriter);
            break;
        case T_CoerceViaIO:
            StripArgument(castNode(CoerceViaIO, node), rewriter);
            break;
        case T_ArrayCoerceExpr:
            StripArgument(castNode(ArrayCoerceExpr, node), rewriter);
            break;
        case T_CaseExpr:
            StripArgument(castNode(CaseExpr, node), rewriter);
            break;
        case T_FuncExpr:
            StripArguments(castNode(FuncExpr, node)->funcid, castNode(FuncExpr, node)->args,
                           rewriter);
            break;
        case T_OpExpr:
        case T_DistinctExpr:
        case T_NullIfExpr: {
            auto* operation = reinterpret_cast<OpExpr*>(node);
            StripArguments(get_opcode(operation->opno), operation->args, rewriter);
            break;
        }
        case T_ScalarArrayOpExpr: {
            auto* operation = castNode(ScalarArrayOpExpr, node);
            StripArguments(get_opcode(operation->opno), operation->args, rewriter);
            break;
        }
        case T_Aggref: {
            auto* aggregate = castNode(Aggref, node);
            if (aggregate->aggkind == AGGKIND_NORMAL) {
                StripArguments(aggregate->aggfnoid, aggregate->args, rewriter);
            }
            break;
        }
        case T_WindowFunc:
            StripArguments(castNode(WindowFunc, node)->winfnoid, castNode(WindowFunc, node)->args,
                           rewriter);
            break;
        case T_TargetEntry: {
            // What a query is ordered by is not seen.
            auto* entry = castNode(TargetEntry, node);
            if (entry->resjunk) {
                entry->expr = AsExpr(WithoutDomain(AsNode(entry->expr), rewriter));
            }
            break;
        }
        default:
            break;
    }
}

}  // namespace gb_enums::convert
