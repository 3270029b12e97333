"""How passwords are stored."""

from django.contrib.auth.hashers import Argon2PasswordHasher, get_hashers

from accounts.models import User


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the least memory that OWASP's Password Storage Cheat Sheet recommends: 19 MiB, two passes, a lane.

    Django's own numbers take 100 MB for each sign-in, and ten times the processor. Hashes with other numbers or of
    another kind go on working, and are replaced when their owner signs in.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


def spend_the_time_of_every_hash(user: User | None, password: str) -> None:
    """After a wrong password: hash it in the ways that were not tried yet, so that time tells nothing of an account.

    A hash of another kind takes another time, and an unknown address has none. A kind that no account has any more is
    left out.
    """
    preferred = get_hashers()[0].algorithm
    tried = user.password.partition("$")[0] if user is not None and user.has_usable_password() else preferred
    for hasher in get_hashers():
        if hasher.algorithm == tried:
            continue
        if hasher.algorithm == preferred or User.objects.filter(password__startswith=f"{hasher.algorithm}$").exists():
            hasher.encode(password, hasher.salt())
