"""The source in GraphQL: it is a schema, and deprecated values say so."""

import os

from graphql import build_ast_schema, parse

with open(os.path.join(os.environ["PLACE"], "enums.graphql")) as file:
    source = file.read()
schema = build_ast_schema(parse(source + "\ntype Query { class: Class, task: TaskStatus, string: StringPublic }"))
values = schema.get_type("Class").values
assert len(values) == 25, len(values)
assert values["in_progress_2"].deprecation_reason == 'use "in progress"'
assert values["self"].deprecation_reason is None
assert list(schema.get_type("TaskStatus").values)[:2] == ["pending", "ready"]
