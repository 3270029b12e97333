"""The ledger behind the statistics of a shop.

Triggers write it in the statement that changes a shipment or a fulfillment, so it is never behind; see
``shipments.models.figure_triggers``. A page adds up a few rows a day instead of counting shipments.
"""

from django.db import models

from shops.models import Shop


class FigureEntry(models.Model):
    """A number to add to a figure of the shop.

    Entries are added, and added up: ``shipments.services.figures`` replaces those of a day by one for each figure. No
    row that somebody else may want is locked for that, and neither when an entry is read nor in which order changes
    the sum.
    """

    # Without a constraint in the database: deleting a shop deletes its shipments, whose triggers add entries.
    shop = models.ForeignKey(
        Shop, on_delete=models.DO_NOTHING, related_name="figure_entries", db_constraint=False, db_index=False
    )
    # The start of a quarter of an hour, which no time zone divides, or of a day in the settings' time zone.
    at = models.DateTimeField()
    # "sent", or a kind and a value: see ``shipments.models.figure_triggers``.
    figure = models.CharField(max_length=40)
    number = models.IntegerField()
    folded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "at", "figure"], condition=models.Q(folded=True), name="figure_entry_folded_once"
            )
        ]
        indexes = [
            # The statistics of a period, from the index alone.
            models.Index(fields=["shop", "at", "figure", "number"], name="figure_entry_period"),
            # What is left to add up.
            models.Index(fields=["id"], condition=models.Q(folded=False), name="figure_entry_unfolded"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.figure} {self.number:+d}"
