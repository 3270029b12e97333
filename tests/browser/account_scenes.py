"""The pages of signing in and of an account, each in its states. A scene makes the rows it needs and opens its page."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.core import signing

from accounts.services import email_change
from accounts.tests.factories import give_app, make_user, prove_identity
from shops.models import Shop
from shops.tests.factories import make_member
from tests.browser.stage import ASK, LOGIN, LONG_EMAIL, SECURITY, TEAM, WINDOWS, Stage, give_codes, give_passkey

# Logging in


def login(stage: Stage) -> None:
    stage.open(LOGIN)


def login_rejected(stage: Stage) -> None:
    """As for an unknown and a disabled account, with three attempts left."""
    for _attempt in range(6):
        stage.client.post(LOGIN, {"login": stage.owner.email, "password": "wrong"})
    stage.send(LOGIN, {"login": stage.owner.email, "password": "wrong"})


def login_stopped(stage: Stage) -> None:
    for _attempt in range(10):
        stage.client.post(LOGIN, {"login": stage.owner.email, "password": "wrong"})
    stage.send(LOGIN, {"login": stage.owner.email, "password": "wrong"})


def login_passkey_rejected(stage: Stage) -> None:
    stage.open(f"{LOGIN}?passkey=rejected")


def second_step(stage: Stage) -> None:
    give_app(stage.owner)
    give_passkey(stage.owner, "Telefoon")
    stage.client.post(LOGIN, {"login": stage.owner.email, "password": "a long password"})
    stage.open("/account/inloggen/code/")


def second_step_rejected(stage: Stage) -> None:
    give_app(stage.owner)
    stage.client.post(LOGIN, {"login": stage.owner.email, "password": "a long password"})
    stage.send("/account/inloggen/code/", {"code": "000000"})


def logout(stage: Stage) -> None:
    stage.sign_in()
    stage.open("/account/uitloggen/")


def reset(stage: Stage) -> None:
    stage.open("/account/wachtwoord/vergeten/")


def reset_rejected(stage: Stage) -> None:
    stage.send("/account/wachtwoord/vergeten/", {"email": "x"})


def reset_sent(stage: Stage) -> None:
    stage.open("/account/wachtwoord/verstuurd/")


def reset_choose(stage: Stage) -> None:
    key = default_token_generator.make_token(stage.owner)
    stage.open(f"/account/wachtwoord/nieuw/{user_pk_to_url_str(stage.owner)}-{key}/")


def reset_choose_rejected(stage: Stage) -> None:
    reset_choose(stage)
    stage.send("/account/wachtwoord/nieuw/1-set-password/".replace("/1-", f"/{user_pk_to_url_str(stage.owner)}-"), {
        "password1": "short",
        "password2": "other",
    })  # fmt: skip


def reset_link_over(stage: Stage) -> None:
    stage.open("/account/wachtwoord/nieuw/1-x-y/")


def reset_done(stage: Stage) -> None:
    stage.open("/account/wachtwoord/klaar/")


# Asking again


def ask_password(stage: Stage) -> None:
    stage.sign_in(ago=3600)
    give_app(stage.owner)
    give_passkey(stage.owner, "Telefoon")
    stage.open(ASK)


def ask_password_rejected(stage: Stage) -> None:
    stage.sign_in(ago=3600)
    stage.send(ASK, {"password": "wrong"})


def ask_code(stage: Stage) -> None:
    give_app(stage.owner)
    stage.sign_in(ago=3600)
    stage.open(f"{ASK}code/")


def ask_passkey(stage: Stage) -> None:
    give_passkey(stage.owner, "Telefoon")
    stage.sign_in(ago=3600)
    stage.open(f"{ASK}sleutel/")


def resume(stage: Stage) -> None:
    """Without its script, which would send the form at once."""
    stage.sign_in(ago=3600)
    stage.client.post(f"{TEAM}uitnodigen/", {"email": "nina@example.com"})
    prove_identity(stage.client, stage.owner)
    stage.page.route("**/resume.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    stage.open("/account/verder/")
    stage.page.unroute("**/resume.js")


# The account


def profile(stage: Stage) -> None:
    stage.sign_in()
    stage.open("/account/profiel/")


def profile_rejected(stage: Stage) -> None:
    stage.sign_in()
    path = "/account/profiel/wachtwoord/"
    stage.send(path, {"current_password": "wrong", "password": "short"}, on="/account/profiel/")


def address_rejected(stage: Stage) -> None:
    stage.sign_in()
    stage.send("/account/profiel/e-mailadres/", {"email": stage.owner.email}, on="/account/profiel/")


def confirm_address(stage: Stage) -> None:
    values = [stage.owner.pk, stage.owner.email, LONG_EMAIL]
    stage.open(f"/account/e-mailadres/{signing.dumps(values, salt=email_change.SALT)}/")


def confirmed_address(stage: Stage) -> None:
    values = [stage.owner.pk, stage.owner.email, "nina@example.com"]
    stage.send(f"/account/e-mailadres/{signing.dumps(values, salt=email_change.SALT)}/", {})


def address_link_over(stage: Stage) -> None:
    stage.open("/account/e-mailadres/x/")


def security(stage: Stage) -> None:
    stage.sign_in()
    stage.open(SECURITY)


def security_full(stage: Stage) -> None:
    give_app(stage.owner)
    give_codes(stage.owner)
    give_passkey(stage.owner, "Telefoon")
    give_passkey(stage.owner, "Beveiligingssleutel in de la van het bureau op kantoor Noord")
    stage.sign_in()
    stage.open(SECURITY)


def security_required(stage: Stage) -> None:
    Shop.objects.filter(pk=stage.shop.pk).update(requires_second_factor=True)
    stage.sign_in()
    stage.open("/")


def app_on(stage: Stage) -> None:
    stage.sign_in()
    stage.open(f"{SECURITY}app/aan/")


def app_on_rejected(stage: Stage) -> None:
    stage.sign_in()
    stage.send(f"{SECURITY}app/aan/", {"code": "1"})


def app_off(stage: Stage) -> None:
    give_app(stage.owner)
    stage.sign_in()
    stage.open(f"{SECURITY}app/uit/")


def codes(stage: Stage) -> None:
    give_app(stage.owner)
    give_codes(stage.owner)
    stage.sign_in()
    stage.open(f"{SECURITY}codes/")


def codes_new(stage: Stage) -> None:
    give_app(stage.owner)
    give_codes(stage.owner)
    stage.sign_in()
    stage.open(f"{SECURITY}codes/nieuw/")


def passkey_new(stage: Stage) -> None:
    stage.sign_in()
    stage.open(f"{SECURITY}sleutels/nieuw/")


def passkey_rename(stage: Stage) -> None:
    passkey = give_passkey(stage.owner, "Telefoon")
    stage.sign_in()
    stage.send(f"{SECURITY}sleutels/{passkey.pk}/naam/", {"name": ""})


def passkey_remove(stage: Stage) -> None:
    passkey = give_passkey(stage.owner, "Telefoon")
    stage.sign_in()
    stage.open(f"{SECURITY}sleutels/{passkey.pk}/verwijderen/")


def devices(stage: Stage) -> None:
    stage.sign_in()
    stage.open("/account/profiel/sessies/")


def devices_many(stage: Stage) -> None:
    places = (WINDOWS, "203.0.113.9"), ("Firefox Android", "2001:db8:85a3:1111:2222:8a2e:370:7334"), ("", "192.0.2.1")
    for agent, address in places:
        other = stage.stranger()
        other.post(LOGIN, {"login": stage.owner.email, "password": "a long password"}, REMOTE_ADDR=address)
        UserSession.objects.filter(session_key=other.session.session_key).update(user_agent=agent, ip=address)
    stage.sign_in()
    stage.open("/account/profiel/sessies/")


def delete_account(stage: Stage) -> None:
    make_member(stage.shop, make_user(), "owner")
    stage.sign_in()
    stage.send("/account/profiel/verwijderen/", {"email": "nobody@example.com"})


def delete_account_of_the_only_owner(stage: Stage) -> None:
    stage.sign_in()
    stage.open("/account/profiel/verwijderen/")


LOGGING_IN = (
    *(login, login_rejected, login_stopped, login_passkey_rejected, second_step, second_step_rejected, logout),
    *(reset, reset_rejected, reset_sent, reset_choose, reset_choose_rejected, reset_link_over, reset_done),
    *(ask_password, ask_password_rejected, ask_code, ask_passkey, resume),
    *(confirm_address, confirmed_address, address_link_over),
)
ACCOUNT = (
    *(profile, profile_rejected, address_rejected, security, security_full, security_required),
    *(app_on, app_on_rejected, app_off, codes, codes_new, passkey_new, passkey_rename, passkey_remove),
    *(devices, devices_many, delete_account, delete_account_of_the_only_owner),
)
