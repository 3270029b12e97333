"""How passwords are stored."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the least memory that OWASP's Password Storage Cheat Sheet recommends: 19 MiB, two passes, a lane.

    Django's own numbers take 100 MB for each sign-in, and ten times the processor. Hashes with other numbers or of
    another kind go on working, and are replaced when their owner signs in.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
