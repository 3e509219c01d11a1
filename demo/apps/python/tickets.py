"""A help desk: the open tickets, one that is put on hold, and how many there are of each status."""

import psycopg

from enums import TicketStatus

connection = psycopg.connect("", autocommit=True)

for ticket, title in connection.execute(
        "SELECT id, title FROM tickets WHERE status = %s ORDER BY id", (TicketStatus.OPEN.value,)):
    print("open:", ticket, title)

row = connection.execute(
    "UPDATE tickets SET status = %s WHERE id = 1 RETURNING id, status", (TicketStatus.ON_HOLD.value,)).fetchone()
print("moved:", row[0], TicketStatus(row[1]).value)

counts = connection.execute("SELECT status, count(*) FROM tickets GROUP BY status ORDER BY status").fetchall()
print("count:", ", ".join(f"{TicketStatus(status).value} {count}" for status, count in counts))

try:
    connection.execute("UPDATE tickets SET status = %s", ("lost",))
except psycopg.Error as error:
    print("refused:", error.sqlstate)
