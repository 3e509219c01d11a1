import os

import django
from django.conf import settings
from django.db import connection, models
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from tap import check, done

settings.configure(
    INSTALLED_APPS=[], DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"]}})
django.setup()

from django.contrib.postgres.fields import ArrayField
from django.db.backends.postgresql import base

if base.Database.__name__ == "psycopg2":
    import psycopg2.extensions

    # Arrays as lists.
    @receiver(connection_created)
    def register_arrays(connection, **arguments):
        with connection.cursor() as cursor:
            cursor.execute("SELECT array_agg(array_oid::integer) FROM gb_enum_types")
            psycopg2.extensions.register_type(psycopg2.extensions.new_array_type(
                tuple(cursor.fetchone()[0]), "GB_ENUM[]", psycopg2.extensions.UNICODE))
else:
    from psycopg.types import TypeInfo

    # Arrays as lists, where Django uses psycopg 3.
    @receiver(connection_created)
    def register_arrays(connection, **arguments):
        with connection.cursor() as cursor:
            cursor.execute("SELECT enum::text FROM gb_enum_types")
            for (name,) in cursor.fetchall():
                TypeInfo.fetch(connection.connection, name).register(connection.connection)


class EnumField(models.Field):
    def __init__(self, enum=None, *args, **options):
        self.enum = enum
        super().__init__(*args, **options)

    def db_type(self, connection):
        return self.enum

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        return name, path, [self.enum, *args], options


class Task(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending"
        RUNNING = "running"
        FAILED = "failed"

    status = EnumField("task_status", choices=Status.choices, default=Status.PENDING)
    priority = EnumField("task_priority", null=True)
    history = ArrayField(EnumField("task_status"), null=True)

    class Meta:
        app_label = "tasks"
        db_table = "tasks"


check("Django: filter", list(Task.objects.filter(status=Task.Status.RUNNING).values_list("id", "status")), [(1, "running")])
check("Django: in", Task.objects.filter(status__in=["running", "failed"]).count(), 2)
check("Django: icontains", [task.id for task in Task.objects.filter(status__icontains="FAIL")], [3])
check("Django: an array", Task.objects.get(history__contains=["pending"]).history, ["pending", "running"])
task = Task.objects.create(history=["failed"])
task.refresh_from_db()
check("Django: a default", task.status, "pending")
check("Django: an array is written", task.history, ["failed"])
with connection.schema_editor() as editor:
    check("Django: the column of a migration", editor.column_sql(Task, Task._meta.get_field("priority"))[0], "task_priority NULL")
done()
