"""The log of a shipment can tell of a label at its gateway that nobody expected."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipments', '0026_hours_from_the_index'),
    ]

    operations = [
        migrations.AlterField(
            model_name='shipmentevent',
            name='kind',
            field=models.CharField(choices=[('imported', 'Imported from the webshop'), ('created', 'Draft created'), ('edited', 'Draft edited'), ('label', 'Label created'), ('test_label', 'Test label created, passed on to nobody'), ('test_discarded', 'Test label thrown away'), ('no_answer', 'Unknown whether a label was created'), ('no_label', 'No label was created'), ('extra_label', 'Unexpected label found'), ('printed', 'Label downloaded'), ('told', 'Shop updated'), ('tell_failed', 'Shop not updated'), ('order_changed', 'Order changed in the webshop'), ('carrier', 'At the carrier'), ('cancelled', 'Label cancelled'), ('deleted', 'Draft deleted'), ('restored', 'Draft restored'), ('return', 'Return label created'), ('mailed', 'Buyer emailed by the webshop'), ('own_mail', 'Buyer emailed from here'), ('own_mail_failed', 'Buyer not emailed from here'), ('order_alert', 'Order needs attention')], max_length=20),
        ),
    ]
