from django.db import migrations, models

from lib.trigrams import create_extensions, create_index, drop_index

NAME = "shipment_search"


class Migration(migrations.Migration):
    """The first index carries the search by order number (search.find_exact), the second the search by a part of any
    text, both among the shipments of one shop.
    """

    dependencies = [
        ("shipments", "0027_hours_by_measure"),
        ("integrations", "0019_search_index"),
        ("shops", "0008_shipping_habits"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(fields=["reference", "shop"], name="shipment_reference"),
        ),
        # The extensions stay: other programs may use them.
        migrations.RunPython(create_extensions, migrations.RunPython.noop),
        migrations.RunPython(create_index(NAME, "shipments_shipment", "shop_id"), drop_index(NAME)),
    ]
