"""The token of a lease gets the name of what it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_move_from_shipments")]

    operations = [migrations.RenameField("job", "holder", "lease_token")]
