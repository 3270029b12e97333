"""manage.py remove_second_factor EMAIL: for somebody who lost telephone, passkeys and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.services import user_sessions
from accounts.services.notices import notify_change
from accounts.services.second_factor import remove_second_factor


class Command(BaseCommand):
    help = (
        "Removes authenticator app, passkeys and recovery codes of an account, ends its sessions and mails its owner. "
        "Make sure first, by another way than mail, that it is the owner who asks. May be repeated."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError(f"There is no account {options['email']}.")
        removed = remove_second_factor(user)
        user_sessions.end_others(user, None)
        if removed:
            notify_change(user, "second_factor_removed")
        self.stdout.write(f"{removed} removed; the password alone lets {user.email} in.")
