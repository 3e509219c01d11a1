"""The source in JSON Schema: it is a schema, and has the names and no others."""

import json
import os

import jsonschema

from texts import each_text

with open(os.path.join(os.environ["PLACE"], "enums.json")) as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator({**schema, "$ref": "#/$defs/class"})
for _, text, name in each_text():
    assert validator.is_valid(name), name
    assert validator.is_valid(text) == (text == name), text
assert not validator.is_valid("nothing") and not validator.is_valid(None)
deprecated = [value["const"] for value in schema["$defs"]["class"]["oneOf"] if value.get("deprecated")]
assert deprecated == ["in_progress", "inProgress", "2nd", "a*/b"], deprecated
