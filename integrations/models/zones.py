"""The zone of a destination by its country code alone: what lists are filtered by."""

from django.db import models
from django.db.models import Case, Value, When

from carriers.territories import EU

ZONES = ("nl", "be", "eu", "world")


def zone_column() -> models.GeneratedField:
    """One of ZONES, computed by the database from the column ``country``; empty without a country."""
    return models.GeneratedField(
        expression=Case(
            When(country="", then=Value("")),
            When(country="NL", then=Value("nl")),
            When(country="BE", then=Value("be")),
            When(country__in=sorted(EU), then=Value("eu")),
            default=Value("world"),
        ),
        output_field=models.CharField(max_length=5),
        db_persist=True,
    )
