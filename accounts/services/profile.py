"""Changes of a user's own account."""

from accounts.models import User


def set_language(user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)


def set_profile(user: User, name: str, language: str) -> None:
    User.objects.filter(pk=user.pk).update(name=name, language=language)
