"""The pages that allauth finds by name, at addresses of ours. ``tests/test_session.py`` holds that none is missing."""

from allauth.account import views as account
from django.urls import path, re_path

from accounts.decorators import allow_read_only
from accounts.views import reauthenticate, second_factor, sign_in, user_sessions

SECURITY = "account/profiel/beveiliging/"
urlpatterns = [
    path("account/inloggen/", sign_in.login, name="account_login"),
    path("account/inloggen/code/", second_factor.second_step, name="mfa_authenticate"),
    path("account/inloggen/sleutel/", second_factor.sign_in_with_passkey, name="mfa_login_webauthn"),
    path("account/uitloggen/", allow_read_only(account.logout), name="account_logout"),
    path("account/wachtwoord/vergeten/", allow_read_only(sign_in.password_reset), name="account_reset_password"),
    path("account/wachtwoord/verstuurd/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^account/wachtwoord/nieuw/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allow_read_only(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "account/wachtwoord/klaar/",
        allow_read_only(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("account/bevestigen/", allow_read_only(reauthenticate.reauthenticate), name="account_reauthenticate"),
    path(
        "account/bevestigen/code/", allow_read_only(reauthenticate.reauthenticate_with_code), name="mfa_reauthenticate"
    ),
    path(
        "account/bevestigen/sleutel/",
        allow_read_only(reauthenticate.reauthenticate_with_passkey),
        name="mfa_reauthenticate_webauthn",
    ),
    path(SECURITY, second_factor.security, name="mfa_index"),
    path(f"{SECURITY}app/aan/", allow_read_only(second_factor.activate_app), name="mfa_activate_totp"),
    path(f"{SECURITY}app/uit/", allow_read_only(second_factor.deactivate_app), name="mfa_deactivate_totp"),
    path(f"{SECURITY}codes/", second_factor.recovery_codes_page, name="mfa_view_recovery_codes"),
    path(
        f"{SECURITY}codes/nieuw/",
        allow_read_only(second_factor.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(f"{SECURITY}codes/bestand/", second_factor.download_recovery_codes, name="mfa_download_recovery_codes"),
    path(f"{SECURITY}sleutels/", second_factor.passkeys, name="mfa_list_webauthn"),
    path(f"{SECURITY}sleutels/nieuw/", allow_read_only(second_factor.add_passkey), name="mfa_add_webauthn"),
    path(
        f"{SECURITY}sleutels/<int:pk>/verwijderen/",
        allow_read_only(second_factor.remove_passkey),
        name="mfa_remove_webauthn",
    ),
    path(f"{SECURITY}sleutels/<int:pk>/naam/", allow_read_only(second_factor.rename_passkey), name="mfa_edit_webauthn"),
    path("account/profiel/sessies/", user_sessions.sessions_page, name="usersessions_list"),
]
