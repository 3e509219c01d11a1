import enum

import psycopg
from psycopg.types import TypeInfo
from psycopg.types.enum import EnumInfo, register_enum
from psycopg.types.string import TextBinaryLoader

from tap import check, done

connection = psycopg.connect("")

row = connection.execute("SELECT id, status FROM tasks WHERE status = %s", ("running",)).fetchone()
check("psycopg: a name", row, (1, "running"))

row = connection.execute("SELECT history FROM tasks WHERE id = 1").fetchone()
check("psycopg: an array of a type that is not registered is one string", row, ("{pending,running}",))

# Arrays as lists; the loader is for cursors with binary=True only.
for (name,) in connection.execute("SELECT enum::text FROM gb_enum_types").fetchall():
    TypeInfo.fetch(connection, name).register(connection)
    connection.adapters.register_loader(name, TextBinaryLoader)

rows = connection.execute(
    "SELECT status, history FROM tasks WHERE status = ANY (%s) ORDER BY id", (["running", "ready"],)).fetchall()
check("psycopg: arrays", rows, [("running", ["pending", "running"]), ("ready", None)])
rows = connection.execute("SELECT status, history FROM tasks WHERE id = 1", binary=True).fetchall()
check("psycopg: in binary", rows, [("running", ["pending", "running"])])

# As an enumeration of Python's.
oid, array_oid, names = connection.execute(
    "SELECT oid, array_oid, names FROM gb_enum_types WHERE name = 'task_status'").fetchone()
TaskStatus = enum.Enum("TaskStatus", {name.upper(): name for name in names})
register_enum(EnumInfo("task_status", oid, array_oid, names), connection, TaskStatus,
              mapping={member: member.value for member in TaskStatus})

row = connection.execute("SELECT status, history FROM tasks WHERE status = %s", (TaskStatus.RUNNING,)).fetchone()
check("psycopg: as an enumeration of Python's", row, (TaskStatus.RUNNING, [TaskStatus.PENDING, TaskStatus.RUNNING]))
done()
