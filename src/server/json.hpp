#pragma once

// Members of JSON objects. None of these raises an error for a member that is missing or of
// another kind than asked for.

#include "server/server.hpp"

extern "C" {
#include "utils/jsonb.h"
}

namespace gb_enums {

/// Whether `object` is an object that has the member `key`, which is put into `value`.
bool JsonMember(JsonbContainer* object, const char* key, JsonbValue* value);

/// A member that is an object or a string, else nullptr.
JsonbContainer* JsonObject(JsonbContainer* object, const char* key);
char* JsonString(JsonbContainer* object, const char* key);
/// Whether a member is true.
bool JsonFlag(JsonbContainer* object, const char* key);

/// The text of a JSON string, or of a key.
char* JsonText(const JsonbValue& string);

}  // namespace gb_enums
