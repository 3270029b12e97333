"""The real programs with failures of Wix, invalid callbacks, commands, and every state of the demo."""

import itertools
from collections.abc import Iterator

import pytest

from tests.merchant import Merchant
from tests.stack import Stack, eventually

pytestmark = pytest.mark.stack
ACCOUNTS = 4


@pytest.fixture(scope="module")
def merchants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[Merchant]]:
    running = Stack(tmp_path_factory.mktemp("stack") / "data", DEMO_ACCOUNTS=str(ACCOUNTS))
    running.start()
    yield (Merchant(running, number) for number in itertools.count(1))
    running.stop()


@pytest.fixture
def merchant(merchants: Iterator[Merchant]) -> Merchant:
    """With an account, shops and sites that no other test has."""
    return next(merchants)


# What Wix does, and what the merchant reads; the last two end only when the merchant connects again.
BAD_DAYS = {
    "500": "Wix geeft geen antwoord.",
    "503": "Wix geeft geen antwoord.",
    "html": "Wix geeft geen antwoord.",
    "429": "Wix vroeg ons rustiger aan te doen.",
    "truncated": "Wix gaf een antwoord dat we niet begrijpen.",
    "401": "Wix accepteert onze koppeling niet meer.",
    "403": "Wix geeft de app het recht Read Orders niet.",
}


def test_every_bad_day_at_wix_gives_a_sentence_and_passes_without_a_loss(merchant: Merchant):
    for fault, sentence in BAD_DAYS.items():
        connection = merchant.connect()
        # The event names the order and does not bring it, so that it is asked for while nothing else may be.
        faults = {"fault": fault, "fault_count": 0, "fault_path": "/ecom/", "retry_after": False}
        merchant.stack.ask("/sandbox/knobs", faults | {"webhook_order": "absent"})
        added = merchant.stack.ask("/sandbox/orders", {"site": merchant.site, "count": 1})["numbers"][0]
        merchant.post(f"/integratie/{connection}/synchroniseer/")
        eventually(lambda sentence=sentence: sentence in merchant.get("/integratie/wix/"))
        merchant.stack.ask("/sandbox/knobs", {"fault": ""})
        if fault in {"401", "403"}:
            assert 'btn--primary" href="/zendingen/importeren/"' not in merchant.get("/zendingen/")
            merchant.connect()
        elif fault == "429":
            continue
        eventually(lambda added=added: f"#{added}" in merchant.get(f"/zendingen/importeren/?q={added}"), 60)


# How the way back from Wix can be wrong, and what the merchant reads.
CALLBACKS = {
    "tampered": "de handtekening klopt niet",
    "stale": "Het antwoord van Wix is te oud.",
    "wrong_app": "Wix antwoordde voor een andere app.",
    "other_instance": "Het antwoord van Wix spreekt zichzelf tegen.",
    "other_site": "Wix zegt dat dit een andere site is dan je koos.",
}


def test_a_callback_that_is_not_right_connects_nothing_and_says_why(merchant: Merchant):
    for wrong, sentence in CALLBACKS.items():
        merchant.stack.ask("/sandbox/knobs", {"next_install": wrong})
        page = merchant.complete_consent()
        assert sentence in page, wrong
        assert "Trek toestemming in" not in page
    assert merchant.connect()


def test_commands_do_what_their_help_says(merchant: Merchant):
    manage, shop = merchant.stack.manage, merchant.busy_shop
    assert "would import" in manage("import_orders", "--shop", shop, "--dry-run")
    assert "done" in manage("sync_orders", "--shop", shop)
    assert "imported" in manage("import_orders", "--shop", shop)
    assert "app version 1.0.0" in manage("check_connections", "--shop", shop)
    assert "handled" in manage("push_fulfillments", "--shop", shop, "--retry-failed")
    assert "There is no shop" in manage("sync_orders", "--shop", "Nobody's")
    assert "The demo account is there." in manage("seed_demo", "--dry-run")


def test_the_demo_shows_every_state_a_merchant_meets(merchant: Merchant):
    merchant.post(f"/shop/{merchant.busy_shop}/kies/")
    page = merchant.get("/zendingen/")
    for state in (
        "Concept",
        "Douane nodig",
        "Adres onvolledig",
        "Te printen",
        "Geprint",
        "Onderweg",
        "Bij douane",
        "Wordt bezorgd",
        "Bij afhaalpunt",
        "Bezorgd",
        "Retour",
        "Bijgewerkt",
        "Mislukt",
    ):
        assert state in page, state
    assert "Importeer externe orders" in page
