from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0003_duplicated_sites_and_first_attempts")]

    operations = [migrations.RenameField(model_name="app", old_name="knobs", new_name="switches")]
