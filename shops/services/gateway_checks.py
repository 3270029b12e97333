"""The daily check of API keys: whose they are, whether they work, and who gets the status messages."""

import logging
from datetime import timedelta

from django.utils import timezone

from carriers.gateways import gateways_with_account, get_gateway
from lib.http import ApiError
from lib.leases import claim_by_time
from lib.turns import one_by_one
from shops.models import GatewayAccount
from shops.services import gateway_webhooks
from shops.services.gateway_accounts import (
    apply_identity,
    decrypt_api_key,
    error_kind,
    recheck_wait,
    record_failure,
    record_success,
)

log = logging.getLogger(__name__)
EVERY, AFTER_DOUBT = timedelta(days=1), timedelta(hours=1)
LEASE_SECONDS = 300
CHECK_TASK = "shops.check_gateway_accounts"


def check_due(*, seconds: float = 30) -> int:
    """Check the accounts that are due; returns their number. Safe to run concurrently."""
    return one_by_one(_claim, _check, seconds=seconds, wake=CHECK_TASK)


def _claim() -> list[GatewayAccount]:
    due = GatewayAccount.objects.filter(gateway__in=gateways_with_account(), next_check_at__lte=timezone.now())
    return claim_by_time(due.order_by("next_check_at"), "next_check_at", LEASE_SECONDS, limit=1, related=["shop"])


def _check(account: GatewayAccount) -> None:
    wait = _wait(account)
    GatewayAccount.objects.filter(pk=account.pk).update(next_check_at=timezone.now() + wait)


def _wait(account: GatewayAccount) -> timedelta:
    """Until the next check: soon while the gateway refuses or is silent, and when it left something open."""
    provider = get_gateway(account.gateway)
    try:
        key = decrypt_api_key(account)
        identity = provider.check_credentials(key)
    except ApiError as error:
        log.warning("A key was not checked: %s", type(error).__name__)
        record_failure(account.shop_id, error)
        return recheck_wait(account, error) if error_kind(error) else AFTER_DOUBT
    record_success(account.shop_id)
    apply_identity(account, identity)
    is_settled = gateway_webhooks.refresh(account, provider, key) and bool(identity.shop_id)
    return EVERY if is_settled else AFTER_DOUBT
