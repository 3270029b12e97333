"""Replaces the platform in service tests, as in the tests of integrations."""

from integrations.tests.conftest import acme

__all__ = ["acme"]
