"""All orders with one thing wrong each, family by family; ``script/poison`` runs this on both databases."""

import os
import sys
from collections.abc import Iterator

import pytest

from integrations.providers.wix.tests.poison import all_poison
from shops.models import Shop
from tests import poison_run
from tests.platforms import product_providers

LOOK_AT_EVERY = int(os.environ.get("POISON_LOOK_AT_EVERY", "1"))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limit_of_calls(settings) -> None:
    """All orders are asked about within one minute here, and a job that waits for the next minute is not done."""
    settings.REQUESTS_PER_MINUTE = 100_000


@pytest.fixture(autouse=True)
def _product_providers() -> Iterator[None]:
    with product_providers():
        yield


FAMILIES = sorted({poison.family for poison in all_poison()})


def test_there_are_at_least_1200_orders():
    labels = [poison.label for poison in all_poison()]
    assert len(set(labels)) == len(labels) >= 1200


@pytest.mark.parametrize("family", FAMILIES)
def test_every_order_is_stored_or_refused_with_a_sentence_and_every_page_answers(client_for, shop: Shop, owner, family):
    owner.is_staff = owner.is_superuser = True
    owner.save()
    client = client_for(owner)
    poisons = [poison for poison in all_poison() if poison.family == family]
    report = poison_run.run(shop, client, poisons, look_at_every=LOOK_AT_EVERY)
    sys.stdout.write(f"\n{family}: {report}\n")
    assert report.findings == []
    assert report.stored + report.refused == len(poisons)
