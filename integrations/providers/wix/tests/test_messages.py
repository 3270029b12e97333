"""What the pages say of Wix, in both languages."""

import pytest
from django.utils.translation import override

from integrations.providers.wix.messages import MESSAGES


@pytest.mark.parametrize(
    ("language", "message", "words"),
    [
        ("nl", "not_done", ("annuleren", "betalen", "mailen", "Manage Orders")),
        ("en", "not_done", ("cancel", "refund", "email", "Manage Orders")),
        ("nl", "upkeep", ("nooit", "bij te werken")),
        ("nl", "delivery_options", ("afrekenpagina", "handleiding", "afhaalpunt")),
        ("nl", "buyer_mail", ("verzendbevestiging", "Shipping confirmation")),
        ("en", "buyer_mail", ("shipping confirmation", "Shipping confirmation")),
    ],
)
def test_wix_is_told_as_it_is(language: str, message: str, words: tuple[str, ...]):
    with override(language):
        said = str(getattr(MESSAGES, message))
    for word in words:
        assert word in said


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_the_permission_allows_is_never_called_impossible(language: str):
    with override(language):
        said = str(MESSAGES.not_done)
    assert "kunnen niet" not in said
    assert "cannot" not in said
