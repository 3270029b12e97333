"""Account > Profile > Delete: an account is deleted by the person it belongs to."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import allow_read_only, require_recent_sign_in
from accounts.requests import UserRequest
from privacy.forms import DeleteAccountForm
from privacy.services.delete_account import AccountDeletionRejected, delete_account, shops_without_another_owner


@allow_read_only
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_sign_in
def delete(request: UserRequest) -> HttpResponse:
    """Only for who types the own email address."""
    form = DeleteAccountForm(request.user.email, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            delete_account(request.user)
        except AccountDeletionRejected as rejected:
            form.add_error(None, str(rejected))
        else:
            logout(request)
            messages.success(request, _("Your account was deleted."))
            return redirect("account_login")
    page = {"form": form, "shops": shops_without_another_owner(request.user)}
    return render(request, "privacy/delete_account.html", page, status=422 if form.is_bound else 200)
