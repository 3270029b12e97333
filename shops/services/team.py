"""Invitations, roles and members. A shop always keeps an owner."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import ceilings
from accounts.services.ceilings import CeilingReached
from accounts.services.second_factor import has_second_factor
from audit import trail
from audit.actions import AuditAction
from shops.mails import queue_invitation
from shops.models import Invitation, Membership, Role, Shop
from shops.permissions import ROLE_PERMISSIONS, ShopPermission

INVITATION_DAYS = 7


class TeamChangeRejected(Exception):
    """Its text is a message in the active language."""


def invite(by: Membership, email: str, role: str) -> Invitation:
    """Create or renew an invitation and put the mail with its link in the outbox; an earlier link stops working.

    Raises TeamChangeRejected for a member's address, without permission for this role, and after too many mails today.
    """
    _check_can_assign(by, role)
    email = email.strip().lower()
    if Membership.objects.filter(shop=by.shop, user__email=email).exists():
        raise TeamChangeRejected(_("%(email)s is already a member of this shop.") % {"email": email})
    try:
        ceilings.take(ceilings.for_invitation(by.user_id, by.shop_id, email))
    except CeilingReached as reached:
        raise TeamChangeRejected(_("Too many invitations were sent today. Try again tomorrow.")) from reached
    token, now = secrets.token_urlsafe(32), timezone.now()
    existing = Invitation.objects.filter(shop=by.shop, email__iexact=email).first()
    with transaction.atomic():
        invitation, _created = Invitation.objects.update_or_create(
            shop=by.shop,
            email=existing.email if existing else email,
            defaults={
                "role": role,
                "token_hash": hash_token(token),
                "invited_by": by.user,
                "invited_at": now,
                "expires_at": now + timedelta(days=INVITATION_DAYS),
                "accepted_at": None,
            },
        )
        invitation.mail = queue_invitation(invitation, token)
        invitation.save(update_fields=["mail"])
        trail.record(
            AuditAction.INVITED, by=by.user, shop=by.shop, target=invitation, changes={"role": (None, invitation.role)}
        )
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, by: User | None = None) -> None:
    """The link stops working. May be repeated."""
    if Invitation.objects.open().filter(pk=invitation.pk).delete()[0]:
        trail.record(AuditAction.INVITATION_REVOKED, by=by, shop=invitation.shop, target=invitation)


def find_invitation(token: str) -> Invitation | None:
    """None for an accepted, revoked or unknown one, and when the inviter may no longer invite. It may have expired."""
    invitations = Invitation.objects.open().filter(token_hash=hash_token(token))
    invitation = invitations.select_related("shop", "invited_by").first()
    return invitation if invitation and _inviter_may_still(invitation) else None


def _inviter_may_still(invitation: Invitation) -> bool:
    """Whoever lost the right to invite, or to give this role, lets nobody in. Without an inviter it is ours."""
    if invitation.invited_by is None:
        return True
    by = Membership.objects.filter(shop=invitation.shop_id, user=invitation.invited_by_id, user__is_active=True).first()
    needed = {ShopPermission.MANAGE_TEAM} | ({ShopPermission.MANAGE_OWNERS} if invitation.role == Role.OWNER else set())
    return by is not None and needed <= by.permissions


def _end_invitations_of(member: Membership, role: str | None) -> None:
    """The open invitations that ``member`` may not give any more with this role; None: is no longer in the team."""
    open_ones = Invitation.objects.open().filter(shop=member.shop_id, invited_by=member.user_id)
    permissions = ROLE_PERMISSIONS[role] if role else frozenset()
    if ShopPermission.MANAGE_TEAM not in permissions:
        open_ones.delete()
    elif ShopPermission.MANAGE_OWNERS not in permissions:
        open_ones.filter(role=Role.OWNER).delete()


def has_account(invitation: Invitation) -> bool:
    return User.objects.filter(email=invitation.email.lower()).exists()


def accept(invitation: Invitation, user: User) -> Membership:
    """Join the shop. Raises TeamChangeRejected when the invitation is no longer valid."""
    with transaction.atomic():
        valid = Invitation.objects.open().filter(pk=invitation.pk, expires_at__gt=timezone.now())
        if not _inviter_may_still(invitation) or not valid.update(accepted_at=timezone.now()):
            raise TeamChangeRejected(_("This invitation no longer works. Ask for a new one."))
        member, joined = Membership.objects.get_or_create(
            user=user, shop=invitation.shop, defaults={"role": invitation.role}
        )
        if joined:
            role = (None, member.role)
            trail.record(AuditAction.JOINED, by=user, shop=member.shop, target=member, changes={"role": role})
        return member


def accept_with_new_account(invitation: Invitation, name: str, password: str, language: str) -> Membership:
    """Create the account and join. Raises TeamChangeRejected when it exists or the invitation is no longer valid."""
    with transaction.atomic():
        if has_account(invitation):
            raise TeamChangeRejected(_("An account with this email address already exists. Log in to accept."))
        user = User.objects.create_user(invitation.email, password, name=name, language=language)
        return accept(invitation, user)


def change_role(by: Membership, member: Membership, role: str) -> None:
    """Raises TeamChangeRejected without permission or when no owner would be left. May be repeated."""
    _check_can_assign(by, role)
    with transaction.atomic():
        _check_can_manage(by, member, stays_owner=role == Role.OWNER)
        former = Membership.objects.filter(pk=member.pk, shop=by.shop).values_list("role", flat=True).first()
        if former is not None and former != role:
            Membership.objects.filter(pk=member.pk, shop=by.shop).update(role=role)
            _end_invitations_of(member, role)
            changes = {"role": (former, role)}
            trail.record(AuditAction.ROLE_CHANGED, by=by.user, shop=by.shop, target=member, changes=changes)


def remove_member(by: Membership, member: Membership) -> None:
    """May be repeated. Members may always leave. Raises TeamChangeRejected as ``change_role`` does."""
    with transaction.atomic():
        _check_can_manage(by, member, stays_owner=False)
        target = ("shops.membership", str(member.public_id))
        if Membership.objects.filter(pk=member.pk, shop=by.shop).delete()[0]:
            _end_invitations_of(member, None)
            trail.record(AuditAction.MEMBER_REMOVED, by=by.user, shop=by.shop, target=target)


def require_second_factor(by: Membership, *, required: bool) -> None:
    """Whether members set up a second step before they enter the shop. May be repeated.

    Raises TeamChangeRejected for whoever is no owner, and for an owner without one: nobody locks the own door.
    """
    if ShopPermission.MANAGE_OWNERS not in by.permissions:
        raise TeamChangeRejected(_("Only an Owner can require a second step."))
    if required and not has_second_factor(by.user):
        raise TeamChangeRejected(_("Set up a second step for your own account first."))
    with transaction.atomic():
        differing = Shop.objects.filter(pk=by.shop_id, requires_second_factor=not required)
        if differing.update(requires_second_factor=required):
            changes = {"requires_second_factor": (not required, required)}
            trail.record(AuditAction.SETTINGS_CHANGED, by=by.user, shop=by.shop, target=by.shop, changes=changes)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _check_can_assign(by: Membership, role: str) -> None:
    if role == Role.OWNER and ShopPermission.MANAGE_OWNERS not in by.permissions:
        raise TeamChangeRejected(_("Only an Owner can make someone else an Owner."))


def _check_can_manage(by: Membership, member: Membership, *, stays_owner: bool) -> None:
    """In a transaction: locks the shop, so that two owners cannot remove each other at the same time."""
    Shop.objects.select_for_update().get(pk=by.shop_id)
    current = Membership.objects.filter(pk=member.pk, shop=by.shop).first()
    if current is None or not current.is_owner or stays_owner:
        return
    if current.pk != by.pk and ShopPermission.MANAGE_OWNERS not in by.permissions:
        raise TeamChangeRejected(_("Only an Owner can change another Owner."))
    if not Membership.objects.filter(shop=by.shop, role=Role.OWNER).exclude(pk=current.pk).exists():
        raise TeamChangeRejected(_("A shop needs an Owner. Make someone else an Owner first."))
