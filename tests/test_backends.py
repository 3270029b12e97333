"""The run uses the database and cache it claims to use."""

import os

import pytest
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_this_run_uses_the_database_it_claims():
    assert connection.vendor == os.environ.get("EXPECT_DATABASE", "sqlite")


def test_without_redis_everything_is_embedded():
    assert bool(settings.REDIS_URL) == (os.environ.get("EXPECT_DATABASE") == "postgresql")
    assert bool(settings.REDIS_URL) != settings.EMBEDDED
