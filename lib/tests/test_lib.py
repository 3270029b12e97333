"""The helpers: cleaned text, encryption, backoff, stored messages, HTTP, cache counters."""

from datetime import timedelta

import pytest
import responses
from cryptography.fernet import Fernet
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy, override

from lib import cache_counters, leases
from lib.commands import filter_shops
from lib.crypto import DecryptionError, decrypt, encrypt
from lib.http import ApiClient, ApiRejected, ApiUnavailable, read_error, retry_after
from lib.stored_messages import in_all_languages, localized
from lib.text import clean_text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Hanna", "Hanna"),
        ("A\x00B", "AB"),
        ("A\x1bB\x85", "AB"),
        ("A\u202eB\u2066", "AB"),
        ("\ud800x", "x"),
        ("e\u0301", "é"),
        ("  spaces  ", "spaces"),
        ("two\nlines", "two\nlines"),
        ("🎁", "🎁"),
        (None, ""),
        (12, "12"),
    ],
)
def test_a_foreign_text_is_cleaned_at_the_border(given, kept):
    assert clean_text(given, 100) == (kept, False)


def test_a_text_that_is_cut_says_so():
    assert clean_text("abcdef", 3) == ("abc", True)


def test_a_secret_is_read_back_only_by_its_own_row():
    token = encrypt("token", "row-1")
    assert "token" not in token
    assert decrypt(token, "row-1") == "token"
    with pytest.raises(DecryptionError):
        decrypt(token, "row-2")


def test_a_new_key_still_reads_what_the_old_one_encrypted(settings):
    token = encrypt("token", "row")
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    assert decrypt(token, "row") == "token"
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    with pytest.raises(DecryptionError):
        decrypt(token, "row")


@pytest.mark.parametrize("broken", ["", "x", "gAAAA"])
def test_a_damaged_secret_is_unreadable_not_a_crash(broken):
    with pytest.raises(DecryptionError):
        decrypt(broken, "row")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("99999", 3600),
        ("", 30),
        ("soon", 30),
        ("nan", 30),
        ("inf", 3600),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 1),
    ],
)
def test_how_long_to_wait_is_bounded(header, seconds):
    assert retry_after({"Retry-After": header} if header else {}) == seconds


def test_waiting_grows_and_is_capped(settings):
    settings.RETRY_BASE_SECONDS, settings.RETRY_CAP_SECONDS = 2, 900
    longest = [max(leases.backoff(tries).total_seconds() for _try in range(300)) for tries in (1, 5, 30)]
    assert longest[0] <= 4
    assert 40 < longest[1] <= 64
    assert 700 < longest[2] <= 900
    assert leases.backoff(1, at_least=60).total_seconds() == 60


def test_a_policy_has_its_own_pace_and_its_own_end(settings):
    settings.RETRY_BASE_SECONDS, settings.RETRY_CAP_SECONDS = 2, 900
    slow = leases.RetryPolicy(base=100, cap=150)
    longest = [max(slow.wait(attempts).total_seconds() for _try in range(300)) for attempts in (0, 5)]
    assert 80 < longest[0] <= 100
    assert 120 < longest[1] <= 150
    assert max(leases.RetryPolicy().wait(1).total_seconds() for _try in range(300)) <= 4, "as the settings say"


@pytest.mark.parametrize(
    ("policy", "attempts", "hours", "ends"),
    [
        (leases.RetryPolicy(), 10_000, 10_000, False),
        (leases.RetryPolicy(max_attempts=12), 11, 10_000, False),
        (leases.RetryPolicy(max_attempts=12), 12, 0, True),
        (leases.RetryPolicy(max_age=timedelta(hours=72)), 10_000, 71, False),
        (leases.RetryPolicy(max_age=timedelta(hours=72)), 0, 73, True),
    ],
)
def test_work_is_given_up_by_how_often_it_failed_or_how_long_it_is_wanted(policy, attempts, hours, ends):
    since = timezone.now() - timedelta(hours=hours)
    assert policy.is_exhausted(attempts=attempts, since=since) is ends


@pytest.mark.django_db
def test_a_shop_is_named_by_its_id_or_by_any_name_it_can_have(shop):
    shops = type(shop).objects.all()
    shops.filter(pk=shop.pk).update(name="Een winkel met een naam van 32 !")
    for wanted in (str(shop.public_id), shop.public_id.hex, "Een winkel met een naam van 32 !"):
        assert filter_shops(shops, wanted).get() == shop
    with pytest.raises(CommandError):
        filter_shops(shops, "x" * 32)


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        (None, "", ""),
        ([], "", ""),
        ("no", "", ""),
        ({"message": "No such parcel", "error": 404}, "No such parcel", "404"),
        ({"error": "invalid_client", "error_description": "Unknown"}, "Unknown", "invalid_client"),
    ],
)
def test_a_rejected_call_says_its_message_and_code_in_a_body_of_any_shape(body, message, code):
    assert read_error(body) == (message, code)


@responses.activate
def test_an_api_has_its_own_reader_of_errors_and_its_own_header_for_request_ids():
    answer = {"json": {"fout": ["Nee", "E1"]}, "headers": {"x-request-number": "abc"}}
    responses.post("https://api.example/orders", status=400, **answer)
    exchanges = []
    api = ApiClient(
        "https://api.example",
        agent="x",
        on_exchange=lambda *exchange: exchanges.append(exchange),
        request_id_header="X-Request-Number",
        read_error=lambda parsed: tuple(parsed["fout"]),
    )
    with pytest.raises(ApiRejected) as rejection:
        api.call("POST", "/orders", body={})
    assert (rejection.value.message, rejection.value.code, exchanges[0][-1]) == ("Nee", "E1", "abc")


def test_a_foreign_api_is_called_over_https_only():
    ApiClient("http://127.0.0.1:8001", agent="x")
    with pytest.raises(ValueError, match="https"):
        ApiClient("http://example.com", agent="x")


@responses.activate
@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "7"}, 7), ({}, 30)])
def test_too_many_requests_means_that_nothing_was_done_and_says_how_long_to_wait(headers, seconds):
    """Whoever called may call again later without looking first, and a repeatable call is not tried again at once."""
    called = responses.post("https://api.example/orders", status=429, headers=headers, body="slow down")
    with pytest.raises(ApiUnavailable) as caught:
        ApiClient("https://api.example", agent="x").call("POST", "/orders", body={}, repeatable=True)
    assert caught.value.sent is False
    assert (caught.value.retry_after, caught.value.status) == (seconds, 429)
    assert called.call_count == 1


@responses.activate
def test_an_answer_of_a_broken_server_may_mean_that_it_acted():
    responses.post("https://api.example/orders", status=503, json={})
    with pytest.raises(ApiUnavailable) as caught:
        ApiClient("https://api.example", agent="x").call("POST", "/orders", body={})
    assert caught.value.sent is True
    assert (caught.value.retry_after, caught.value.status) == (0.0, 503)


def test_stored_sentences_are_shown_in_the_readers_language():
    texts = in_all_languages(gettext_lazy("The shipment"))
    with override("nl"):
        assert localized(texts) == "De zending"
    with override("en"):
        assert localized(texts) == "The shipment"
    assert localized({}) == ""
    assert localized({"de": "nur deutsch"}) == "nur deutsch"


def test_a_cache_that_does_not_answer_stops_nobody(settings, caplog):
    nobody = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": nobody}
    assert (cache_counters.increment("calls", 60), cache_counters.current_count("calls")) == (0, 0)
    with cache_counters.cache_lock("busy", 60) as mine:
        assert mine
    assert "The cache does not answer" in caplog.text


@pytest.mark.services
def test_what_is_counted_adds_up_and_what_is_held_is_held_by_one():
    assert [cache_counters.increment("calls", 60) for _call in range(3)] == [1, 2, 3]
    assert cache_counters.current_count("calls") == 3
    with cache_counters.cache_lock("busy", 60) as first, cache_counters.cache_lock("busy", 60) as second:
        assert (first, second) == (True, False)
    with cache_counters.cache_lock("busy", 60) as mine:
        assert mine


def test_a_broker_that_does_not_answer_never_fails_what_was_saved(settings, monkeypatch, caplog):
    def no_broker(*_args: object, **_options: object) -> None:
        raise OSError("nobody there")

    monkeypatch.setattr(leases.current_app, "send_task", no_broker)
    leases._send("shipments.run_jobs")
    assert "the sweep will find the work" in caplog.text


@pytest.mark.django_db
def test_a_worker_is_woken_when_what_it_is_to_do_is_committed_and_not_before(
    monkeypatch, django_capture_on_commit_callbacks
):
    sent: list[str] = []
    monkeypatch.setattr(leases.current_app, "send_task", lambda task, **options: sent.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            leases.wake_worker("undone")
            transaction.set_rollback(True)
        leases.wake_worker("shipments.run_jobs")
        assert sent == []
    assert sent == ["shipments.run_jobs"]
