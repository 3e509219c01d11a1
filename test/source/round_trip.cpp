// The source in C++: every text is read, at run time and at compile time.

#include "enums.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

static_assert(enums::to_string(enums::TaskStatus::kWaitingApproval) == "waiting_approval");
static_assert(enums::from_string<enums::Class>("NULL!") == enums::Class::kNull);
static_assert(!enums::from_string<enums::Class>("nothing"));
static_assert(enums::enum_traits<enums::OwnPublic>::sql_type == "public.own");

namespace {

std::string FromHex(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

}  // namespace

int main() {
    std::ifstream texts(std::string(std::getenv("PLACE")) + "/texts");
    int count = 0;
    std::string text;
    std::string name;
    for (int code = 0; texts >> code >> text >> name; ++count) {
        const auto value = enums::from_string<enums::Class>(FromHex(text));
        if (!value || static_cast<int>(*value) != code ||
            enums::to_string(*value) != FromHex(name)) {
            return 1;
        }
    }
    return count > 20 && enums::to_string(static_cast<enums::Class>(99)).empty() ? 0 : 1;
}
