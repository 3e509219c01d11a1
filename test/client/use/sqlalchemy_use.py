import asyncio
import enum

import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, inspect, select
from sqlalchemy.dialects.postgresql import ARRAY, ENUM
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session, declarative_base
from sqlalchemy.types import UserDefinedType

from tap import check, done

engine = create_engine("postgresql+psycopg2://")
Base = declarative_base()


class TaskStatus(enum.Enum):
    PENDING = "pending"
    READY = "ready"
    RUNNING = "running"
    FAILED = "failed"


# create_type=False: SQLAlchemy must neither create nor drop the type.
def gb_enum(python_enum, name):
    return ENUM(python_enum, name=name, create_type=False,
                values_callable=lambda members: [member.value for member in members])


class Task(Base):
    __tablename__ = "tasks"
    id = Column(Integer, primary_key=True)
    status = Column(gb_enum(TaskStatus, "task_status"), nullable=False, server_default="pending")
    priority = Column(ENUM("low", "normal", "high", "urgent", "critical", name="task_priority", create_type=False))
    history = Column(ARRAY(gb_enum(TaskStatus, "task_status")))


with Session(engine) as session:
    task = session.scalars(select(Task).where(Task.status == TaskStatus.RUNNING)).one()
    check("SQLAlchemy: members", (task.status, task.history), (TaskStatus.RUNNING, [TaskStatus.PENDING, TaskStatus.RUNNING]))
    session.add(Task(status=TaskStatus.READY, history=[TaskStatus.PENDING]))
    session.commit()
    found = session.scalars(select(Task).where(Task.status.in_([TaskStatus.READY])).order_by(Task.id)).all()
    check("SQLAlchemy: in_", [task.history for task in found], [None, [TaskStatus.PENDING]])


# The other drivers. psycopg 3 is known since SQLAlchemy 2.
query = select(Task.__table__).where(Task.status.in_([TaskStatus.RUNNING]))
wanted = [(1, TaskStatus.RUNNING, "high", [TaskStatus.PENDING, TaskStatus.RUNNING])]


async def by_asyncpg():
    other = create_async_engine("postgresql+asyncpg://")
    async with other.connect() as connection:
        rows = (await connection.execute(query)).all()
    await other.dispose()
    return [tuple(row) for row in rows]

check("SQLAlchemy: asyncpg", asyncio.run(by_asyncpg()), wanted)
if int(sqlalchemy.__version__.split(".")[0]) >= 2:
    with create_engine("postgresql+psycopg://").connect() as connection:
        check("SQLAlchemy: psycopg 3", [tuple(row) for row in connection.execute(query)], wanted)


with engine.connect() as connection:
    row = connection.exec_driver_sql("SELECT history FROM tasks WHERE id = 1").one()
    check("SQLAlchemy: an array without a column's type is one string", tuple(row), ("{pending,running}",))


# For reflection and alembic, which otherwise see NullType and miss changes.
class GbEnum(UserDefinedType):
    def get_col_spec(self, **options):
        return self.name


with engine.connect() as connection:
    for (name,) in connection.exec_driver_sql("SELECT name FROM gb_enum_types"):
        ischema_names[name] = type(name, (GbEnum,), {"name": name, "cache_ok": True})

columns = {column["name"]: column["type"] for column in inspect(engine).get_columns("tasks")}
check("SQLAlchemy: reflection", str(columns["status"]), "task_status")
reflected = Table("tasks", MetaData(), autoload_with=engine)
with engine.connect() as connection:
    rows = connection.execute(select(reflected.c.id).where(reflected.c.status == "failed")).all()
    check("SQLAlchemy: a reflected column is compared with a text", [tuple(row) for row in rows], [(3,)])
    context = MigrationContext.configure(connection, opts={
        "include_name": lambda name, kind, parents: kind != "table" or name == "tasks"})
    check("alembic: the model is what the database has", compare_metadata(context, Base.metadata), [])
done()
