"""The attention tab by key, also narrowed by carrier and zone; see ``shipments.queries.filters.listing``."""

from django.db import migrations, models
from django.db.models import Q

NEEDING = ~Q(attention="") & Q(deleted_at=None)


def list_index(*columns):
    fields, name = ["shop", *columns, "listed_at", "id"], "_".join(("attention_list", *columns))
    return migrations.AddIndex("shipment", models.Index(fields=fields, condition=NEEDING, name=name))


class Migration(migrations.Migration):
    dependencies = [("shipments", "0029_bounded_reads")]

    operations = [list_index(), list_index("carrier"), list_index("zone"), list_index("carrier", "zone")]
