"""The trail: what is written about is stored with it, and nothing of it can be changed afterwards."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from accounts.tests.factories import make_user
from audit import append_only
from audit.actions import AuditAction
from audit.models import AppendOnlyError, AuditEntry
from audit.trail import field_changes, field_values, forget_old_entries, forget_shop, record
from shops.tests.factories import make_member, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(shop, owner) -> AuditEntry:
    record(AuditAction.SETTINGS_CHANGED, by=owner, shop=shop, changes={"tracking_page": (True, False)})
    return AuditEntry.objects.get()


def test_an_entry_says_who_did_what_to_which_row(shop, owner):
    member = make_member(shop=shop, user=make_user())
    record(AuditAction.ROLE_CHANGED, by=owner, shop=shop, target=member, changes={"role": ("staff", "admin")})
    entry = shop.audit_entries.get()
    assert (entry.actor_id, entry.action, entry.kind) == (owner.pk, "team.role_changed", "team")
    assert (entry.target_type, entry.target_id) == ("shops.membership", str(member.public_id))
    assert entry.changes == {"role": ["staff", "admin"]}


def test_the_actor_of_a_request_is_its_user_and_a_program_has_none(shop, owner):
    request = RequestFactory().get("/")
    for user in (owner, AnonymousUser()):
        request.user = user
        record(AuditAction.SIGNED_IN, by=request, shop=shop)
    record(AuditAction.DISCONNECTED, by=None, shop=shop)
    assert [entry.actor_id for entry in AuditEntry.objects.order_by("pk")] == [owner.pk, None, None]


def test_what_happens_to_an_account_is_told_to_each_of_its_shops(shop, owner):
    other = make_shop()
    make_member(shop=other, user=owner)
    record(AuditAction.PASSWORD_CHANGED, by=owner)
    assert {entry.shop_id for entry in AuditEntry.objects.all()} == {shop.pk, other.pk}
    record(AuditAction.PASSWORD_CHANGED, by=make_user())
    assert AuditEntry.objects.filter(shop=None).count() == 1


@pytest.mark.parametrize("sql", ["UPDATE audit_auditentry SET action = 'x'", "DELETE FROM audit_auditentry"])
def test_the_database_refuses_to_change_or_delete_an_entry(entry, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert AuditEntry.objects.get().action == entry.action


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.update(action="x"),
        lambda entry: AuditEntry.objects.all().delete(),
        lambda entry: AuditEntry.objects.bulk_update([entry], ["action"]),
    ],
)
def test_no_code_changes_or_deletes_an_entry(entry, change):
    with pytest.raises(AppendOnlyError):
        change(entry)


def test_secrets_and_texts_are_named_and_not_quoted(shop, owner):
    before = field_values(shop, ["name", "street", "email", "label_layout", "tracking_page"])
    shop.name, shop.street, shop.label_layout, shop.tracking_page = "Nieuw", "Kade", "a4", False
    changes = field_changes(shop, before)
    assert changes == {"name": None, "street": None, "label_layout": ("a6", "a4"), "tracking_page": (True, False)}
    record(AuditAction.KEY_SAVED, by=owner, shop=shop, changes=changes | {"api_key": ("old secret", "new secret")})
    assert AuditEntry.objects.get().changes["api_key"] is None


def test_an_entry_outlives_its_account_and_ends_with_its_shop(entry, shop, owner):
    actor = owner.pk
    owner.delete()
    assert AuditEntry.objects.get().actor_id == actor
    rest = make_shop()
    record(AuditAction.SHOP_OPENED, by=None, shop=rest)
    assert forget_shop(shop.pk) == 1
    assert AuditEntry.objects.get().shop_id == rest.pk


def test_entries_end_after_their_retention_and_no_sooner(shop, settings):
    settings.AUDIT_RETENTION_DAYS = 30
    now = timezone.now()
    AuditEntry.objects.bulk_create(
        AuditEntry(shop=shop, kind="team", action="team.joined", at=now - timedelta(days=days)) for days in (29, 31)
    )
    assert forget_old_entries() == 1
    assert AuditEntry.objects.get().at > now - timedelta(days=30)


def test_migrate_installs_the_triggers_and_finds_them_unchanged():
    assert append_only.is_installed()
