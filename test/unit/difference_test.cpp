#include "definition/difference.hpp"

#include <gtest/gtest.h>

#include "definition/edit.hpp"

namespace gb_enums {
namespace {

using Texts = std::vector<std::string_view>;

constexpr std::string_view kBefore =
    "0 new \"Just arrived\"\n1 open alias \"in work\"\n2 closed deprecated\n";

/// What a change makes different.
class Changed {
  public:
    template <typename Change>
    explicit Changed(Change&& change) : before_(kBefore), after_(kBefore) {
        change(&after_);
        difference_ = DifferenceBetween(before_.definition(), after_.definition());
    }
    const Difference* operator->() const { return &difference_; }

  private:
    DefinitionEdit before_;
    DefinitionEdit after_;
    Difference difference_;
};

TEST(Difference, NothingChanges) {
    EXPECT_TRUE(Changed([](DefinitionEdit*) {})->empty());
    EXPECT_TRUE(Changed([](DefinitionEdit* edit) { edit->Deprecate("open", "new"); })->empty());
    EXPECT_TRUE(Changed([](DefinitionEdit* edit) {
                    edit->Rename("open", "opened", false);
                    edit->Rename("opened", "open", false);
                })->empty());
}

TEST(Difference, Rename) {
    const Changed plain([](DefinitionEdit* edit) { edit->Rename("open", "opened", false); });
    EXPECT_EQ(plain->lost, (Texts{"open"}));
    EXPECT_EQ(plain->gained, (Texts{"opened"}));
    EXPECT_EQ(plain->hidden, (Texts{"open"}));
    EXPECT_EQ(plain->shown, (Texts{"opened"}));
    EXPECT_FALSE(plain->only_new_values);
    EXPECT_FALSE(plain->described);

    const Changed kept([](DefinitionEdit* edit) { edit->Rename("open", "opened", true); });
    EXPECT_EQ(kept->lost, (Texts{}));
    EXPECT_EQ(kept->hidden, (Texts{"open"}));

    // Two values exchange their names: each text means another value.
    const Changed exchanged([](DefinitionEdit* edit) {
        edit->Rename("open", "x", false);
        edit->Rename("new", "open", false);
        edit->Rename("x", "new", false);
    });
    EXPECT_EQ(exchanged->lost, (Texts{"new", "open"}));
    EXPECT_EQ(exchanged->gained, (Texts{"open", "new"}));
}

TEST(Difference, AliasesValuesDescriptions) {
    const Changed alias([](DefinitionEdit* edit) { edit->AddAlias("new", "fresh"); });
    EXPECT_EQ(alias->gained, (Texts{"fresh"}));
    EXPECT_FALSE(alias->only_new_values);
    EXPECT_TRUE(alias->lost.empty() && alias->hidden.empty() && !alias->described);
    EXPECT_EQ(Changed([](DefinitionEdit* edit) { edit->DropAlias("in work"); })->lost,
              (Texts{"in work"}));

    const Changed added([](DefinitionEdit* edit) {
        edit->AddValue("lost", std::nullopt, "Nobody has it", {"gone"});
    });
    EXPECT_EQ(added->gained, (Texts{"lost", "gone"}));
    EXPECT_TRUE(added->only_new_values && added->hidden.empty() && !added->described);

    const Changed removed([](DefinitionEdit* edit) { edit->Remove("open"); });
    EXPECT_EQ(removed->lost, (Texts{"open", "in work"}));
    EXPECT_EQ(removed->hidden, (Texts{"open"}));
    EXPECT_TRUE(removed->shown.empty());

    EXPECT_TRUE(Changed([](DefinitionEdit* edit) { edit->Describe("new", "x"); })->described);
    EXPECT_TRUE(Changed([](DefinitionEdit* edit) { edit->Describe("open", ""); })->described);
}

TEST(Difference, Mentions) {
    for (const std::string_view text :
         {"open", "OPEN", "open%", "{new,open}", "^(new|open)$", "reopen, open", "\"open\": 1"}) {
        EXPECT_TRUE(Mentions(text, "open")) << text;
    }
    for (const std::string_view text :
         {"", "ope", "opened", "reopen", "open_now", "open2", "öopen"}) {
        EXPECT_FALSE(Mentions(text, "open")) << text;
    }
    EXPECT_TRUE(Mentions("x in work.", "in work"));
    EXPECT_TRUE(Mentions("a?b", "?"));
    EXPECT_TRUE(Mentions("aaa aa", "aa"));
}

}  // namespace
}  // namespace gb_enums
