"""The sort key of the lists of shipments, and the columns that they are narrowed by."""

from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

EU = [
    "AT", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "PL", "PT", "RO", "SE", "SI", "SK",
]  # fmt: skip
ZONE = models.Case(
    When(country="", then=Value("")),
    When(country="NL", then=Value("nl")),
    When(country="BE", then=Value("be")),
    When(country__in=EU, then=Value("eu")),
    default=Value("world"),
)
TAB = models.Case(
    When(status__in=["draft", "registering"], then=Value("drafts")),
    When(status__in=["test"], then=Value("tests")),
    When(status__in=["registered"], then=Value("to_print")),
    When(status__in=["printed"], then=Value("printed")),
    When(status__in=["in_transit", "at_customs", "out_for_delivery", "at_pickup_point"], then=Value("in_transit")),
    When(status__in=["delivered"], then=Value("delivered")),
    default=Value("other"),
)


def fill_listed_at(apps, schema_editor):
    """One statement: when the order was paid, else placed, else when the row was created."""
    database = schema_editor.connection.alias
    order = apps.get_model("integrations", "ExternalOrder").objects.using(database).filter(pk=OuterRef("order"))
    moment = Coalesce(Subquery(order.values("listed_at")[:1]), F("created_at"))
    apps.get_model("shipments", "Shipment").objects.using(database).update(listed_at=moment)


class Migration(migrations.Migration):
    dependencies = [("integrations", "0017_list_columns"), ("shipments", "0023_counters")]

    operations = [
        migrations.AddField(
            "shipment",
            "tab",
            models.GeneratedField(expression=TAB, output_field=models.CharField(max_length=10), db_persist=True),
        ),
        migrations.AddField(
            "shipment",
            "zone",
            models.GeneratedField(expression=ZONE, output_field=models.CharField(max_length=5), db_persist=True),
        ),
        migrations.AddField(
            "shipment", "listed_at", models.DateTimeField("listed by", null=True, editable=False)
        ),
        migrations.RunPython(fill_listed_at, migrations.RunPython.noop, elidable=True),
    ]
