"""What a person changes about the own account."""

from accounts.models import User


def set_language(user: User, language: str) -> None:
    """From the next page on everything is in this language. May be repeated."""
    User.objects.filter(pk=user.pk).update(language=language)


def set_profile(user: User, name: str, language: str) -> None:
    """Name as colleagues see it, and language. May be repeated."""
    User.objects.filter(pk=user.pk).update(name=name, language=language)
