import asyncio

import asyncpg

from tap import check, done


async def main():
    connection = await asyncpg.connect()

    rows = await connection.fetch("SELECT status, history FROM tasks WHERE status = $1", "running")
    check("asyncpg: a name", [tuple(row) for row in rows], [("running", ["pending", "running"])])
    rows = await connection.fetch("SELECT id FROM tasks WHERE status = ANY ($1) ORDER BY id", ["running", "ready"])
    check("asyncpg: names in an array", [row["id"] for row in rows], [1, 2])
    rows = await connection.fetch("SELECT id FROM tasks WHERE status = $1::integer", 2)
    check("asyncpg: a code needs the cast", [row["id"] for row in rows], [1])

    # Only for copy_records_to_table, which writes in binary.
    await connection.set_builtin_type_codec("task_status", schema="public", codec_name="text")
    await connection.copy_records_to_table("tasks", columns=["status"], records=[("paused",)])

    check("asyncpg: COPY", await connection.fetchval("SELECT count(*) FROM tasks WHERE status = 'paused'"), 1)

asyncio.run(main())
done()
