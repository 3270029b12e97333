"""What a shop's account at its label gateway may do: read when a key is saved and once a day, kept with its date.

The general rules apply until the first answer. Without a new answer the last one stays.
"""

import logging
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from carriers.account_terms import AccountTerms
from carriers.gateways import GATEWAYS, get_gateway
from lib.http import ApiError, ApiUnauthorized
from lib.leases import claim_by_time
from lib.turns import one_by_one
from shops.models import GatewayAccount
from shops.services.gateway_accounts import decrypt_api_key, record_failure

log = logging.getLogger(__name__)
READ_EVERY, RETRY_AFTER = timedelta(days=1), timedelta(hours=1)
LEASE_SECONDS = 120
READ_TASK = "shops.read_contracts"
# Status of a key that is not accepted.
KEY_REFUSED = 401
# The key of ``GatewayAccount.contracts`` that tells whose answer it is, without the API key itself.
KEY_MARK = "key"


def read_due(*, seconds: float = 20) -> int:
    """Read the accounts that are due, for at most ``seconds`` plus one call; returns their number.

    Safe to run concurrently. A failure of one account leaves the others alone.
    """
    return one_by_one(_claim, read_account, seconds=seconds, wake=READ_TASK)


def _claim() -> list[GatewayAccount]:
    due = GatewayAccount.objects.filter(contracts_due_at__lte=timezone.now()).order_by("contracts_due_at")
    return claim_by_time(due, "contracts_due_at", LEASE_SECONDS, limit=1, related=["shop"])


def read_account(account: GatewayAccount) -> None:
    """Ask the gateway and keep the answer. Raises nothing: a doubt leaves the last answer as it is. May be repeated."""
    if account.gateway not in GATEWAYS:
        _postpone(account, READ_EVERY)
        return
    try:
        key = decrypt_api_key(account)
        _forget_other_key(account, key)
        terms = get_gateway(account.gateway).read_terms(key)
    except ApiUnauthorized as error:
        # 403 only says that this account may not ask this.
        if error.status == KEY_REFUSED:
            record_failure(account.shop_id, error)
        _postpone(account, READ_EVERY)
    except ApiError as error:
        log.warning("The label gateway did not say what an account may do: %s", type(error).__name__)
        _postpone(account, max(RETRY_AFTER, timedelta(seconds=error.retry_after)))
    else:
        _keep(account, terms, key)


def _forget_other_key(account: GatewayAccount, key: str) -> None:
    """Another key may belong to another account, of which nothing is known yet."""
    if account.contracts and account.contracts.get(KEY_MARK) != _mark(key):
        account.contracts, account.contracts_read_at = {}, None
        GatewayAccount.objects.filter(pk=account.pk).update(contracts={}, contracts_read_at=None)


def _keep(account: GatewayAccount, terms: AccountTerms | None, key: str) -> None:
    if terms is None:
        _postpone(account, READ_EVERY)
        return
    if terms.own_contracts is None and account.terms is not None:
        # Only half of the question was answered; the other half keeps its last answer.
        terms = AccountTerms(terms.carriers, account.terms.own_contracts)
    now = timezone.now()
    account.contracts, account.contracts_read_at = terms.to_json() | {KEY_MARK: _mark(key)}, now
    account.contracts_due_at = now + READ_EVERY
    columns = ("contracts", "contracts_read_at", "contracts_due_at")
    # Not when another key was saved during the call.
    same_key = GatewayAccount.objects.filter(pk=account.pk, api_key_encrypted=account.api_key_encrypted)
    same_key.update(**{name: getattr(account, name) for name in columns})


def _postpone(account: GatewayAccount, wait: timedelta) -> None:
    GatewayAccount.objects.filter(pk=account.pk).update(contracts_due_at=timezone.now() + wait)


def _mark(key: str) -> str:
    return salted_hmac("shops.contracts", key).hexdigest()
