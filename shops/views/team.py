"""Account > Team: who works in this shop, inviting somebody, and the page behind the link in the mail."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import sessions
from accounts.decorators import allow_read_only
from accounts.models import User
from shops.forms import InvitationForm, JoinForm, RoleForm, roles_to_give
from shops.middleware import SHOP_KEY
from shops.models import Invitation, Membership
from shops.permissions import NAMES, RIGHTS, Right, require_permission
from shops.services import team
from shops.services.team import TeamRefused
from shops.tenancy import ShopRequest

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
def page(request: ShopRequest) -> HttpResponse:
    """The members, the open invitations, and what each role may do."""
    return _team(request, InvitationForm(request.membership))


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Right.TEAM)
def invite(request: ShopRequest) -> HttpResponse:
    """Mail somebody a link to join; a window on the team page, and a page of its own."""
    form = InvitationForm(request.membership, request.POST or None)
    if form.is_valid():
        try:
            invitation = team.invite(request.membership, form.cleaned_data["email"], form.cleaned_data["role"])
        except TeamRefused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("Invitation sent to %(email)s.") % {"email": invitation.email})
            return redirect("shops:team")
    return render(request, "shops/invite.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@require_permission(Right.TEAM)
def invite_again(request: ShopRequest, public_id: str) -> HttpResponse:
    """A new link for who was invited before; the old one ends."""
    seat = _open_invitation(request, public_id)
    try:
        team.invite(request.membership, seat.email, seat.role)
    except TeamRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Invitation sent to %(email)s.") % {"email": seat.email})
    return redirect("shops:team")


@require_POST
@require_permission(Right.TEAM)
def withdraw(request: ShopRequest, public_id: str) -> HttpResponse:
    """The link in the mail ends."""
    seat = _open_invitation(request, public_id)
    team.withdraw(seat)
    messages.success(request, _("Invitation of %(email)s withdrawn.") % {"email": seat.email})
    return redirect("shops:team")


@require_POST
@require_permission(Right.TEAM)
def change_role(request: ShopRequest, public_id: str) -> HttpResponse:
    """Another role for a member, from this moment on."""
    member = _member(request, public_id)
    form = RoleForm(request.membership, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role from the list."))
        return redirect("shops:team")
    try:
        team.change_role(request.membership, member, form.cleaned_data["role"])
    except TeamRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The role of %(name)s was changed.") % {"name": member.user})
    return redirect("shops:team")


@allow_read_only
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: ShopRequest, public_id: str) -> HttpResponse:
    """Asks first. One may always leave; sending somebody else away needs the right to."""
    member = _member(request, public_id)
    if member.pk != request.membership.pk:
        return _remove_other(request, member)
    return _removal(request, member)


@require_permission(Right.TEAM)
def _remove_other(request: ShopRequest, member: Membership) -> HttpResponse:
    return _removal(request, member)


def _removal(request: ShopRequest, member: Membership) -> HttpResponse:
    if request.method != "POST":
        return render(request, "shops/remove_member.html", {"member": member})
    try:
        team.remove(request.membership, member)
    except TeamRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("shops:team")
    if member.pk == request.membership.pk:
        messages.success(request, _("You have left %(shop)s.") % {"shop": request.shop})
        return redirect("dashboard")
    messages.success(request, _("%(name)s is no longer in the team.") % {"name": member.user})
    return redirect("shops:team")


@allow_read_only
@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in the mail: join with one's account, or make one."""
    invitation = team.invitation_of(token)
    if invitation is None or invitation.is_expired:
        return _ended(request, invitation)
    here: dict[str, Any] = {"invitation": invitation, "here": request.path}
    if request.user.is_authenticated:
        here["is_mine"] = request.user.email == invitation.email.lower()
        if request.method == "POST" and here["is_mine"]:
            return _join(request, invitation, request.user)
        return render(request, "shops/join.html", here)
    if team.has_account(invitation):
        return render(request, "shops/join.html", here | {"has_account": True})
    form = JoinForm(invitation, request.POST or None)
    if form.is_valid():
        return _join_as_newcomer(request, invitation, form)
    return render(request, "shops/join.html", here | {"form": form}, status=422 if form.is_bound else 200)


def _join(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    try:
        member = team.accept(invitation, user)
    except TeamRefused:
        return _ended(request, invitation)
    return _welcome(request, member)


def _join_as_newcomer(request: HttpRequest, invitation: Invitation, form: JoinForm) -> HttpResponse:
    language = "en" if (get_language() or "nl").startswith("en") else "nl"
    try:
        member = team.accept_as_newcomer(invitation, form.cleaned_data["name"], form.cleaned_data["password"], language)
    except TeamRefused:
        return redirect(request.path)
    login(request, member.user, backend=BACKEND)
    sessions.start(request)
    return _welcome(request, member)


def _welcome(request: HttpRequest, member: Membership) -> HttpResponse:
    request.session[SHOP_KEY] = str(member.shop.public_id)
    messages.success(request, _("You now work in %(shop)s.") % {"shop": member.shop})
    return redirect("dashboard")


def _ended(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    return render(request, "shops/join_ended.html", {"invitation": invitation}, status=410 if invitation else 404)


def _team(request: ShopRequest, form: InvitationForm) -> HttpResponse:
    members = request.shop.memberships.select_related("user").order_by("user__name", "user__email")
    page = {
        "members": members,
        "invitations": request.shop.invitations.open(),
        "form": form,
        "roles": roles_to_give(request.membership),
        "rights": [(name, [right in RIGHTS[role] for role in RIGHTS]) for right, name in NAMES.items()],
        "may_manage": Right.TEAM in request.membership.rights,
    }
    return render(request, "shops/team.html", page)


def _members(request: ShopRequest) -> QuerySet[Membership]:
    return request.shop.memberships.select_related("user")


def _member(request: ShopRequest, public_id: str) -> Membership:
    return get_object_or_404(_members(request), public_id=public_id)


def _open_invitation(request: ShopRequest, public_id: str) -> Invitation:
    return get_object_or_404(request.shop.invitations.open(), public_id=public_id)
