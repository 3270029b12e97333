"""The cache in the database counts wrong passwords by the address of the device."""

from lib.personal_data import Erasure, Kept, Subject, impersonal, personal

personal(
    "durable_cache.CacheRow",
    "cache_key",
    whose=Subject.MEMBER,
    why="to limit wrong passwords by the address of a device",
    kept=Kept.SESSIONS,
    erasure=Erasure.EXPIRES,
    shop="",
)
impersonal("durable_cache.CacheRow", "value")
