"""Account > Team: members, invitations, and the page that the link in the mail opens."""

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
from accounts.decorators import allow_read_only, require_recent_sign_in
from accounts.devices import remember_device
from accounts.models import User
from shops.forms import AcceptInvitationForm, InvitationForm, RoleForm, assignable_roles
from shops.middleware import SHOP_KEY
from shops.models import Invitation, Membership
from shops.permissions import PERMISSION_LABELS, ROLE_PERMISSIONS, ShopPermission, require_permission
from shops.services import team
from shops.services.team import TeamChangeRejected
from shops.tenancy import ShopRequest

AUTH_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
def team_page(request: ShopRequest) -> HttpResponse:
    return _render_team(request, InvitationForm(request.membership))


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(ShopPermission.MANAGE_TEAM)
def invite(request: ShopRequest) -> HttpResponse:
    """A dialog on the team page, and a page of its own."""
    form = InvitationForm(request.membership, request.POST or None)
    if form.is_valid():
        try:
            invitation = team.invite(request.membership, form.cleaned_data["email"], form.cleaned_data["role"])
        except TeamChangeRejected as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})
            return redirect("shops:team")
    return render(request, "shops/invite.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@require_permission(ShopPermission.MANAGE_TEAM)
def resend_invitation(request: ShopRequest, public_id: str) -> HttpResponse:
    invitation = _open_invitation(request, public_id)
    try:
        team.invite(request.membership, invitation.email, invitation.role)
    except TeamChangeRejected as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})
    return redirect("shops:team")


@require_POST
@require_permission(ShopPermission.MANAGE_TEAM)
def revoke_invitation(request: ShopRequest, public_id: str) -> HttpResponse:
    invitation = _open_invitation(request, public_id)
    team.revoke_invitation(invitation, by=request.user)
    messages.success(request, _("Invitation for %(email)s withdrawn.") % {"email": invitation.email})
    return redirect("shops:team")


@require_POST
@require_permission(ShopPermission.MANAGE_TEAM)
def change_role(request: ShopRequest, public_id: str) -> HttpResponse:
    member = _member(request, public_id)
    form = RoleForm(request.membership, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role from the list."))
        return redirect("shops:team")
    try:
        team.change_role(request.membership, member, form.cleaned_data["role"])
    except TeamChangeRejected as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The role of %(name)s was changed.") % {"name": member.user})
    return redirect("shops:team")


@require_POST
@require_permission(ShopPermission.MANAGE_OWNERS)
def require_second_factor(request: ShopRequest) -> HttpResponse:
    required = request.POST.get("required") == "1"
    try:
        team.require_second_factor(request.membership, required=required)
    except TeamChangeRejected as error:
        messages.error(request, str(error))
        return redirect("mfa_index")
    if required:
        messages.success(request, _("From now on, everybody in this shop logs in with a second step."))
    else:
        messages.success(request, _("A second step is no longer required in this shop."))
    return redirect("shops:team")


@allow_read_only
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_sign_in
def remove_member(request: ShopRequest, public_id: str) -> HttpResponse:
    """GET asks for confirmation. Members may leave; removing another one needs the permission."""
    member = _member(request, public_id)
    if member.pk != request.membership.pk:
        return _remove_other_member(request, member)
    return _confirm_and_remove(request, member)


@require_permission(ShopPermission.MANAGE_TEAM)
def _remove_other_member(request: ShopRequest, member: Membership) -> HttpResponse:
    return _confirm_and_remove(request, member)


def _confirm_and_remove(request: ShopRequest, member: Membership) -> HttpResponse:
    if request.method != "POST":
        return render(request, "shops/remove_member.html", {"member": member})
    try:
        team.remove_member(request.membership, member)
    except TeamChangeRejected as error:
        messages.error(request, str(error))
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
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page that the link in the mail opens: join with an account, or create one."""
    invitation = team.find_invitation(token)
    if invitation is None or invitation.is_expired:
        return _invitation_ended(request, invitation)
    context: dict[str, Any] = {"invitation": invitation, "here": request.path}
    if request.user.is_authenticated:
        context["is_mine"] = request.user.email == invitation.email.lower()
        if request.method == "POST" and context["is_mine"]:
            return _accept(request, invitation, request.user)
        return render(request, "shops/join.html", context)
    if team.has_account(invitation):
        return render(request, "shops/join.html", context | {"has_account": True})
    form = AcceptInvitationForm(invitation, request.POST or None)
    if form.is_valid():
        return _accept_with_new_account(request, invitation, form)
    return render(request, "shops/join.html", context | {"form": form}, status=422 if form.is_bound else 200)


def _accept(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    try:
        member = team.accept(invitation, user)
    except TeamChangeRejected:
        return _invitation_ended(request, invitation)
    return _open_shop(request, member)


def _accept_with_new_account(request: HttpRequest, invitation: Invitation, form: AcceptInvitationForm) -> HttpResponse:
    language = "en" if (get_language() or "nl").startswith("en") else "nl"
    try:
        member = team.accept_with_new_account(
            invitation, form.cleaned_data["name"], form.cleaned_data["password"], language
        )
    except TeamChangeRejected:
        return redirect(request.path)
    login(request, member.user, backend=AUTH_BACKEND)
    sessions.start_with_password(request, member.user)
    response = _open_shop(request, member)
    remember_device(request, response, member.user)
    return response


def _open_shop(request: HttpRequest, member: Membership) -> HttpResponse:
    request.session[SHOP_KEY] = str(member.shop.public_id)
    messages.success(request, _("You are now working in %(shop)s.") % {"shop": member.shop})
    return redirect("dashboard")


def _invitation_ended(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    return render(request, "shops/join_ended.html", {"invitation": invitation}, status=410 if invitation else 404)


def _render_team(request: ShopRequest, form: InvitationForm) -> HttpResponse:
    members = request.shop.memberships.select_related("user").order_by("user__name", "user__email")
    context = {
        "members": members,
        "invitations": request.shop.invitations.open().select_related("mail"),
        "form": form,
        "roles": assignable_roles(request.membership),
        "permissions": [
            (name, [permission in ROLE_PERMISSIONS[role] for role in ROLE_PERMISSIONS])
            for permission, name in PERMISSION_LABELS.items()
        ],
        "may_require": ShopPermission.MANAGE_OWNERS in request.membership.permissions,
        "may_manage": ShopPermission.MANAGE_TEAM in request.membership.permissions,
    }
    return render(request, "shops/team.html", context)


def _members(request: ShopRequest) -> QuerySet[Membership]:
    return request.shop.memberships.select_related("user")


def _member(request: ShopRequest, public_id: str) -> Membership:
    return get_object_or_404(_members(request), public_id=public_id)


def _open_invitation(request: ShopRequest, public_id: str) -> Invitation:
    return get_object_or_404(request.shop.invitations.open(), public_id=public_id)
