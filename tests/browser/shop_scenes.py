"""The pages of a team and of a shop's data, each in its states. A scene makes the rows it needs and opens its page."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import OutgoingMail, User
from accounts.tests.factories import give_app, make_user
from audit import trail
from audit.actions import AuditAction
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from privacy.models import PersonErasure, ShopExport
from privacy.services.close_shop import close_shop
from shipments.tests.factories import make_shipment
from shops.models import Retention, Shop
from shops.services.practice import start_practice
from shops.tests.factories import make_invitation, make_member, make_rule, make_shop
from tests.browser.stage import LOG, LONG_EMAIL, LONG_NAME, PRACTICE, PRIVACY, RETENTION, RULES, TEAM, Stage

# The team


def team(stage: Stage) -> None:
    member = make_member(stage.shop, make_user(name=LONG_NAME, email=LONG_EMAIL), "staff")
    make_member(stage.shop, make_user(name="Nina Noord"), "admin")
    make_invitation(stage.shop, "a", email="guest@example.com")
    late = OutgoingMail.objects.create(to="late@example.com", template="x", state="failed", failure="refused")
    make_invitation(stage.shop, "b", email=late.to, mail=late, expires_at=timezone.now() - timedelta(days=1))
    User.objects.filter(pk=member.user_id).update(last_login=timezone.now() - timedelta(days=3))
    stage.sign_in()
    stage.open(TEAM)


def team_required(stage: Stage) -> None:
    give_app(stage.owner)
    Shop.objects.filter(pk=stage.shop.pk).update(requires_second_factor=True)
    stage.sign_in(method="mfa")
    stage.open(TEAM)


def team_read_only(stage: Stage) -> None:
    stage.sign_in(make_member(stage.shop, make_user(name="Rik Reader"), "reader").user)
    stage.open(TEAM)


def invite_rejected(stage: Stage) -> None:
    stage.sign_in()
    stage.send(f"{TEAM}uitnodigen/", {"email": stage.owner.email, "role": "staff"})


def remove_member(stage: Stage) -> None:
    member = make_member(stage.shop, make_user(name=LONG_NAME, email=LONG_EMAIL), "staff")
    stage.sign_in()
    stage.open(f"{TEAM}{member.public_id}/verwijderen/")


def leave(stage: Stage) -> None:
    stage.sign_in()
    stage.open(f"{TEAM}{stage.shop.memberships.get(user=stage.owner).public_id}/verwijderen/")


def join(stage: Stage) -> None:
    make_invitation(stage.shop, "new", email="guest@example.com", invited_by=stage.owner)
    stage.send("/uitnodiging/new/", {"name": "", "password": "short"})


def join_known(stage: Stage) -> None:
    make_invitation(stage.shop, "known", email=make_user().email, invited_by=stage.owner)
    stage.open("/uitnodiging/known/")


def join_mine(stage: Stage) -> None:
    guest = make_user()
    make_invitation(stage.shop, "mine", email=guest.email, invited_by=stage.owner)
    stage.sign_in(guest)
    stage.open("/uitnodiging/mine/")


def join_as_another(stage: Stage) -> None:
    make_invitation(stage.shop, "other", email=LONG_EMAIL, invited_by=stage.owner)
    stage.sign_in()
    stage.open("/uitnodiging/other/")


def join_expired(stage: Stage) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    make_invitation(stage.shop, "old", email="guest@example.com", expires_at=yesterday, invited_by=stage.owner)
    stage.open("/uitnodiging/old/")


def join_unknown(stage: Stage) -> None:
    stage.open("/uitnodiging/nothing/")


def no_shop(stage: Stage) -> None:
    stage.sign_in(make_user(email=LONG_EMAIL))
    stage.open("/")


def forbidden(stage: Stage) -> None:
    stage.sign_in(make_member(stage.shop, make_user(name="Rik Reader"), "reader").user)
    stage.open(LOG)


def new_shop(stage: Stage) -> None:
    stage.sign_in()
    stage.open("/instellingen/nieuw/")


def shops(stage: Stage) -> None:
    make_member(make_shop(name="Theehuis De Lange Naam van het Dorp aan de Rivier"), stage.owner, "admin")
    stage.sign_in()
    stage.open("/instellingen/")


# The shop: shipping rules


def rules(stage: Stage) -> None:
    make_rule(stage.shop, name="Brievenbus", destinations=["NL", "DE"], most_weight=2000, skus="MOK*, VAAS")
    make_rule(stage.shop, name=LONG_NAME, destinations=["EU", "ROW"], insurance_percent=100, goes_on=True)
    make_rule(stage.shop, name="Kan niet", destinations=["US"], carrier="dhlforyou", is_on=False)
    stage.sign_in()
    stage.open(RULES)


def rule_rejected(stage: Stage) -> None:
    stage.sign_in()
    stage.send(f"{RULES}nieuw/", {"name": "", "package_type": "mailbox", "signature": "true", "countries": "x"})


def rules_tried(stage: Stage) -> None:
    moment = timezone.now() - timedelta(hours=1)
    connection = make_connection(stage.shop)
    for number in range(3):
        mirror_order(connection, make_order(number, created_at=moment, updated_at=moment))
    rules(stage)
    stage.open(f"{RULES}proef/")


# The shop: log, periods, privacy, the end


def log(stage: Stage) -> None:
    member = make_member(stage.shop, make_user(name=LONG_NAME), "staff")
    changes: dict[str, Any] = {"mails_buyer": (False, True), "label_start": (1, 3), "company": None}
    for number, action in enumerate(AuditAction):
        by = (stage.owner, member.user, None)[number % 3]
        is_change = action == AuditAction.SETTINGS_CHANGED
        trail.record(action, by=by, shop=stage.shop, target=stage.shop, changes=changes if is_change else None)
    for _entry in range(40):
        trail.record(AuditAction.ROLE_CHANGED, by=None, shop=stage.shop, target=member, changes={"role": ("a", "b")})
    stage.sign_in()
    stage.open(LOG)


def log_filtered(stage: Stage) -> None:
    log(stage)
    stage.open(f"{LOG}?kind=settings&before=9999999")


def log_empty(stage: Stage) -> None:
    stage.sign_in()
    stage.open(LOG)


def retention(stage: Stage) -> None:
    figures = {"recipients": 1200, "orders": 31}
    tidied = timezone.now() - timedelta(hours=9)
    Retention.objects.update_or_create(shop=stage.shop, defaults={"tidied_at": tidied, "figures": figures})
    stage.sign_in()
    stage.open(RETENTION)


def retention_rejected(stage: Stage) -> None:
    stage.sign_in()
    stage.send(RETENTION, {"recipient_days": "1", "order_days": "", "file_days": "x"})


def retention_read_only(stage: Stage) -> None:
    stage.sign_in(make_member(stage.shop, make_user(name="Rik Reader"), "reader").user)
    stage.open(RETENTION)


def privacy(stage: Stage) -> None:
    finished = timezone.now() - timedelta(hours=1)
    counts = {"orders": 2, "shipments": 3, "shipments.JobItem": 12, "files": 1}
    for values in ({"counts": counts}, {"requested_by": stage.owner}, {"source": "platform", "counts": counts}):
        PersonErasure.objects.create(shop=stage.shop, finished_at=finished, **values)
    PersonErasure.objects.create(shop=stage.shop, requested_by=stage.owner)
    ShopExport.objects.create(shop=stage.shop, requested_by=stage.owner)
    stage.sign_in()
    stage.open(PRIVACY)


def privacy_empty(stage: Stage) -> None:
    stage.sign_in()
    stage.send(f"{PRIVACY}persoon/", {"email": "", "name": "", "number": ""}, on=PRIVACY)


def privacy_found(stage: Stage) -> None:
    for _shipment in range(22):
        make_shipment(stage.shop)
    stage.sign_in()
    stage.send(f"{PRIVACY}persoon/", {"email": "", "name": "Hanna Vermeulen", "number": ""}, on=PRIVACY)


def privacy_unconfirmed(stage: Stage) -> None:
    make_shipment(stage.shop)
    stage.sign_in()
    stage.send(f"{PRIVACY}persoon/wissen/", {"email": "", "name": "Hanna Vermeulen", "number": ""}, on=PRIVACY)


def privacy_nothing(stage: Stage) -> None:
    stage.sign_in()
    stage.send(f"{PRIVACY}persoon/", {"email": "nobody@example.com", "name": "", "number": ""}, on=PRIVACY)


def practice_off(stage: Stage) -> None:
    """Test labels are left of an earlier time."""
    _with_test_labels(stage)
    stage.sign_in()
    stage.open(PRACTICE)


def practice_on(stage: Stage) -> None:
    start_practice(stage.shop, by=stage.owner)
    stage.sign_in()
    stage.open(PRACTICE)


def practice_end(stage: Stage) -> None:
    _with_test_labels(stage)
    start_practice(stage.shop, by=stage.owner)
    stage.sign_in()
    stage.open(f"{PRACTICE}stop/")


def practice_for_staff(stage: Stage) -> None:
    start_practice(stage.shop, by=stage.owner)
    stage.sign_in(make_member(stage.shop, make_user(name="Stef Staff"), "staff").user)
    stage.open("/zendingen/")


def _with_test_labels(stage: Stage) -> None:
    for number in range(12):
        make_shipment(stage.shop, status="test", gateway="local", barcode=f"3STEST{number}")


def close_question(stage: Stage) -> None:
    stage.sign_in()
    stage.send(f"{PRIVACY}shop/sluiten/nu/", {"name": "x"}, on=f"{PRIVACY}shop/sluiten/")


def closed(stage: Stage) -> None:
    close_shop(stage.shop, by=stage.owner)
    stage.sign_in()
    stage.open("/")


def closed_for_staff(stage: Stage) -> None:
    close_shop(stage.shop, by=stage.owner)
    stage.sign_in(make_member(stage.shop, make_user(name="Stef Staff"), "staff").user)
    stage.open("/")


SHOP = (
    *(join, join_known, join_mine, join_as_another, join_expired, join_unknown, no_shop),
    *(team, team_required, team_read_only, invite_rejected, remove_member, leave, forbidden, new_shop, shops),
    *(rules, rule_rejected, rules_tried),
    *(log, log_filtered, log_empty, retention, retention_rejected, retention_read_only),
    *(practice_off, practice_on, practice_end, practice_for_staff),
    *(privacy, privacy_empty, privacy_found, privacy_unconfirmed, privacy_nothing, close_question),
    *(closed, closed_for_staff),
)
