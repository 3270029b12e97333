"""A few orders of every family with one thing wrong each, through the whole product. All of them: ``script/poison``."""

from collections.abc import Iterator

import pytest

from integrations.providers.wix.tests.poison import all_poison
from shops.models import Shop
from tests import poison_run
from tests.platforms import product_providers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _product_providers() -> Iterator[None]:
    with product_providers():
        yield


# Every so manieth order, another remainder a test so that no family is left out.
EVERY = 173


@pytest.mark.parametrize("first", [7])
def test_every_order_is_stored_or_refused_with_a_sentence_and_every_page_answers(client_for, shop: Shop, owner, first):
    owner.is_staff = owner.is_superuser = True
    owner.save()
    poisons = list(all_poison())[first::EVERY]
    report = poison_run.run(shop, client_for(owner), poisons)
    assert report.findings == []
    assert report.stored + report.refused == len(poisons)
    assert report.labels > len(poisons) / 2
