import psycopg2
import psycopg2.extensions

from tap import check, done

connection = psycopg2.connect("")
cursor = connection.cursor()

cursor.execute("SELECT id, status FROM tasks WHERE status = %s", ("running",))
check("psycopg2: a name", cursor.fetchall(), [(1, "running")])
cursor.execute("INSERT INTO tasks (status, history) VALUES (%s, %s) RETURNING status", ("paused", ["ready", "paused"]))
check("psycopg2: a name and an array are written", cursor.fetchone(), ("paused",))

cursor.execute("SELECT history FROM tasks WHERE id = 1")
check("psycopg2: an array of a type that is not registered is one string", cursor.fetchone(), ("{pending,running}",))

# Arrays as lists, once per process.
cursor.execute("SELECT array_agg(array_oid::integer) FROM gb_enum_types")
psycopg2.extensions.register_type(psycopg2.extensions.new_array_type(
    tuple(cursor.fetchone()[0]), "GB_ENUM[]", psycopg2.extensions.UNICODE))

cursor.execute("SELECT status, history FROM tasks WHERE status = ANY (%s) ORDER BY id", (["running", "ready"],))
check("psycopg2: arrays", cursor.fetchall(), [("running", ["pending", "running"]), ("ready", None)])
done()
