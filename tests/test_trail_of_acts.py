"""What the trail tells: each act that matters for the safety of a shop, in the transaction of the act itself."""

from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import OutgoingMail, User
from accounts.tests.factories import give_app, make_user
from audit import trail
from audit.actions import AuditAction
from audit.models import AuditEntry
from carriers.delivery_days import ShippingHabits
from carriers.parcels import ParcelChoice
from integrations.services import connections
from integrations.tests.factories import make_connection
from privacy.models import PersonErasure
from shipments.services.csv_files import file_export
from shipments.tests.factories import make_shipment
from shops.audit_log import EXPORT_SIZE, PAGE_SIZE
from shops.models import PackagePreferences
from shops.services import gateway_accounts, preferences
from shops.services.shops import open_shop
from shops.tests.factories import give_key, make_invitation, make_member

pytestmark = pytest.mark.django_db


def change_settings(shop: Any, owner: User, client_for: Any) -> None:
    client_for(owner).post("/instellingen/volgen/", {"mails_buyer": "on"})


def save_preferences(shop: Any, owner: User, _client_for: Any) -> None:
    preferences.save_preferences(shop, ParcelChoice(carrier="dpd"), 700, by=owner)


def save_days(shop: Any, owner: User, _client_for: Any) -> None:
    preferences.save_shipping_habits(shop, ShippingHabits(closed_weekdays=frozenset({6})), by=owner)


def export_shipments(shop: Any, owner: User, _client_for: Any) -> None:
    make_shipment(shop)
    file_export.start_export(shop, owner, shipments=shop.shipments.all(), key="k")


def set_auto_import(shop: Any, owner: User, _client_for: Any) -> None:
    connections.set_auto_import(make_connection(shop, auto_import=False), True, by=owner)


def remove_key(shop: Any, owner: User, _client_for: Any) -> None:
    give_key(shop)
    gateway_accounts.remove_api_key(shop, "acmepost", by=owner)


def disconnect(shop: Any, owner: User, _client_for: Any) -> None:
    connections.revoke(make_connection(shop), by=owner)


def stored(shop: Any) -> PackagePreferences:
    return PackagePreferences.objects.get(shop=shop)


# The act, its key in the trail, and what is in the database only when it was done.
ACTS = {
    "settings.changed": (change_settings, lambda shop: type(shop).objects.get(pk=shop.pk).mails_buyer),
    "settings.preferences": (save_preferences, lambda shop: stored(shop).carrier == "dpd"),
    "settings.days": (save_days, lambda shop: stored(shop).closed_weekdays == "6"),
    "export.shipments": (export_shipments, lambda shop: shop.jobs.exists()),
    "connection.changed": (set_auto_import, lambda shop: shop.connections.filter(auto_import=True).exists()),
    "connection.disconnected": (disconnect, lambda shop: shop.connections.filter(state="disconnected").exists()),
    "key.removed": (remove_key, lambda shop: not has_key(shop)),
}


def has_key(shop: Any) -> bool:
    return hasattr(type(shop).objects.get(pk=shop.pk), "gateway_account")


@pytest.mark.parametrize(("key", "act", "is_done"), [(key, *value) for key, value in ACTS.items()], ids=list(ACTS))
def test_an_act_is_in_the_trail_once_with_who_did_it(shop, owner, client_for, key, act, is_done):
    act(shop, owner, client_for)
    assert is_done(shop)
    entry = shop.audit_entries.get()
    assert entry.actor_id == owner.pk
    assert entry.action == (key if key in AuditAction.values else AuditAction.SETTINGS_CHANGED)


@pytest.mark.parametrize(("act", "is_done"), ACTS.values(), ids=list(ACTS))
def test_an_act_that_cannot_be_told_is_not_done(shop, owner, client_for, monkeypatch, act, is_done):
    """Both are stored or neither is."""

    def fail(*_arguments: object, **_options: object) -> None:
        raise IntegrityError("the trail is full")

    monkeypatch.setattr(AuditEntry.objects, "bulk_create", fail)
    with pytest.raises(IntegrityError):
        act(shop, owner, client_for)
    assert not is_done(shop)


def test_what_is_repeated_or_changes_nothing_is_not_told_again(shop, owner, client_for):
    connection = make_connection(shop, auto_import=False)
    for _time in range(2):
        connections.set_auto_import(connection, True, by=owner)
        connections.revoke(connection, by=owner)
        export_shipments(shop, owner, client_for)
        client_for(owner).post("/instellingen/volgen/", {"tracking_page": "on"})
    told = sorted(entry.action for entry in AuditEntry.objects.all())
    assert told == ["connection.changed", "connection.disconnected", "export.shipments"]


def test_a_platform_that_takes_our_access_is_told_without_a_person(shop):
    connections.mark_removed(make_connection(shop))
    assert shop.audit_entries.get().actor_id is None


def test_opening_a_shop_is_its_first_entry(owner):
    member = open_shop(owner, "Nieuw", uuid4())
    assert member.shop.audit_entries.get().action == "settings.shop_opened"


def test_a_look_in_the_administration_is_told_to_the_shop(client_for, shop, owner):
    staff = make_user(is_staff=True, is_superuser=True)
    shipment = make_shipment(shop)
    browser = client_for(staff)
    looked = f"shipments/shipment/{shipment.pk}/change/", f"accounts/user/{owner.pk}/change/", "shipments/shipment/"
    for path in looked:
        assert browser.get(f"/admin/{path}").status_code == 200, path
    browser.get("/admin/shipments/shipment/0/change/")
    found = shop.audit_entries.order_by("pk")
    assert [(entry.action, entry.target_type) for entry in found] == [
        ("reading.admin", "shipments.shipment"),
        ("reading.admin", "accounts.user"),
    ]
    assert {entry.actor_id for entry in found} == {staff.pk}


def test_a_look_at_any_row_that_names_somebody_is_in_the_trail(client_for, shop, owner):
    """Each table of the administration with a personal column; those of a person tell the shops of that person."""
    staff = make_user(is_staff=True, is_superuser=True)
    mail = OutgoingMail.objects.create(to=owner.email, template="accounts/mail/new_device")
    address = EmailAddress.objects.create(user=owner, email=owner.email)
    session = UserSession.objects.create(user=owner, session_key="k", ip="192.0.2.1", user_agent="x")
    gone = AuditEntry.objects.create(shop_id=999_999, actor_id=999_999, kind="team", action="team.joined")
    of_the_person = (give_app(owner), address, session, owner)
    of_the_shop = (PersonErasure.objects.create(shop=shop), make_invitation(shop), make_shipment(shop), shop)
    browser = client_for(staff)
    assert browser.get(reverse("admin:audit_auditentry_change", args=[gone.pk])).status_code == 200
    assert not AuditEntry.objects.filter(action=AuditAction.ADMIN_READ).exists(), "it names nobody any more"
    for row in (*of_the_person, *of_the_shop, mail):
        before = AuditEntry.objects.filter(action=AuditAction.ADMIN_READ).count()
        path = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        assert browser.get(path).status_code == 200
        entry = AuditEntry.objects.filter(action=AuditAction.ADMIN_READ).order_by("-pk")[0]
        assert AuditEntry.objects.filter(action=AuditAction.ADMIN_READ).count() == before + 1, row
        assert entry.shop_id == (None if row == mail else shop.pk), row
        if row in of_the_person:
            assert (entry.target_type, entry.target_id) == ("accounts.user", str(owner.pk))


def test_the_owner_reads_the_trail_and_nobody_else(client_for, shop, owner, rival):
    connections.set_auto_import(make_connection(shop, site_name="Theehuis", auto_import=False), True, by=owner)
    trail.record(AuditAction.SHOP_ERASED, by=None, shop=rival)
    page = client_for(owner).get("/instellingen/logboek/").content.decode()
    assert "Olga Owner" in page
    assert "Theehuis" in page
    assert "uit → aan" in page
    assert "wiste de shop" not in page
    for role in ("admin", "staff", "reader"):
        member = make_user()
        make_member(shop=shop, user=member, role=role)
        assert client_for(member).get("/instellingen/logboek/").status_code == 403
        assert client_for(member).post("/instellingen/logboek/bestand/").status_code == 403


def test_the_trail_is_filtered_and_read_page_by_page(client_for, shop, owner):
    other = make_user(name="Kim Collega")
    make_member(shop=shop, user=other, role="admin")
    for number in range(PAGE_SIZE + 5):
        trail.record(AuditAction.JOINED if number % 2 else AuditAction.KEY_SAVED, by=other, shop=shop)
    trail.record(AuditAction.SHOP_OPENED, by=owner, shop=shop)
    browser = client_for(owner)
    first = browser.get("/instellingen/logboek/")
    assert len(first.context["rows"]) == PAGE_SIZE
    second = browser.get("/instellingen/logboek/", {"before": first.context["older"]})
    assert len(second.context["rows"]) == 6
    assert second.context["older"] is None
    mine = browser.get("/instellingen/logboek/", {"person": owner.pk, "kind": "settings"})
    assert [row.who for row in mine.context["rows"]] == ["Olga Owner"]
    for odd in ({"kind": "x"}, {"person": "x"}, {"before": "9" * 40}, {"before": "-1"}):
        assert browser.get("/instellingen/logboek/", odd).status_code == 200


def test_the_export_has_every_entry_escaped_and_is_an_entry_itself(client_for, shop, owner, monkeypatch):
    monkeypatch.setattr("shops.audit_log.EXPORT_SIZE", 2)
    connection = make_connection(shop, site_name="=HYPERLINK(1)", auto_import=False)
    for enabled in (True, False, True, False):
        connections.set_auto_import(connection, enabled, by=owner)
    answer = client_for(owner).post("/instellingen/logboek/bestand/")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 5
    assert '"\'=HYPERLINK(1)"' in lines[2]
    assert "attachment" in answer["Content-Disposition"]
    assert shop.audit_entries.first().action == "export.trail"
    assert EXPORT_SIZE > 2


def test_an_entry_of_another_release_and_of_an_account_that_is_gone_is_shown(client_for, shop, owner):
    gone = make_user()
    unheard = {"kind": "team", "action": "team.unheard_of", "target_type": "x.y", "changes": {"z": [1, 2]}}
    AuditEntry.objects.create(shop=shop, actor=gone, **unheard)
    gone.delete()
    page = client_for(owner).get("/instellingen/logboek/").content.decode()
    assert "team.unheard_of" in page
    assert "Een vroeger account" in page
