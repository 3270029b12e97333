from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("parcels", "0001_first")]

    operations = [migrations.RenameField(model_name="account", old_name="knobs", new_name="switches")]
