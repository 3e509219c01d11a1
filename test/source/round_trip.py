"""The source in Python: every text is read, and a column is written and read."""

import os
import sys

import sqlalchemy
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, select

from texts import each_text, refuses

sys.path.insert(0, os.environ["PLACE"])
import enums  # noqa: E402

for code, text, name in each_text():
    value = enums.Class(text)
    assert (value.value, value.code, str(value)) == (name, code, name), text
    assert enums.Class.from_code(code) is value
    assert enums.ClassCode(code).name == value.name
refuses(ValueError, enums.Class, "nothing")
refuses(ValueError, enums.Class.from_code, 99)
assert enums.Class.IN_PROGRESS_2.deprecated and not enums.Class.IN_PROGRESS_1.deprecated
assert not hasattr(enums, "ValueError") and enums.ValueErrorPublic("value_error").code == 2
assert enums.OwnOddSchema.FIRST.code == 0 and enums.OwnPublic.ONLY.code == 5

rows = Table("python_rows", MetaData(), Column("id", Integer, primary_key=True), Column("value", enums.Class.column_type()))
engine = create_engine("postgresql+psycopg2://")
with engine.begin() as connection:
    rows.create(connection)
    values = list(enums.Class)
    for value in values:
        if not value.deprecated:
            connection.execute(rows.insert().values(id=value.code, value=value))
    read = {row.id: row.value for row in connection.execute(select(rows))}
    assert read == {value.code: value for value in values if not value.deprecated}
    assert connection.execute(select(rows.c.id).where(rows.c.value == enums.Class.SELF)).scalar() == 0
    rows.drop(connection)
    assert connection.exec_driver_sql(enums.CHECK_QUERY.replace("%", "%%")).all() == []
print("sqlalchemy", sqlalchemy.__version__)
