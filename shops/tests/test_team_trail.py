"""The trail tells what happened to the team and to the accounts of its members."""

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts.services import user_sessions
from accounts.services.notices import ACTIONS, HAPPENED, notify_change
from accounts.tests.factories import give_app, make_user
from audit.actions import AuditAction
from audit.models import AuditEntry
from shops.models import Invitation
from shops.services import team
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
LOGIN = {"login": "owner@example.com", "password": "a long password"}


def told(shop) -> list[tuple[str, int | None, dict]]:
    return list(shop.audit_entries.order_by("pk").values_list("action", "actor", "changes"))


def test_the_life_of_a_member_is_told(shop, owner):
    by, nina = shop.memberships.get(), make_user(email="nina@example.com")
    invitation = team.invite(by, nina.email, "staff")
    member = team.accept(invitation, nina)
    for _time in range(2):
        team.change_role(by, member, "reader")
    team.remove_member(by, member)
    team.remove_member(by, member)
    revoked = team.invite(by, "other@example.com", "reader")
    team.revoke_invitation(revoked, by=owner)
    assert told(shop) == [
        (AuditAction.INVITED, owner.pk, {"role": [None, "staff"]}),
        (AuditAction.JOINED, nina.pk, {"role": [None, "staff"]}),
        (AuditAction.ROLE_CHANGED, owner.pk, {"role": ["staff", "reader"]}),
        (AuditAction.MEMBER_REMOVED, owner.pk, {}),
        (AuditAction.INVITED, owner.pk, {"role": [None, "reader"]}),
        (AuditAction.INVITATION_REVOKED, owner.pk, {}),
    ]


def test_requiring_a_second_step_is_told_once(shop, owner):
    give_app(owner)
    for _time in range(2):
        team.require_second_factor(shop.memberships.get(), required=True)
    assert told(shop) == [(AuditAction.SETTINGS_CHANGED, owner.pk, {"requires_second_factor": [False, True]})]


def test_an_invitation_that_cannot_be_told_is_not_made(shop, monkeypatch):
    def fail(*_arguments: object, **_options: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(AuditEntry.objects, "bulk_create", fail)
    with pytest.raises(IntegrityError):
        team.invite(shop.memberships.get(), "nina@example.com", "staff")
    assert not Invitation.objects.exists()


def test_every_shop_of_an_account_reads_what_changed_of_it(shop, rival, owner):
    make_member(rival, owner, "reader")
    for happened in ACTIONS:
        notify_change(owner, happened)
    assert {action for action, _actor, _changes in told(shop)} == set(ACTIONS.values())
    assert [row[0] for row in told(shop)] == [row[0] for row in told(rival)]
    assert set(ACTIONS) == set(HAPPENED) - {"recovery_code_used"}
    by_admin = set(shop.audit_entries.filter(actor=None).values_list("action", flat=True))
    assert by_admin == {"account.factor_removed", "account.password_changed", "account.email_changed"}


def test_sessions_and_new_devices_are_told(shop, owner):
    first, second = Client(), Client()
    first.post("/account/inloggen/", LOGIN)
    second.post("/account/inloggen/", LOGIN)
    second.post("/account/profiel/sessies/", {"session": str(user_sessions.open_sessions(owner)[-1].pk)})
    first.post("/account/inloggen/", LOGIN)
    first.post("/account/profiel/sessies/")
    actions = [action for action, _actor, _changes in told(shop)]
    assert actions == ["account.signed_in", "account.session_ended", "account.sessions_ended"]
