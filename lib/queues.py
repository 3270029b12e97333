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
# What computes has a process of its own; what waits for others shares one, in threads.
GROUPS = ((NOW, TIDY), (TELL, READ, FOLLOW))
# Threads of each queue; they are started when they are needed. Each has a connection to the database.
THREADS = {NOW: 8, TELL: 6, READ: 16, FOLLOW: 4, TIDY: 1}
# Seconds after which a task is taken to hang: its process ends and is started again. A call ends by itself long before.
TIME_LIMITS = {NOW: 900.0, TELL: 900.0, READ: 900.0, FOLLOW: 900.0, TIDY: 4 * 3600.0}

QUEUE_OF_TASK = {
    "jobs.run_due": NOW,
    "integrations.sync_asked": NOW,
    "privacy.erase": NOW,
    "privacy.export_shops": NOW,
    "accounts.send_mails": TELL,
    "integrations.push_due": TELL,
    "integrations.audit_due": TELL,
    "integrations.apply_events": READ,
    "integrations.check_due": READ,
    "integrations.schedule_syncs": READ,
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
