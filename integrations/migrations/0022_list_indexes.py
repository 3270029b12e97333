"""One index for each way to narrow and sort the import page.

They carry ``shipments.queries.filters.listing`` of the orders that wait, and of these with the imported ones.
"""

from django.db import migrations, models
from django.db.models import Q

WAITING = Q(eligibility="open", is_imported=False)
OFFERED = WAITING | Q(is_imported=True)
SORTS = {"date": "listed_at", "name": "customer", "total": "total"}


def list_index(name, condition, *columns):
    fields = ["connection", *columns, "id"]
    return migrations.AddIndex("externalorder", models.Index(fields=fields, condition=condition, name=name))


class Migration(migrations.Migration):
    dependencies = [("integrations", "0021_erasures_to_settle")]

    operations = [
        migrations.RemoveIndex("externalorder", "external_order_waiting"),
        *[list_index(f"order_waiting_{sort}", WAITING, column) for sort, column in SORTS.items()],
        list_index("order_offered_date", OFFERED, "listed_at"),
        *[list_index(f"order_waiting_zone_{sort}", WAITING, "zone", column) for sort, column in SORTS.items()],
        list_index("order_offered_zone_date", OFFERED, "zone", "listed_at"),
    ]
