"""Account > Shopinstellingen > Zendingen > Verzendregels."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carriers.problems import Text
from shops.models import ShippingRule
from shops.permissions import ShopPermission, require_permission
from shops.services import shipping_rules
from shops.services.preferences import get_preferences
from shops.shipping_rule import MAX_RULES
from shops.shipping_rule_form import ShippingRuleForm, rule_obstacle
from shops.shipping_rule_words import change_words, condition_words
from shops.tenancy import ShopRequest


@dataclass(frozen=True, slots=True)
class RuleRow:
    """``obstacle`` is why the rule can no longer be carried out anywhere."""

    rule: ShippingRule
    conditions: list[Text]
    changes: list[Text]
    obstacle: Text | None


@require_safe
def rule_list(request: ShopRequest) -> HttpResponse:
    return _render_list(request)


def _render_list(request: ShopRequest, pressed: int | None = None) -> HttpResponse:
    """``pressed`` is the rule of which a button was pressed: screen readers hear what became of it."""
    preferences = get_preferences(request.shop)
    rows = [
        RuleRow(rule, condition_words(rule), change_words(rule), rule_obstacle(rule, preferences))
        for rule in request.shop.shippingrules.all()
    ]
    page = {
        "rows": rows,
        "pressed": pressed,
        "may_change": ShopPermission.MANAGE_SETTINGS in request.membership.permissions,
    }
    return render(request, "shops/shipping_rules.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(ShopPermission.MANAGE_SETTINGS)
def add_rule(request: ShopRequest) -> HttpResponse:
    form = ShippingRuleForm(request.POST or None, preferences=get_preferences(request.shop))
    if form.is_valid():
        try:
            rule = shipping_rules.add_rule(request.shop, form.values(), by=request)
        except shipping_rules.TooManyRules:
            too_many = _("A shop can have %(most)d shipping rules. Delete one that you no longer need.")
            form.add_error(None, too_many % {"most": MAX_RULES})
        else:
            messages.success(request, _saved(rule))
            return redirect("shops:shipping_rules")
    return _render_form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(ShopPermission.MANAGE_SETTINGS)
def edit_rule(request: ShopRequest, public_id: str) -> HttpResponse:
    rule = get_object_or_404(request.shop.shippingrules, public_id=public_id)
    preferences = get_preferences(request.shop)
    form = ShippingRuleForm.from_instance(rule, preferences)
    if request.method == "POST":
        form = ShippingRuleForm(request.POST, preferences=preferences)
        if form.is_valid():
            if shipping_rules.change_rule(rule, form.values(), by=request):
                messages.success(request, _saved(rule))
            else:
                messages.error(request, _("Somebody deleted this rule in the meantime, so nothing was saved."))
            return redirect("shops:shipping_rules")
    return _render_form(request, form, rule)


def _saved(rule: ShippingRule) -> str:
    on, off = (
        _("“%(rule)s” was saved. It applies to every import from now on."),
        _("“%(rule)s” was saved. It does nothing until you switch it on."),
    )
    return (on if rule.is_on else off) % {"rule": rule.name}


def _render_form(request: ShopRequest, form: ShippingRuleForm, rule: ShippingRule | None = None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "shops/shipping_rule.html", {"form": form, "rule": rule}, status=status)


@require_POST
@require_permission(ShopPermission.MANAGE_SETTINGS)
def move_rule(request: ShopRequest, public_id: str) -> HttpResponse:
    """One place up or down. A rule that is first or last stays where it is."""
    rule = get_object_or_404(request.shop.shippingrules, public_id=public_id)
    shipping_rules.move_rule(rule, up=request.POST.get("direction") == "up", by=request)
    return _after_press(request, rule)


@require_POST
@require_permission(ShopPermission.MANAGE_SETTINGS)
def switch_rule(request: ShopRequest, public_id: str) -> HttpResponse:
    """On or off, as the button said; may be repeated."""
    rule = get_object_or_404(request.shop.shippingrules, public_id=public_id)
    shipping_rules.change_rule(rule, {"is_on": request.POST.get("on") == "1"}, by=request)
    return _after_press(request, rule)


def _after_press(request: ShopRequest, rule: ShippingRule) -> HttpResponse:
    """The list, in which htmx keeps the focus on the button that was pressed."""
    return _render_list(request, rule.pk) if request.htmx else redirect("shops:shipping_rules")


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(ShopPermission.MANAGE_SETTINGS)
def delete_rule(request: ShopRequest, public_id: str) -> HttpResponse:
    """GET asks for confirmation."""
    rule = get_object_or_404(request.shop.shippingrules, public_id=public_id)
    if request.method != "POST":
        return render(request, "shops/delete_shipping_rule.html", {"rule": rule})
    shipping_rules.delete_rule(rule, by=request)
    messages.success(request, _("“%(rule)s” was deleted. Drafts stay as they are.") % {"rule": rule.name})
    return redirect("shops:shipping_rules")
