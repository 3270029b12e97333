"""The queues of background work, named for what people wait for. A worker serves all of them, or those it is told."""

# Somebody pressed a button and watches.
NOW = "now"
# The webshop and the buyer learn what happened.
TELL = "tell"
# Orders come in.
READ = "read"
# Parcels on their way.
FOLLOW = "follow"
# Nobody waits.
TIDY = "tidy"

QUEUES = (NOW, TELL, READ, FOLLOW, TIDY)

QUEUE_OF_TASK = {
    "jobs.run_due": NOW,
    "privacy.erase": NOW,
    "privacy.export_shops": NOW,
    "accounts.send_mails": TELL,
    "integrations.push_due": TELL,
    "integrations.audit_due": TELL,
    "integrations.apply_events": READ,
    "integrations.check_due": READ,
    "integrations.sync_due": READ,
    "shipments.apply_order_changes": READ,
    "shipments.auto_import": READ,
    "shipments.look_up_unanswered": FOLLOW,
    "shops.check_gateway_accounts": FOLLOW,
    "shops.read_contracts": FOLLOW,
    "tracking.poll_due": FOLLOW,
    "accounts.clean_up": TIDY,
    "audit.forget_old_entries": TIDY,
    "durable_cache.forget_expired": TIDY,
    "integrations.clean_up": TIDY,
    "privacy.erase_shops": TIDY,
    "privacy.tidy": TIDY,
    "privacy.tidy_installation": TIDY,
    "shipments.compare_counters": TIDY,
    "shipments.compare_figures": TIDY,
    "shipments.erase": TIDY,
    "shipments.find_extra_labels": TIDY,
    "shipments.fold_figures": TIDY,
    "shipments.keep_counters": TIDY,
    "shipments.purge_deleted": TIDY,
}
