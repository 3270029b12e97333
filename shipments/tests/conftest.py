"""The platform of service tests is the one the integrations use."""

from integrations.tests.conftest import acme

__all__ = ["acme"]
