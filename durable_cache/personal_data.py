"""The cache in the database holds moments of background work, and nothing of people."""

from lib.personal_data import impersonal

impersonal("durable_cache.CacheRow", "cache_key value")
