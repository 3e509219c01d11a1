"""psycopg 3 in binary: names of two bytes, codes, arrays and COPY, also with another encoding than the server's."""

import datetime
import enum

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types import TypeInfo
from psycopg.types.enum import EnumInfo, register_enum
from psycopg.types.numeric import Int2BinaryDumper, Int2BinaryLoader
from psycopg.types.string import TextBinaryLoader

import tap


def check(name, got, wanted):
    tap.check(f"psycopg 3: {name}", got, wanted)


# The server is told by PGHOST and its like.
connection = psycopg.connect("", autocommit=True)
connection.execute("SET client_min_messages = warning")
connection.execute("CREATE EXTENSION IF NOT EXISTS gb_enums")
connection.execute("CREATE SCHEMA psycopg3")
connection.execute("SET search_path = psycopg3, public")
connection.execute("""SELECT gb_enum_create('answer', definition => $$
    0 ok
    1 no alias "1d"
    2 maybe
    3 "éà"
    4 "é"
    5 "ÿÿ"
    11569 far $$)""")
connection.execute("CREATE TABLE answers (id serial, a answer, many answer[])")


def cursor():
    return connection.cursor(binary=True)


def value(sql, *parameters):
    return cursor().execute(sql, parameters).fetchone()[0]


def sqlstate(sql, *parameters):
    try:
        cursor().execute(sql, parameters)
    except psycopg.Error as error:
        return error.sqlstate
    return "no error"


# What a driver does that has never heard of the type: bytes come, texts go.
for name in ("ok", "no", "maybe", "éà", "é"):
    check(f"{name}, a text as the parameter",
          value("INSERT INTO answers (a, many) VALUES (%b, %b) RETURNING a", name, [name, None]), name.encode())
check("an alias", value("SELECT %b::answer", "1d"), b"no")
check("an unknown name of two bytes", sqlstate("SELECT %b::answer", "on"), "22P02")
check("= a text", value("SELECT count(*) FROM answers WHERE a = %b", "ok"), 1)
check("= ANY of texts", value("SELECT count(*) FROM answers WHERE a = ANY (%b)", ["ok", "no", "on"]), 2)
check("= an integer", value("SELECT count(*) FROM answers WHERE a = %b", 1), 1)

# The type as an enumeration of Python's.
info = TypeInfo.fetch(connection, "answer")
Answer = enum.Enum("Answer", {name: name for name in ("ok", "no", "maybe", "éà", "é", "ÿÿ", "far")})


def register_names():
    register_enum(EnumInfo(info.name, info.oid, info.array_oid, [answer.name for answer in Answer]), connection, Answer)


def copied_in_binary():
    """What comes back of all values, which are sent out by COPY and in by COPY."""
    connection.execute("CREATE TABLE back (LIKE answers)")
    with cursor().copy("COPY answers TO STDOUT (FORMAT binary)") as out:
        data = b"".join(out)
    with cursor().copy("COPY back FROM STDIN (FORMAT binary)") as into:
        into.write(data)
    same = value("SELECT count(*) = (SELECT count(*) FROM answers) FROM (TABLE answers INTERSECT TABLE back) same")
    connection.execute("DROP TABLE back")
    return same


register_names()
for encoding in ("UTF8", "LATIN1"):
    connection.execute(f"SET client_encoding = {encoding}")
    register_names()
    for answer in Answer:
        check(f"{answer.name} there and back, {encoding}", value("SELECT %b", answer), answer)
    check(f"an array, {encoding}", value("SELECT %b", list(Answer)), list(Answer))
    check(f"= a value, {encoding}", value("SELECT count(*) FROM answers WHERE a = %b", Answer["éà"]), 1)
    check(f"= ANY of values, {encoding}",
          value("SELECT count(*) FROM answers WHERE a = ANY (%b)", [Answer["é"], Answer.ok]), 2)
    check(f"COPY of names, {encoding}", copied_in_binary(), True)
    with cursor().copy("COPY answers (a, many) FROM STDIN (FORMAT binary)") as copy:
        copy.set_types([info.oid, info.array_oid])
        copy.write_row((Answer.far, [Answer["ÿÿ"], Answer.no]))
    with cursor().copy("COPY (SELECT a, many FROM answers WHERE a = 'far') TO STDOUT (FORMAT binary)") as copy:
        copy.set_types([info.oid, info.array_oid])
        check(f"COPY of rows, {encoding}", list(copy.rows()), [(Answer.far, [Answer["ÿÿ"], Answer.no])])
    connection.execute("DELETE FROM answers WHERE a = 'far'")


# The type as an integer.
class Code(int):
    pass


class CodeDumper(Int2BinaryDumper):
    oid = info.oid


connection.execute("SET gb_enums.binary_output = code")
connection.adapters.register_dumper(Code, CodeDumper)
connection.adapters.register_loader(info.oid, Int2BinaryLoader)
for code in (0, 1, 2, 3, 4, 5, 11569):
    check(f"code {code} there and back", value("SELECT %b", Code(code)), code)
check("an array of codes", value("SELECT %b", [Code(0), None, Code(11569)]), [0, None, 11569])
check("an unknown code", sqlstate("SELECT %b", Code(9)), "22023")
check("COPY of codes", copied_in_binary(), True)


# Numbers are sent as the smallest type that has them, and fractions as double precision.
connection.execute("CREATE TABLE orders (id bigint PRIMARY KEY)")
connection.execute("CALL gb_partition_convert(%s, %s, %s, method => %s, premake => %s, work_share => %s)",
                   ("orders", "id", 1000, "copy", 1, 0.5))
connection.execute("SELECT gb_partition_manage(%s, retain => %s, lock_timeout => %s)",
                   ("orders", 30000, datetime.timedelta(seconds=1)))
check("partitions of numbers of ids",
      connection.execute("SELECT DISTINCT every_ids, retain_ids FROM gb_partition_status").fetchall(), [(1000, 30000)])
connection.execute("CREATE TABLE events (at timestamptz NOT NULL) PARTITION BY RANGE (at)")
noon = datetime.datetime(2024, 3, 15, 12, tzinfo=datetime.timezone.utc)
check("partitions for times", [value("SELECT gb_partition_create(%s, %s, %s)::text", "events", noon, datetime.timedelta(days=1)),
                               value("SELECT create_monthly_partition(%s, %s)::text", "events", datetime.date(2024, 5, 15))],
      ["events_2024_03_15", "events_2024_05"])


# Texts that are sent as the type itself. The encoding is LATIN1: "ÿÿ" is two bytes, and they are those of code -1.
class NameDumper(Dumper):
    format = Format.BINARY
    oid = info.oid

    def dump(self, name):
        return name.encode("latin1")


class BytesLoader(TextBinaryLoader):
    def load(self, data):
        return bytes(data)


connection.execute("RESET gb_enums.binary_output")
connection.adapters.register_dumper(str, NameDumper)
connection.adapters.register_loader(info.oid, BytesLoader)
for name in ("ok", "1d", "éà", "é", "ÿÿ", "far"):
    check(f"{name}, a text as the type", value("SELECT %b::text", name), {"1d": "no"}.get(name, name))
for name, error in (("", "22P02"), ("o", "22P02"), ("on", "22P02"), ("ok\0", "22021"), ("\0ok", "22023")):
    check(f"{name!r} is not read", sqlstate("SELECT %b", name), error)
check("a code that would be read as a name", value("SELECT as_answer(-1::smallint)"), b"\0\xff\xff")
check("is not read as another", sqlstate("SELECT %b", "\0\xff\xff"), "22023")
check("a code after a zero", value("SELECT %b::text", "\0\0\5"), "ÿÿ")

connection.execute("RESET client_encoding; DROP SCHEMA psycopg3 CASCADE")
tap.done()
