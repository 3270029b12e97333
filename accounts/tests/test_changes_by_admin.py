"""What the administrator changes of an account is told to its owner, and ends what was let in before."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.tests.factories import make_user
from accounts.tests.mails import sent_mails

pytestmark = pytest.mark.django_db
LOGIN = "/account/inloggen/"


@pytest.fixture
def admin(client_for) -> Client:
    return client_for(make_user(is_staff=True, is_superuser=True))


def test_a_changed_address_is_told_at_the_former_one_which_lets_nobody_in(admin):
    user = make_user(email="old@example.com", name="Nina", last_login="2026-01-01T00:00Z")
    EmailAddress.objects.create(user=user, email="old@example.com", primary=True)
    form = {"email": "new@example.com", "name": "Nina", "language": "nl", "is_active": "on"}
    assert admin.post(f"/admin/accounts/user/{user.pk}/change/", form | NO_MEMBERSHIPS).status_code == 302
    (message,) = sent_mails()
    assert message.to == ["old@example.com"]
    assert "Het e-mailadres van je account is gewijzigd." in message.body
    for email, status in (("old@example.com", 422), ("new@example.com", 302)):
        assert Client().post(LOGIN, {"login": email, "password": "a long password"}).status_code == status


def test_an_unchanged_address_is_not_told(admin):
    user = make_user(email="old@example.com", name="Nina")
    form = {"email": "old@example.com", "name": "Nina B", "language": "nl", "is_active": "on"}
    admin.post(f"/admin/accounts/user/{user.pk}/change/", form | NO_MEMBERSHIPS)
    user.refresh_from_db()
    assert user.name == "Nina B"
    assert sent_mails() == []


def test_a_password_set_by_the_administrator_is_told_and_ends_every_session(admin):
    user, browser = make_user(email="nina@example.com"), Client()
    browser.post(LOGIN, {"login": user.email, "password": "a long password"})
    form = {"password1": "a fresh long password", "password2": "a fresh long password", "usable_password": "true"}
    assert admin.post(f"/admin/accounts/user/{user.pk}/password/", form).status_code == 302
    assert "De beheerder heeft je wachtwoord gewijzigd." in sent_mails()[-1].body
    assert browser.get("/account/profiel/").status_code == 302


NO_MEMBERSHIPS = {f"memberships-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
