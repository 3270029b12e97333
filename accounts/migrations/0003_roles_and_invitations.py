"""Four roles instead of two, an address for each membership, and invitations."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

ROLES = [("owner", "Owner"), ("admin", "Admin"), ("staff", "Staff"), ("reader", "Read only")]


def give_addresses_and_roles(apps, schema_editor):
    memberships = apps.get_model("accounts", "Membership").objects.using(schema_editor.connection.alias)
    memberships.filter(role="member").update(role="staff")
    for membership in memberships.filter(public_id=None).iterator():
        memberships.filter(pk=membership.pk).update(public_id=uuid.uuid4())


def back_to_two_roles(apps, schema_editor):
    memberships = apps.get_model("accounts", "Membership").objects.using(schema_editor.connection.alias)
    memberships.exclude(role="owner").update(role="member")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_label_accounts")]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(choices=ROLES, default="staff", max_length=10, verbose_name="role"),
        ),
        migrations.AddField(
            model_name="membership",
            name="public_id",
            field=models.UUIDField(default=None, editable=False, null=True),
        ),
        migrations.RunPython(give_addresses_and_roles, back_to_two_roles),
        migrations.AlterField(
            model_name="membership",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("role", models.CharField(choices=ROLES, default="staff", max_length=10, verbose_name="role")),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="accounts.shop"
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["email"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("shop"), django.db.models.functions.text.Lower("email"), name="invitation_once"
                    )
                ],
            },
        ),
    ]
