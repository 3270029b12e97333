"""The cache in the database counts wrong passwords by the address of the device."""

from lib.personal_data import Erasure, Kept, Life, Subject, impersonal, personal

DEVICE = Life(Subject.MEMBER, Kept.SESSIONS, Erasure.EXPIRES, shop="")

personal("durable_cache.CacheRow", DEVICE, {"to limit wrong passwords by the address of a device": "cache_key"})
impersonal("durable_cache.CacheRow", "value")
