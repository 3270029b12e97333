from django.db import migrations, models


class Migration(migrations.Migration):
    """The index carries the search for the next batch of a job (jobs.runner), in its order and without a sort."""

    dependencies = [("shipments", "0030_attention_list_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="jobitem",
            index=models.Index(fields=["job", "state", "code", "position", "id"], name="job_item_queue"),
        ),
        migrations.RemoveIndex(model_name="jobitem", name="job_item_state"),
    ]
