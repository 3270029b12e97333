"""Statements that the ORM writes once answer what it would have answered."""

import pytest
from django.db.models import Count, Exists, Max, OuterRef

from integrations.models import Connection
from integrations.tests.factories import make_connection
from lib.prepared_queries import PreparedQuery
from shops.models import Shop

pytestmark = pytest.mark.django_db


def facts(shop: int):
    active = Connection.objects.active().filter(shop=OuterRef("pk"))
    rows = Shop.objects.filter(pk=shop).annotate(
        is_active=Exists(active), sites=Count("connections"), synced=Max("connections__synced_at")
    )
    return rows.values("public_id", "name", "is_active", "sites", "synced")


def test_it_answers_for_each_argument_what_the_query_itself_answers(shop, rival, django_assert_num_queries):
    make_connection(shop, synced_at="2026-06-10T10:00Z")
    prepared = PreparedQuery(facts)
    for pk in (shop.pk, rival.pk, 0):
        with django_assert_num_queries(1):
            answer = prepared.rows(pk)
        assert answer == list(facts(pk))
    assert [type(value) for value in prepared.rows(shop.pk)[0].values()] == [
        type(value) for value in facts(shop.pk)[0].values()
    ]


def test_it_is_built_once(shop):
    built = []
    prepared = PreparedQuery(lambda pk: built.append(pk) or facts(pk))
    for _again in range(3):
        prepared.rows(shop.pk)
    assert len(built) == 1


def test_a_query_without_its_argument_is_refused(shop):
    with pytest.raises(ValueError, match="argument"):
        PreparedQuery(lambda _pk: facts(shop.pk)).rows(shop.pk)
