"""Deleting the account of somebody who asks for it: what names the person goes, what was done stays without a name."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import OutgoingMail, User
from accounts.services import user_sessions
from accounts.services.notices import notify_deleted
from audit import trail
from audit.actions import AuditAction
from lib import tombstones
from privacy.services.erase_person import empty_wal
from shops.models import Invitation, Membership, Role, Shop

# Mails to members, by the beginning of their templates. Those to buyers belong to their shop.
MEMBER_MAILS = ("accounts/", "shops/")


class AccountDeletionRejected(Exception):
    """Its text is a message in the active language."""


def shops_without_another_owner(user: User) -> list[Shop]:
    """The shops that nobody could manage without this user."""
    owners = Membership.objects.filter(shop=OuterRef("pk"), role=Role.OWNER, user__is_active=True)
    owned = Shop.objects.filter(memberships__user=user.pk, memberships__role=Role.OWNER)
    return list(owned.exclude(Exists(owners.exclude(user=user.pk))).order_by("pk"))


def delete_account(user: User) -> None:
    """Raises AccountDeletionRejected for the only owner of a shop and for staff. May be repeated."""
    with transaction.atomic():
        # Locked, so that two owners of a shop cannot go at the same time.
        list(Shop.objects.select_for_update().filter(memberships__user=user.pk).order_by("pk"))
        if user.is_staff:
            raise AccountDeletionRejected(_("The administration deletes the accounts of administrators."))
        if shops := shops_without_another_owner(user):
            names = ", ".join(shop.name for shop in shops)
            raise AccountDeletionRejected(_("Nobody else owns %(shops)s.") % {"shops": names})
        if not User.objects.filter(pk=user.pk).exists():
            return
        trail.record(AuditAction.ACCOUNT_DELETED, by=user, target=user)
        erase_account(user)
        notify_deleted(user)
    transaction.on_commit(empty_wal)


def erase_account(user: User, *, in_journal: bool = True) -> None:
    """Inside a transaction. Entries of the trail stay, and call the user a former account."""
    if in_journal:
        tombstones.record(tombstones.Kind.ACCOUNT, "", [account_name(user)])
    user_sessions.end_others(user, None)
    templates = Q()
    for prefix in MEMBER_MAILS:
        templates |= Q(template__startswith=prefix)
    OutgoingMail.objects.filter(templates, to=user.email).delete()
    Invitation.objects.filter(Q(email__iexact=user.email) | Q(invited_by=user.pk, accepted_at=None)).delete()
    named = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
    named.update(object_repr="", change_message="")
    User.objects.filter(pk=user.pk).delete()


def account_name(user: User) -> str:
    """What the journal of erasures knows an account by: a number may be given again after a restore."""
    return f"{user.pk} {user.date_joined.isoformat()}"
