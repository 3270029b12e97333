"""Rules by which orders become drafts with other choices than the parcel preferences."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0016_ready_for_labels'),
    ]

    operations = [
        migrations.AddField(
            model_name='packagepreferences',
            name='shipping_rules',
            field=models.JSONField(blank=True, default=list, editable=False, verbose_name='shipping rules'),
        ),
        migrations.CreateModel(
            name='ShippingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveIntegerField(editable=False, verbose_name='position')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('is_on', models.BooleanField(default=True, verbose_name='switched on')),
                ('goes_on', models.BooleanField(default=False, verbose_name='go on with the next rules')),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='saved at')),
                ('destinations', models.JSONField(blank=True, default=list, verbose_name='destination')),
                ('least_weight', models.PositiveIntegerField(blank=True, null=True, verbose_name='weight from')),
                ('most_weight', models.PositiveIntegerField(blank=True, null=True, verbose_name='weight up to')),
                ('least_value', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='order value from')),
                ('most_value', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='order value up to')),
                ('article', models.CharField(blank=True, max_length=100, verbose_name='article name contains')),
                ('skus', models.CharField(blank=True, max_length=300, verbose_name='SKU')),
                ('postcodes', models.CharField(blank=True, max_length=300, verbose_name='postcode starts with')),
                ('shipping_method', models.CharField(blank=True, max_length=100, verbose_name='shipping method in the webshop contains')),
                ('carrier', models.CharField(blank=True, choices=[('postnl', 'PostNL'), ('dhlforyou', 'DHL For You'), ('dhlparcelconnect', 'DHL Parcel Connect'), ('dhleuroplus', 'DHL Europlus'), ('dpd', 'DPD'), ('upsstandard', 'UPS Standard'), ('upsexpresssaver', 'UPS Express Saver'), ('gls', 'GLS'), ('trunkrs', 'Trunkrs')], max_length=20, verbose_name='carrier')),
                ('package_type', models.CharField(blank=True, choices=[('package', 'Parcel'), ('mailbox', 'Letterbox parcel'), ('package_small', 'Small parcel'), ('digital_stamp', 'Digital stamp'), ('letter', 'Unfranked label')], max_length=20, verbose_name='package type')),
                ('delivery_type', models.CharField(blank=True, choices=[('standard', 'Standard delivery'), ('morning', 'Morning delivery'), ('evening', 'Evening delivery'), ('same_day', 'Same-day delivery'), ('express', 'Express delivery')], max_length=20, verbose_name='delivery type')),
                ('signature', models.BooleanField(blank=True, null=True, verbose_name='Signature on delivery')),
                ('only_recipient', models.BooleanField(blank=True, null=True, verbose_name='Recipient only')),
                ('age_check', models.BooleanField(blank=True, null=True, verbose_name='Age check 18+')),
                ('return_to_sender', models.BooleanField(blank=True, null=True, verbose_name='Return at once if nobody is home')),
                ('large_format', models.BooleanField(blank=True, null=True, verbose_name='Large format')),
                ('insurance', models.PositiveIntegerField(blank=True, help_text='Euro cents.', null=True, verbose_name='insured up to')),
                ('insurance_percent', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='part of the order value to insure (%)')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='shops.shop')),
            ],
            options={
                'verbose_name': 'shipping rule',
                'verbose_name_plural': 'shipping rules',
                'ordering': ['shop_id', 'position'],
                'constraints': [models.UniqueConstraint(fields=('shop', 'position'), name='shipping_rule_position'), models.CheckConstraint(condition=models.Q(('least_weight__lte', models.F('most_weight'))), name='shipping_rule_weight'), models.CheckConstraint(condition=models.Q(('least_value__gte', 0), ('least_value__lte', models.F('most_value')), ('most_value__gte', 0)), name='shipping_rule_value'), models.CheckConstraint(condition=models.Q(('insurance', None), ('insurance_percent', None), _connector='OR'), name='shipping_rule_insured_once'), models.CheckConstraint(condition=models.Q(('insurance_percent__range', (1, 100))), name='shipping_rule_percent')],
            },
        ),
    ]
