#include "value/settings.hpp"

#include "server/server.hpp"

extern "C" {
PG_MODULE_MAGIC;
}

namespace gb_enums {

namespace {

int binary_output_setting = static_cast<int>(BinaryOutput::kName);
int deprecated_input_setting = static_cast<int>(DeprecatedInput::kWarning);

const config_enum_entry binary_output_options[] = {
    {"name", static_cast<int>(BinaryOutput::kName), false},
    {"code", static_cast<int>(BinaryOutput::kCode), false},
    {nullptr, 0, false}};

const config_enum_entry deprecated_input_options[] = {
    {"warning", static_cast<int>(DeprecatedInput::kWarning), false},
    {"error", static_cast<int>(DeprecatedInput::kError), false},
    {"accept", static_cast<int>(DeprecatedInput::kAccept), false},
    {nullptr, 0, false}};

}  // namespace

BinaryOutput binary_output() noexcept {
    return static_cast<BinaryOutput>(binary_output_setting);
}

DeprecatedInput deprecated_input() noexcept {
    return static_cast<DeprecatedInput>(deprecated_input_setting);
}

// NOLINTNEXTLINE(bugprone-reserved-identifier): the server's name
extern "C" PGDLLEXPORT void _PG_init(void) {
    DefineCustomEnumVariable(
        "gb_enums.binary_output", "What enumerations are sent as in binary format.",
        "\"name\" sends the name, as native enums do; \"code\" sends the 2-byte code.",
        &binary_output_setting, static_cast<int>(BinaryOutput::kName), binary_output_options,
        PGC_USERSET, 0, nullptr, nullptr, nullptr);
    DefineCustomEnumVariable(
        "gb_enums.deprecated_input", "What happens when a deprecated value is given as input.",
        "\"warning\" accepts it and says so once for each value in a statement, "
        "\"error\" refuses it, \"accept\" accepts it.",
        &deprecated_input_setting, static_cast<int>(DeprecatedInput::kWarning),
        deprecated_input_options, PGC_USERSET, 0, nullptr, nullptr, nullptr);
    MarkGUCPrefixReserved("gb_enums");
}

}  // namespace gb_enums
