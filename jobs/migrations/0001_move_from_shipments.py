"""Moves Job to its own app. The table keeps its name."""

from functools import partial
from typing import Any

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


MOVED = ("job",)


def move_content_types(apps: Any, schema_editor: Any, *, source: str, target: str) -> None:
    """Keeps the ids, because permissions and the admin log refer to them."""
    rows = apps.get_model("contenttypes", "ContentType").objects.using(schema_editor.connection.alias)
    rows.filter(app_label=source, model__in=MOVED).update(app_label=target)


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("shipments", "0007_fill_tracking_status"),
        ("shops", "0001_move_from_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Job",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "next_at",
                            models.DateTimeField(
                                blank=True, db_index=True, default=django.utils.timezone.now, null=True
                            ),
                        ),
                        ("lease_until", models.DateTimeField(blank=True, null=True)),
                        ("holder", models.UUIDField(blank=True, db_index=True, null=True)),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("kind", models.CharField(max_length=10, verbose_name="kind")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("cancelled", "Cancelled"),
                                    ("failed", "Failed"),
                                ],
                                default="queued",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("idempotency_key", models.CharField(max_length=64)),
                        ("total", models.PositiveIntegerField(default=0, verbose_name="items")),
                        ("stop_requested", models.BooleanField(default=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="started")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                        ("payload", models.JSONField(blank=True, default=dict)),
                        ("layout", models.CharField(blank=True, max_length=2)),
                        ("start", models.PositiveSmallIntegerField(default=1)),
                        ("file", models.CharField(blank=True, max_length=200)),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="result closed")),
                        (
                            "shop",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                            ),
                        ),
                        (
                            "started_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "job",
                        "verbose_name_plural": "jobs",
                        "db_table": "shipments_job",
                        "ordering": ["-pk"],
                        "constraints": [models.UniqueConstraint(fields=("shop", "idempotency_key"), name="job_once")],
                    },
                ),
            ],
        ),
        migrations.RunPython(
            partial(move_content_types, source="shipments", target="jobs"),
            partial(move_content_types, source="jobs", target="shipments"),
        ),
    ]
