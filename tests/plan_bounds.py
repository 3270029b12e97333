"""What may read more rows than `tests.plans` allows, and why: each with its own bound, which no history moves."""

from lib.row_counters import STEP
from privacy.services.person_rows import STEP as WALK_STEP
from shipments.models import DAYS_COUNTED, ShipmentHour
from shipments.queries.first_found import LONG_WALK
from shipments.queries.statistics import MAX_PERIOD
from shipments.services.imports.auto_import import MAX_ORDERS_PER_JOB
from tests.plans import MAX_READ, Bound
from tests.seeded_history import ITEMS_OF_A_JOB
from tracking.poll import POLL_BATCH_SIZE
from ui.admin import NEWEST

# Carriers, countries and the groups of durations, each day.
MAX_FIGURES = 30
# Pages read for a row that is named by its key: the index down to its leaf, and the row.
PAGES_OF_A_ROW = 6
HOURS = 24 * DAYS_COUNTED * len(ShipmentHour.Measure)

BOUNDS = (
    Bound(
        r"AS newest \(id, search_text\)",
        "a search walks the newest rows of the list, at most LONG_WALK; see shipments.queries.first_found",
        removed=LONG_WALK,
        read=LONG_WALK + 1,
        pages=2 * LONG_WALK,
    ),
    Bound(
        r"WITH found \(id, search_text",
        "the trigram index gives the matches in no order; a common word comes here only where a filter excludes it",
        removed=LONG_WALK,
        read=LONG_WALK,
        pages=LONG_WALK,
    ),
    Bound(
        r'FROM "(\w+)".* WHERE \(?("\1"."deleted_at" IS NULL AND )?"\1"."id" >\s+-?\d+',
        "a filter of the admin has no index: it looks at the newest rows only, and the page says so; an index also has"
        " versions of rows that nobody sees any more",
        removed=NEWEST,
        read=2 * NEWEST,
        pages=PAGES_OF_A_ROW * NEWEST,
    ),
    Bound(
        r'AS "may_be" FROM ',
        "one step of the walk through all rows in which a person may stand; see privacy.services.person_rows",
        removed=WALK_STEP,
        read=2 * WALK_STEP,
        pages=PAGES_OF_A_ROW * WALK_STEP,
    ),
    Bound(
        r'FROM "shipments_shipmenthour" WHERE .*"hour" >= ',
        "the dashboard adds up hours of the last days, which no number of shipments makes more",
        removed=HOURS,
        read=HOURS,
    ),
    Bound(
        r'FROM "shipments_figureentry" WHERE .*"at" >= ',
        "the statistics add up the figures of at most MAX_PERIOD days, which no number of shipments makes more",
        read=MAX_PERIOD * MAX_FIGURES,
    ),
    Bound(
        r'"shipments_jobitem"."job_id" = \d+',
        "the page and the files of one job are made of its items",
        removed=ITEMS_OF_A_JOB,
        read=ITEMS_OF_A_JOB,
        pages=2 * PAGES_OF_A_ROW * ITEMS_OF_A_JOB,
    ),
    Bound(
        r'"shipments_shipment"."id" IN \(\d+(, \d+){3,}',
        "rows that are named one by one, by a person or by the items of one job",
        pages=2 * PAGES_OF_A_ROW * ITEMS_OF_A_JOB,
    ),
    Bound(
        r'"id" <= \d+ AND NOT \(EXISTS|counted\.id <= \d+',
        "the nightly comparison looks at every row once, so many keys in a statement",
        removed=2 * STEP,
        read=2 * STEP,
        pages=PAGES_OF_A_ROW * STEP,
    ),
    Bound(
        r"(registered|queued|status)_at >= '[^']+'\S* AND \w+\.(registered|queued|status)_at < '",
        "the nightly comparison counts what happened on one day in one shop",
        removed=MAX_READ,
        pages=4 * MAX_READ,
    ),
    Bound(
        r'FROM "integrations_externalorder" .*"connection_id" = .* NOT \(EXISTS\(SELECT .* FROM "shipments_jobitem"',
        "the automatic import looks at the orders that wait, and for each whether it had a draft or failed before",
        pages=3 * PAGES_OF_A_ROW * MAX_ORDERS_PER_JOB,
    ),
    Bound(
        r'FROM "shipments_shipmentevent" WHERE .*"kind" = \'carrier\' AND .*"shipment_id" IN',
        "the events of a batch of polled shipments, of which a few are not the carrier's",
        removed=20 * POLL_BATCH_SIZE,
    ),
)
