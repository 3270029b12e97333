"""The sort key and the zone of the import page's list."""

from django.db import migrations, models
from django.db.models import Value, When
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


class Migration(migrations.Migration):
    dependencies = [("integrations", "0016_counters")]

    operations = [
        migrations.AddField(
            "externalorder",
            "listed_at",
            models.GeneratedField(
                expression=Coalesce("paid_at", "placed_at"), output_field=models.DateTimeField(), db_persist=True
            ),
        ),
        migrations.AddField(
            "externalorder",
            "zone",
            models.GeneratedField(expression=ZONE, output_field=models.CharField(max_length=5), db_persist=True),
        ),
    ]
