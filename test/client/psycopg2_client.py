"""psycopg2: text parameters without a declared type, results as str, COPY."""

import io

import psycopg2
import psycopg2.errors
import psycopg2.extras

import tap


def check(name, got, wanted):
    tap.check(f"psycopg2: {name}", got, wanted)


# The server is told by PGHOST and its like.
connection = psycopg2.connect("")
connection.autocommit = True
cursor = connection.cursor()


def value(sql, *parameters):
    cursor.execute(sql, parameters)
    return cursor.fetchone()[0]


def sqlstate(sql, *parameters):
    try:
        cursor.execute(sql, parameters)
    except psycopg2.Error as error:
        return error.pgcode
    return "no error"


cursor.execute("SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS gb_enums")
cursor.execute("CREATE TEMP TABLE task (id serial, status task_status NOT NULL DEFAULT 'pending')")
psycopg2.extras.execute_values(
    cursor, "INSERT INTO task (status) VALUES %s", [("running",), ("failed",), (2,), ("running",)])

check("a default", value("INSERT INTO task DEFAULT VALUES RETURNING status"), "pending")
check("a name comes back as str", value("SELECT status FROM task WHERE id = 1"), "running")
check("found by name", value("SELECT count(*) FROM task WHERE status = %s", "running"), 3)
check("found by code", value("SELECT count(*) FROM task WHERE status = %s", 2), 3)
check("found by a list", value("SELECT count(*) FROM task WHERE status IN %s", ("running", "failed")), 4)
check("found by codes", value("SELECT count(*) FROM task WHERE status::int = ANY (%s)", [2, 6]), 4)
check("found by names in an array",
      value("SELECT count(*) FROM task WHERE status = ANY (%s::text[])", ["running", "no such"]), 3)
check("a code by its name", value("SELECT task_status_code(%s)", "running"), 2)
check("a name by its code", value("SELECT task_status_name(%s)", 2), "running")
check("an unknown name", sqlstate("INSERT INTO task (status) VALUES (%s)", "runing"), "22P02")
check("an unknown code", sqlstate("INSERT INTO task (status) VALUES (%s)", 99), "22023")
check("hostile text", sqlstate("INSERT INTO task (status) VALUES (%s)", "'; DROP TABLE task; --"), "22P02")

copied = io.StringIO()
cursor.copy_expert("COPY (SELECT status FROM task ORDER BY id) TO STDOUT", copied)
check("COPY out", copied.getvalue(), "running\nfailed\nrunning\nrunning\npending\n")
copied.seek(0)
cursor.copy_expert("COPY task (status) FROM STDIN", copied)
check("COPY in", value("SELECT count(*) FROM task WHERE status = 'running'"), 6)

tap.done()
