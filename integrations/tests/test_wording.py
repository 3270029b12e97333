"""Every code has a sentence, and every sentence a code."""

import pytest

from integrations import wording
from integrations.providers.base import REFUSALS

CONSENT_CODES = [
    "cancelled", "unknown_state", "expired", "other_session", "no_store", "other_shop", "app", "signature",
    "stale", "instance", "visitor", "site_mismatch", "unreachable", "rejected",
]  # fmt: skip
TROUBLES = [
    "unreachable", "rate_limited", "reconnect", "permission", "broken", "refused", "unknown", "revoked", "removed",
    "no_store", "other_site",
]  # fmt: skip


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        (CONSENT_CODES, wording.consent_sentence),
        (TROUBLES, wording.trouble_sentence),
        ([*REFUSALS, "crashed", "delayed", "told_twice"], wording.refusal_sentence),
    ],
)
def test_every_code_has_a_sentence_of_its_own(codes, sentence):
    sentences = {code: str(sentence("acme", code)) for code in codes}
    assert len(set(sentences.values())) == len(codes)
    assert not any("{" in text or "Wix" in text for text in sentences.values())


@pytest.mark.parametrize(
    ("sentences", "codes"),
    [
        (wording.CONSENT, CONSENT_CODES),
        (wording.TROUBLE, TROUBLES),
        (wording.REFUSED, [*REFUSALS, "crashed", "delayed", "told_twice"]),
    ],
)
def test_no_sentence_is_left_without_a_code(sentences, codes):
    assert set(sentences) < set(codes)


def test_a_code_nobody_knows_still_gets_a_sentence():
    for sentence, known in (
        (wording.consent_sentence, "rejected"),
        (wording.refusal_sentence, "refused"),
        (wording.trouble_sentence, "broken"),
    ):
        assert str(sentence("acme", "new")) == str(sentence("acme", known))
