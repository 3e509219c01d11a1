#include "server/json.hpp"

namespace gb_enums {

bool JsonMember(JsonbContainer* object, const char* key, JsonbValue* value) {
    return object != nullptr && JsonContainerIsObject(object) &&
           getKeyJsonValueFromContainer(object, key, static_cast<int>(strlen(key)), value) !=
               nullptr;
}

JsonbContainer* JsonObject(JsonbContainer* object, const char* key) {
    JsonbValue value;
    return JsonMember(object, key, &value) && value.type == jbvBinary &&
                   JsonContainerIsObject(value.val.binary.data)
               ? value.val.binary.data
               : nullptr;
}

char* JsonString(JsonbContainer* object, const char* key) {
    JsonbValue value;
    return JsonMember(object, key, &value) && value.type == jbvString ? JsonText(value) : nullptr;
}

bool JsonFlag(JsonbContainer* object, const char* key) {
    JsonbValue value;
    return JsonMember(object, key, &value) && value.type == jbvBool && value.val.boolean;
}

char* JsonText(const JsonbValue& string) {
    return pnstrdup(string.val.string.val, string.val.string.len);
}

}  // namespace gb_enums
