"""The shop and what belongs to it get an app of their own; the tables stay where they are."""

from functools import partial
from typing import Any

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


MOVED = ("shop", "membership", "invitation", "packagepreferences", "labelaccount")


def move_content_types(apps: Any, schema_editor: Any, *, source: str, target: str) -> None:
    """Permissions and the admin's log point at content types, so the rows keep their ids."""
    rows = apps.get_model("contenttypes", "ContentType").objects.using(schema_editor.connection.alias)
    rows.filter(app_label=source, model__in=MOVED).update(app_label=target)


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("accounts", "0004_customs_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Shop",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                        ("company", models.CharField(blank=True, max_length=50, verbose_name="company")),
                        ("person", models.CharField(blank=True, max_length=50, verbose_name="contact person")),
                        ("street", models.CharField(blank=True, max_length=40, verbose_name="street")),
                        ("number", models.CharField(blank=True, max_length=8, verbose_name="house number")),
                        ("suffix", models.CharField(blank=True, max_length=6, verbose_name="addition")),
                        ("postal_code", models.CharField(blank=True, max_length=10, verbose_name="postcode")),
                        ("city", models.CharField(blank=True, max_length=35, verbose_name="town")),
                        ("country", models.CharField(default="NL", max_length=2, verbose_name="country")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                        ("phone", models.CharField(blank=True, max_length=25, verbose_name="phone")),
                        ("eori", models.CharField(blank=True, max_length=17, verbose_name="EORI number")),
                        ("vat", models.CharField(blank=True, max_length=20, verbose_name="VAT number")),
                        (
                            "label_layout",
                            models.CharField(
                                choices=[("a6", "A6"), ("a4", "A4")],
                                default="a6",
                                max_length=2,
                                verbose_name="label format",
                            ),
                        ),
                        (
                            "label_start",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(4),
                                ],
                                verbose_name="start position",
                            ),
                        ),
                        (
                            "label_continue",
                            models.BooleanField(default=False, verbose_name="start where the last sheet ended"),
                        ),
                        ("tracking_page", models.BooleanField(default=True, verbose_name="public tracking page")),
                        ("mails_buyer", models.BooleanField(default=False, verbose_name="mail the buyer ourselves")),
                        (
                            "created_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now, editable=False, verbose_name="since"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "shop",
                        "verbose_name_plural": "shops",
                        "db_table": "accounts_shop",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="LabelAccount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("gateway", models.CharField(default="myparcel", max_length=20, verbose_name="label system")),
                        ("key_sealed", models.TextField(editable=False)),
                        ("key_ends_with", models.CharField(max_length=4, verbose_name="key ends with")),
                        ("hook_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("hooks", models.JSONField(blank=True, default=dict)),
                        ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="checked")),
                        ("trouble", models.JSONField(blank=True, default=dict, verbose_name="trouble")),
                        ("saved_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="saved at")),
                        (
                            "shop",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="label_account",
                                to="shops.shop",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "label account",
                        "verbose_name_plural": "label accounts",
                        "db_table": "accounts_labelaccount",
                    },
                ),
                migrations.CreateModel(
                    name="PackagePreferences",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("carrier", models.CharField(default="postnl", max_length=20, verbose_name="default carrier")),
                        (
                            "package_type",
                            models.CharField(default="package", max_length=20, verbose_name="default package type"),
                        ),
                        ("delivery_type", models.CharField(default="standard", max_length=20, verbose_name="delivery")),
                        ("signature", models.BooleanField(default=False, verbose_name="signature on delivery")),
                        ("only_recipient", models.BooleanField(default=False, verbose_name="recipient only")),
                        (
                            "return_to_sender",
                            models.BooleanField(default=False, verbose_name="return at once if nobody is home"),
                        ),
                        ("age_check", models.BooleanField(default=False, verbose_name="age check 18+")),
                        ("large_format", models.BooleanField(default=False, verbose_name="large format")),
                        (
                            "insurance",
                            models.PositiveIntegerField(default=0, help_text="Euro cents.", verbose_name="insurance"),
                        ),
                        (
                            "default_weight",
                            models.PositiveIntegerField(
                                default=1000,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="weight when the shop gives none",
                            ),
                        ),
                        (
                            "insurance_percent",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Per cent; 0 keeps the amount above.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                                verbose_name="insure this part of the order value",
                            ),
                        ),
                        ("saved_at", models.DateTimeField(blank=True, null=True, verbose_name="saved at")),
                        (
                            "shop",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="preferences", to="shops.shop"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "parcel preferences",
                        "verbose_name_plural": "parcel preferences",
                        "db_table": "accounts_packagepreferences",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("default_weight__gte", 1)), name="preferences_weight"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("owner", "Owner"),
                                    ("admin", "Admin"),
                                    ("staff", "Staff"),
                                    ("reader", "Read only"),
                                ],
                                default="staff",
                                max_length=10,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "shop",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="shops.shop"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "membership",
                        "verbose_name_plural": "memberships",
                        "db_table": "accounts_membership",
                        "ordering": ["shop_id"],
                        "constraints": [models.UniqueConstraint(fields=("user", "shop"), name="membership_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("owner", "Owner"),
                                    ("admin", "Admin"),
                                    ("staff", "Staff"),
                                    ("reader", "Read only"),
                                ],
                                default="staff",
                                max_length=10,
                                verbose_name="role",
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("invited_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="invited")),
                        ("expires_at", models.DateTimeField(verbose_name="expires")),
                        ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted")),
                        (
                            "invited_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "shop",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "invitation",
                        "verbose_name_plural": "invitations",
                        "db_table": "accounts_invitation",
                        "ordering": ["email"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("shop"), django.db.models.functions.text.Lower("email"), name="invitation_once"
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.RunPython(
            partial(move_content_types, source="accounts", target="shops"),
            partial(move_content_types, source="shops", target="accounts"),
        ),
    ]
