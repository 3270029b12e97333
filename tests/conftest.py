"""The shop system of service tests is the same double the integrations use."""

from integrations.tests.conftest import wix

__all__ = ["wix"]
