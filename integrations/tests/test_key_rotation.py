"""Key rotation: everything is re-encrypted, also after an interruption or concurrent writes."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.tests.factories import code_now, give_app
from integrations.models import Connection
from integrations.services import key_rotation
from integrations.tests.factories import make_connection
from lib.crypto import DecryptionError, decrypt, encrypt, uses_newest_key
from shops.models import GatewayAccount
from shops.tests.factories import make_shop

pytestmark = pytest.mark.django_db
OLD, NEW, LOST = (Fernet.generate_key().decode() for _number in range(3))


@pytest.fixture(autouse=True)
def _old_key(settings):
    settings.FIELD_KEYS = [OLD]


def connection_with(token: str) -> Connection:
    connection = make_connection()
    Connection.objects.filter(pk=connection.pk).update(token_encrypted=encrypt(token, str(connection.public_id)))
    return connection


def token_of(connection: Connection) -> str:
    connection.refresh_from_db()
    return decrypt(connection.token_encrypted, str(connection.public_id))


def rotate() -> tuple[int, int]:
    done = key_rotation.rotate()
    return sum(row.reencrypted for row in done), sum(row.unreadable for row in done)


def test_every_sealed_column_is_found():
    columns = {f"{model._meta.label}.{name}" for model, name in key_rotation.encrypted_columns()}
    assert {"integrations.Connection.token_encrypted", "shops.GatewayAccount.api_key_encrypted"} <= columns


def test_tokens_and_api_keys_are_sealed_again_and_the_old_key_can_go(settings):
    connection, shop = connection_with("secret"), make_shop()
    account = GatewayAccount.objects.create(
        shop=shop, api_key_encrypted=encrypt("api-key", "bound"), api_key_suffix="-key"
    )
    settings.FIELD_KEYS = [NEW, OLD]
    assert rotate() == (2, 0)
    settings.FIELD_KEYS = [NEW]
    account.refresh_from_db()
    assert (token_of(connection), decrypt(account.api_key_encrypted, "bound")) == ("secret", "api-key")


def test_a_seal_stays_bound_to_its_row(settings):
    connection = connection_with("secret")
    settings.FIELD_KEYS = [NEW, OLD]
    rotate()
    connection.refresh_from_db()
    with pytest.raises(DecryptionError):
        decrypt(connection.token_encrypted, "another row")


def test_repeating_does_nothing_more(settings):
    connection_with("secret")
    settings.FIELD_KEYS = [NEW, OLD]
    assert [rotate(), rotate()] == [(1, 0), (0, 0)]


def test_stopped_half_way_it_goes_on_where_it_was(settings, monkeypatch: pytest.MonkeyPatch):
    connections = [connection_with(f"secret {number}") for number in range(5)]
    settings.FIELD_KEYS = [NEW, OLD]
    monkeypatch.setattr(key_rotation, "ROTATION_BATCH_SIZE", 2)
    rotate_token, done = key_rotation.rotate_token, []

    def dying(token: str) -> str:
        if len(done) == 3:
            raise SystemExit
        done.append(token)
        return rotate_token(token)

    with monkeypatch.context() as patch:
        patch.setattr(key_rotation, "rotate_token", dying)
        with pytest.raises(SystemExit):
            key_rotation.rotate()
    assert rotate() == (2, 0)
    settings.FIELD_KEYS = [NEW]
    assert [token_of(connection) for connection in connections] == [f"secret {number}" for number in range(5)]


def test_a_token_renewed_meanwhile_is_not_put_back(settings, monkeypatch: pytest.MonkeyPatch):
    connection = connection_with("old")
    settings.FIELD_KEYS = [NEW, OLD]
    rotate_token = key_rotation.rotate_token

    def slow(token: str) -> str:
        Connection.objects.update(token_encrypted=encrypt("renewed", str(connection.public_id)))
        return rotate_token(token)

    monkeypatch.setattr(key_rotation, "rotate_token", slow)
    rotate()
    assert token_of(connection) == "renewed"
    assert uses_newest_key(connection.token_encrypted)


def test_what_no_key_reads_is_left_counted_and_said(settings, capsys):
    settings.FIELD_KEYS = [LOST]
    lost = connection_with("lost")
    settings.FIELD_KEYS = [OLD]
    connection_with("kept")
    settings.FIELD_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match="1 cannot be read"):
        call_command("rotate_keys")
    assert "1 encrypted again, 1 unreadable" in capsys.readouterr().out
    lost.refresh_from_db()
    assert lost.token_encrypted


def test_a_dry_run_says_and_does_nothing(settings, capsys):
    connection_with("secret")
    settings.FIELD_KEYS = [NEW, OLD]
    call_command("rotate_keys", "--dry-run")
    assert "1 would be encrypted again" in capsys.readouterr().out
    assert rotate() == (1, 0)


def test_secrets_of_the_second_step_follow_a_new_key(client_for, owner, shop, settings):
    give_app(owner)
    client_for(owner).post("/account/profiel/beveiliging/codes/nieuw/")
    settings.FIELD_KEYS = [NEW, OLD]
    rotated = {rotation.column: rotation.reencrypted for rotation in key_rotation.rotate()}
    assert rotated["mfa.Authenticator.data"] == 2
    settings.FIELD_KEYS = [NEW]
    assert sum(rotation.reencrypted for rotation in key_rotation.rotate()) == 0
    half = Client()
    half.post("/account/inloggen/", {"login": owner.email, "password": "a long password"})
    assert half.post("/account/inloggen/code/", {"code": code_now()}).url == "/"
