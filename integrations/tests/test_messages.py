"""Every code has a sentence, and every sentence a code."""

import pytest

from integrations import messages
from integrations.providers.base import REJECTION_CODES

CONSENT_CODES = [
    "cancelled", "unknown_state", "expired", "other_session", "no_store", "other_shop", "app", "signature",
    "stale", "instance", "visitor", "site_mismatch", "unreachable", "rejected",
]  # fmt: skip
TROUBLES = [
    "unreachable", "rate_limited", "reconnect", "permission", "broken", "refused", "unknown", "revoked", "removed",
    "no_store", "other_site", "crashed",
]  # fmt: skip


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        (CONSENT_CODES, messages.consent_message),
        (TROUBLES, messages.connection_message),
        ([*REJECTION_CODES, "crashed", "delayed", "told_twice"], messages.rejection_message),
    ],
)
def test_every_code_has_a_sentence_of_its_own(codes, sentence):
    sentences = {code: str(sentence("acme", code)) for code in codes}
    assert len(set(sentences.values())) == len(codes)
    assert not any("{" in text or "Wix" in text for text in sentences.values())


@pytest.mark.parametrize(
    ("sentences", "codes"),
    [
        (messages.CONSENT_MESSAGES, CONSENT_CODES),
        (messages.CONNECTION_MESSAGES, TROUBLES),
        (messages.REJECTION_MESSAGES, [*REJECTION_CODES, "crashed", "delayed", "told_twice"]),
    ],
)
def test_no_sentence_is_left_without_a_code(sentences, codes):
    assert set(sentences) < set(codes)


def test_a_code_nobody_knows_still_gets_a_sentence():
    for sentence, known in (
        (messages.consent_message, "rejected"),
        (messages.rejection_message, "refused"),
        (messages.connection_message, "broken"),
    ):
        assert str(sentence("acme", "new")) == str(sentence("acme", known))
