import os

import django
from django.conf import settings
from django.db import connection, models

from tap import check, done

settings.configure(
    INSTALLED_APPS=[], DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"]}})
django.setup()


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

    class Meta:
        app_label = "tasks"
        db_table = "tasks"


check("Django: filter", list(Task.objects.filter(status=Task.Status.RUNNING).values_list("id", "status")), [(1, "running")])
check("Django: in", Task.objects.filter(status__in=["running", "failed"]).count(), 2)
check("Django: icontains", [task.id for task in Task.objects.filter(status__icontains="FAIL")], [3])
task = Task.objects.create()
task.refresh_from_db()
check("Django: a default", task.status, "pending")
with connection.schema_editor() as editor:
    check("Django: the column of a migration", editor.column_sql(Task, Task._meta.get_field("priority"))[0], "task_priority NULL")
done()
