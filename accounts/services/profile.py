"""Changes of a user's own account."""

from django.utils import timezone

from accounts.models import User


def set_language(user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)


def set_profile(user: User, name: str, language: str) -> None:
    User.objects.filter(pk=user.pk).update(name=name, language=language)


def forget_devices(user: User) -> None:
    """Every device is a new one from now on."""
    user.devices_since = timezone.now()
    User.objects.filter(pk=user.pk).update(devices_since=user.devices_since)
