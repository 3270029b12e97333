"""The fixed cast of every test: a shop with its owner and a member, and a rival who must never see anything of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import translation

from accounts.models import Shop, User
from accounts.tests.makers import make_member, make_shop, make_user

pytest_plugins = ["tests.stand_in"]


@pytest.fixture(autouse=True)
def _quiet_settings(settings: object, tmp_path: Path) -> None:
    """No manifest, no cache from another test, and files in a folder of the test's own."""
    settings.STORAGES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.FILES_DIR = tmp_path / "files"  # type: ignore[attr-defined]
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    settings.WIX_APP_ID, settings.WIX_APP_SECRET = "app-id", "app-secret"  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Every test begins in the language of the settings, whatever a request of an earlier test left active."""
    with translation.override(django_settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def owner(db: None) -> User:
    return make_user(email="owner@example.com", name="Olga Owner")


@pytest.fixture
def shop(owner: User) -> Shop:
    shop = make_shop(name="Atelier Noord")
    make_member(shop=shop, user=owner, role="owner")
    return shop


@pytest.fixture
def rival(db: None) -> Shop:
    shop = make_shop(name="Rival")
    make_member(shop=shop, user=make_user(email="rival@example.com"), role="owner")
    return shop


@pytest.fixture
def browser_of(client: Client):
    """Signs a user in: ``browser_of(owner)`` is a client."""

    def sign_in(user: User) -> Client:
        signed_in = Client()
        signed_in.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return signed_in

    return sign_in
