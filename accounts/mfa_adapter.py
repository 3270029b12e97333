"""allauth's adapter of the second step: encrypted secrets, our name, and passkeys of our own address."""

import ipaddress
from typing import ClassVar
from urllib.parse import urlsplit

from allauth.account.internal.stagekit import unstash_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.services.second_factor import encryption_context
from lib.crypto import DecryptionError, decrypt, encrypt

PRODUCT_NAME = "MyParcel Backoffice"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right. Codes change every 30 seconds."),
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text, _context())

    def decrypt(self, encrypted_text: str) -> str:
        """Raises DecryptionError for what belongs to another account, or was encrypted with a lost key."""
        return decrypt(encrypted_text, _context())

    def get_totp_issuer(self) -> str:
        return PRODUCT_NAME

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        count = Authenticator.objects.filter(user=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to a host name; not the one a request claims."""
        return {"id": urlsplit(settings.BASE_URL).hostname or "", "name": PRODUCT_NAME}


def passkeys_possible() -> bool:
    """Browsers make no passkeys for an IP address."""
    try:
        ipaddress.ip_address(urlsplit(settings.BASE_URL).hostname or "")
    except ValueError:
        return True
    return False


def _context() -> str:
    """Of whoever is signed in, or gave the password and is at the second step."""
    user = context.request.user
    if not user.is_authenticated:
        login = unstash_login(context.request, peek=True)
        if login is None or login.user is None:
            raise DecryptionError
        user = login.user
    return encryption_context(user.pk)
