"""Production: settings that are wrong are said in a sentence, unsafe ones do not start, and packages are known."""

import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from integrations import deploy_checks as platform_checks
from integrations.providers.wix.provider import build as build_provider
from integrations.tests.fake_platform import FakePlatform
from tests.production import ROOT, documented_settings
from ui.deploy_checks import check_deployment

SAFE: dict[str, Any] = {
    "PRODUCTION": True,
    "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    "BUFFERING_PROXY": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "mail.example",
    "DEFAULT_FROM_EMAIL": "Backoffice <backoffice@backoffice.example>",
    "FIELD_KEYS": [Fernet.generate_key().decode()],
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH",
    "BASE_URL": "https://backoffice.example",
    "ALLOWED_HOSTS": ["backoffice.example"],
    "REDIS_URL": "redis://valkey:6379/0",
}
NO_MAIL = "django.core.mail.backends.console.EmailBackend"
# What is wrong, and the words that say so.
WRONG = {
    "no proxy count behind a proxy": ({"ALLAUTH_TRUSTED_PROXY_COUNT": 0}, "TRUSTED_PROXY_COUNT is 0"),
    "no buffering proxy": ({"BUFFERING_PROXY": False}, "BUFFERING_PROXY is not set"),
    "no mail": ({"EMAIL_BACKEND": NO_MAIL}, "No mail is sent"),
    "no mail server": ({"EMAIL_HOST": ""}, "No mail is sent"),
    "a sender nobody takes": ({"DEFAULT_FROM_EMAIL": "backoffice@localhost"}, "which other servers refuse"),
    "no field keys": ({"FIELD_KEYS": []}, "FIELD_KEYS is empty"),
    "an empty field key": ({"FIELD_KEYS": [""]}, "has a key that is none"),
    "a bad field key": ({"FIELD_KEYS": [*SAFE["FIELD_KEYS"], "short"]}, "has a key that is none"),
    "a short secret key": ({"SECRET_KEY": "short"}, "SECRET_KEY is short"),
    "a simple secret key": ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is short, simple"),
    "one key for everything": ({"SECRET_KEY": SAFE["FIELD_KEYS"][0]}, "one of FIELD_KEYS"),
    "no hosts": ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS names no host"),
    "local hosts": ({"ALLOWED_HOSTS": ["127.0.0.1", "localhost"]}, "ALLOWED_HOSTS names no host"),
    "every host": ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS names no host"),
    "another host than ours": ({"ALLOWED_HOSTS": ["other.example"]}, "which is not in ALLOWED_HOSTS"),
    "no Redis": ({"REDIS_URL": ""}, "REDIS_URL is empty"),
}


def apply(settings: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)


@pytest.mark.parametrize(("values", "sentence"), WRONG.values(), ids=list(WRONG))
def test_a_setup_that_is_wrong_is_said_with_what_to_do(settings, values, sentence):
    apply(settings, SAFE | values)
    found = check_deployment()
    assert [sentence in message.msg for message in found] == [True]
    assert found[0].hint


def test_a_setup_that_is_right_is_not_complained_of(settings):
    apply(settings, SAFE)
    assert check_deployment() == []


def test_ones_own_machine_needs_none_of_this(settings):
    apply(settings, SAFE | {"PRODUCTION": False, "FIELD_KEYS": [], "ALLOWED_HOSTS": []})
    assert check_deployment() == []


def test_a_shop_system_without_its_keys_is_said(settings, monkeypatch, acme: FakePlatform):
    settings.PRODUCTION = True
    assert platform_checks.check_platforms() == []
    acme.missing_settings = ("ACME_APP_ID", "ACME_SECRET")
    found = platform_checks.check_platforms()
    assert [message.msg.split()[0] for message in found] == ["ACME_APP_ID", "ACME_SECRET"]
    assert all(message.hint for message in found)

    def bad_key() -> None:
        raise ValueError("a key is none")

    monkeypatch.setattr(platform_checks, "all_providers", bad_key)
    assert ["a key is none" in message.msg for message in platform_checks.check_platforms()] == [True]
    settings.PRODUCTION = False
    assert platform_checks.check_platforms() == []


@pytest.mark.parametrize("name", ["WIX_APP_ID", "WIX_APP_SECRET", "WIX_WEBHOOK_PUBLIC_KEYS"])
def test_a_key_of_the_shop_system_is_missed_when_it_is_empty(settings, name):
    settings.WIX_WEBHOOK_PUBLIC_KEYS = [documented_settings()["WIX_WEBHOOK_PUBLIC_KEYS"]]
    assert build_provider().missing_settings == ()
    setattr(settings, name, [] if name.endswith("KEYS") else "")
    assert build_provider().missing_settings == (name,)


audit = SourceFileLoader("audit_script", str(ROOT / "script" / "audit")).load_module()


def test_packages_are_looked_up_and_it_is_said_when_they_could_not_be(monkeypatch, capsys):
    monkeypatch.setattr(audit, "weaknesses", lambda: ([], 0))
    assert audit.main() == 0
    assert "Not audited" in capsys.readouterr().out
    monkeypatch.setattr(audit, "weaknesses", lambda: (["django 1.0: CVE-1"], len(audit.packages())))
    assert audit.main() == 1
    said = capsys.readouterr().out
    assert "A weakness is known: django 1.0: CVE-1." in said
    assert "Not audited" not in said


@pytest.mark.parametrize("licence", ["GPL-3.0", "GNU General Public License", "AGPL-3.0-only", "", "Proprietary"])
def test_a_licence_that_nobody_agreed_to_is_refused(licence, monkeypatch, capsys):
    assert not audit.is_allowed(licence)
    monkeypatch.setattr(audit, "weaknesses", lambda: ([], 0))
    monkeypatch.setattr(audit, "licence_of", lambda package: licence if package == "redis" else "MIT")
    assert audit.main() == 1
    assert "A licence is not in the list: redis" in capsys.readouterr().out


def test_a_test_package_in_the_lock_is_refused():
    assert audit.packages_of_tests(["django", "pytest", "pytest-xdist", "responses"]) == [
        "pytest",
        "pytest-xdist",
        "responses",
    ]


def manage(folder: Path, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    env |= documented_settings() | {"DATA_DIR": str(folder)} | changed
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.stack
def test_the_documented_settings_of_production_are_clean(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (1 silenced).\n")
    broken = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", REDIS_URL="", TRUSTED_PROXY_COUNT="0")
    assert broken.returncode == 1
    assert "REDIS_URL is empty" in broken.stderr
    assert "TRUSTED_PROXY_COUNT is 0" in broken.stderr
    assert "Traceback" not in broken.stderr


@pytest.mark.stack
@pytest.mark.parametrize(
    "unsafe",
    [{"DEBUG": "1"}, {"ALLOWED_HOSTS": "*"}, {"SECRET_KEY": "short"}, {"BASE_URL": "http://backoffice.example"}],
    ids=str,
)
def test_production_does_not_start_unsafe(tmp_path, unsafe):
    done = manage(tmp_path, "check", **unsafe)
    assert done.returncode != 0
    assert "PRODUCTION needs" in done.stderr
