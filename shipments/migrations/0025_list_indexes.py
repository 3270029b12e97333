"""Pages by key: one index for each combination of tab, carrier and zone that a list may be narrowed by.

They carry ``shipments.queries.filters.listing``, and ``shipment_list_drafts`` also carries
``shipments.queries.adjacent_drafts``. A period only shortens the range that is read of the same index.
"""

from django.db import migrations, models
from django.db.models import Q

KEPT = Q(deleted_at=None)
COMBINATIONS = [
    (), ("tab",), ("carrier",), ("zone",), ("tab", "carrier"), ("tab", "zone"), ("carrier", "zone"),
    ("tab", "carrier", "zone"),
]  # fmt: skip


def list_index(*columns):
    fields = ["shop", *columns, "listed_at", "id"]
    name = "_".join(("shipment_list", *columns))
    return migrations.AddIndex("shipment", models.Index(fields=fields, condition=KEPT, name=name))


class Migration(migrations.Migration):
    dependencies = [("shipments", "0024_list_columns")]

    operations = [
        migrations.AlterModelOptions(
            "shipment",
            options={
                "ordering": ["-listed_at", "-pk"],
                "verbose_name": "shipment",
                "verbose_name_plural": "shipments",
            },
        ),
        migrations.AlterField("shipment", "listed_at", models.DateTimeField("listed by", editable=False)),
        migrations.RemoveIndex("shipment", "shipment_tab"),
        migrations.RemoveIndex("shipment", "shipment_list"),
        *[list_index(*columns) for columns in COMBINATIONS],
        migrations.AddIndex(
            "shipment",
            models.Index(
                fields=["shop", "listed_at", "id"], condition=KEPT & Q(status="draft"), name="shipment_list_drafts"
            ),
        ),
    ]
