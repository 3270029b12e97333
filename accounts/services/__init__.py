"""What a merchant changes about the account and its shops."""

from shops.services.preferences import preferences_of, save_preferences

__all__ = ["preferences_of", "save_preferences"]
