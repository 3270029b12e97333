"""Mails wait in the outbox: no request talks to a mail server, and a server that is down loses no mail."""

import ast
import smtplib
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.services import outbox
from accounts.tests.factories import make_user
from accounts.tests.mails import sent_mails
from lib import leases

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LINK = "https://shop.example/uitnodiging/canary/"


def queue(**fields: object) -> OutgoingMail:
    context = {"inviter": "Olga", "shop": "Noord", "role": "Staff", "until": "7 June"}
    return outbox.enqueue_mail(
        "nina@example.com", "en", "shops/mail/invitation", context, secrets={"link": LINK}, **fields
    )


def later(**shift: int) -> None:
    """As if this much time had passed."""
    ago = timezone.now() - timedelta(**shift)
    OutgoingMail.objects.update(next_at=ago, queued_at=ago, lease_until=None)


def server_says(monkeypatch, error: Exception | None) -> Mock:
    server = Mock(side_effect=error, return_value=1)
    monkeypatch.setattr(f"{BACKEND}.send_messages", server)
    return server


def test_a_mail_is_sent_by_the_worker_and_what_it_said_is_wiped():
    row = queue()
    assert mail.outbox == [], "not by whoever asked for it"
    (message,) = sent_mails()
    assert (message.to, message.subject) == (["nina@example.com"], "You are invited to MyParcel Backoffice")
    assert LINK in message.body
    row.refresh_from_db()
    assert (row.state, row.context, row.secrets_encrypted, row.next_at) == ("sent", {}, "", None)
    assert len(sent_mails()) == 1, "once"


def test_no_link_that_lets_somebody_in_can_be_read_in_the_database():
    row = OutgoingMail.objects.get(pk=queue().pk)
    assert "canary" not in f"{row.context}{row.secrets_encrypted}"
    other = queue()
    OutgoingMail.objects.filter(pk=other.pk).update(secrets_encrypted=row.secrets_encrypted)
    outbox.send_due()
    other.refresh_from_db()
    assert (other.state, other.failure) == ("failed", "unreadable"), "it belongs to one row"


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        smtplib.SMTPServerDisconnected(),
        smtplib.SMTPRecipientsRefused({"nina@example.com": (450, b"greylisted")}),
        smtplib.SMTPDataError(451, b"try again"),
        smtplib.SMTPAuthenticationError(535, b"our password is old"),
        smtplib.SMTPSenderRefused(550, b"not from here", "us@example.com"),
    ],
)
def test_a_mail_server_that_is_down_or_wrongly_set_up_heals_by_itself(monkeypatch, error):
    row = queue()
    with monkeypatch.context() as patch:
        server_says(patch, error)
        outbox.send_due()
    row.refresh_from_db()
    assert (row.state, row.tries, row.is_late) == ("queued", 1, True)
    assert row.next_at is not None
    OutgoingMail.objects.update(next_at=timezone.now())
    assert len(sent_mails()) == 1


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"nina@example.com": (550, b"no such user")}),
        smtplib.SMTPDataError(554, b"spam"),
        smtplib.SMTPNotSupportedError(),
    ],
)
def test_an_address_that_is_refused_for_good_ends_with_a_sentence(monkeypatch, error):
    row, server = queue(), server_says(monkeypatch, error)
    outbox.send_due()
    outbox.send_due()
    row.refresh_from_db()
    assert (row.state, row.get_failure_display()) == (
        "failed",
        "De mailserver van dit adres weigert de mail. Controleer het adres.",
    )
    assert (row.context, row.secrets_encrypted) == ({}, "")
    assert server.call_count == 1


def test_the_tries_end_after_three_days(monkeypatch):
    row = queue()
    server_says(monkeypatch, ConnectionRefusedError())
    later(days=3, minutes=1)
    outbox.send_due()
    row.refresh_from_db()
    assert (row.state, row.failure) == ("failed", "undeliverable")


def test_a_link_that_no_longer_works_is_not_mailed():
    row = queue(send_before=timezone.now() - timedelta(seconds=1))
    assert sent_mails() == []
    row.refresh_from_db()
    assert row.failure == "expired"


def test_while_the_server_is_away_one_mail_a_turn_finds_it_out(monkeypatch):
    for _mail in range(3):
        queue()
    server = server_says(monkeypatch, TimeoutError())
    outbox.send_due()
    assert server.call_count == 1
    assert sorted(OutgoingMail.objects.values_list("tries", flat=True)) == [0, 0, 1]
    assert not OutgoingMail.objects.due().exists(), "all of them wait"


def test_one_address_that_is_refused_holds_up_no_other_mail(monkeypatch):
    queue(), queue()
    server = server_says(monkeypatch, smtplib.SMTPRecipientsRefused({"nina@example.com": (450, b"full")}))
    outbox.send_due()
    assert server.call_count == 2


def test_a_worker_that_dies_after_sending_sends_the_same_message_again(monkeypatch):
    queue()
    with monkeypatch.context() as patch:
        patch.setattr(leases, "release", Mock(side_effect=SystemExit))
        with pytest.raises(SystemExit):
            outbox.send_due()
    later(minutes=5)
    first, second = sent_mails()
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"], "programs of mail show it once"


def test_a_mail_that_kills_its_workers_is_given_up(monkeypatch):
    row = queue()
    OutgoingMail.objects.update(attempts=3)
    server = server_says(monkeypatch, None)
    outbox.send_due()
    row.refresh_from_db()
    assert (row.failure, server.call_count) == ("crashed", 0)


def test_rows_go_days_after_their_end():
    rows = [queue() for _row in range(4)]
    now = timezone.now()
    for row, state, days in zip(rows, ("sent", "sent", "failed", "failed"), (2, 4, 29, 31), strict=True):
        OutgoingMail.objects.filter(pk=row.pk).update(state=state, next_at=None, finished_at=now - timedelta(days=days))
    waiting = queue()
    outbox.delete_old_mails()
    assert set(OutgoingMail.objects.values_list("pk", flat=True)) == {rows[0].pk, rows[2].pk, waiting.pk}


def test_links_come_from_our_own_address_whatever_the_request_says(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.USE_X_FORWARDED_HOST = True
    user = make_user()
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    client.post("/account/wachtwoord/vergeten/", {"email": user.email}, headers=forged)
    (message,) = sent_mails()
    assert f"{settings.BASE_URL}/account/wachtwoord/nieuw/" in message.body
    assert "evil.example" not in message.body


SENDS_MAIL = {"send_mail", "send_mass_mail", "mail_admins", "mail_managers", "EmailMessage", "EmailMultiAlternatives"}


def test_only_the_outbox_sends_mail():
    """Whatever sends mail elsewhere would hold up a request, or lose the mail while the server is down."""
    modules = [path for path in ROOT.glob("[a-z]*/**/*.py") if not {"tests", "sandbox", ".venv"} & set(path.parts)]
    assert len(modules) > 200
    found = [
        (str(path.relative_to(ROOT)), name.name)
        for path in modules
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.core.mail")
        for name in node.names
    ]
    assert {path for path, name in found if name in SENDS_MAIL} == {"accounts/services/outbox.py"}


def test_no_free_text_stands_in_a_subject():
    """A name that somebody chose could say anything to somebody who never heard of us."""
    subjects = list(ROOT.glob("templates/**/*_subject.txt"))
    assert len(subjects) >= 3
    assert [path.name for path in subjects if "{{" in path.read_text() or "blocktranslate" in path.read_text()] == []
