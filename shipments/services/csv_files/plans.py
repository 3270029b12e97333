"""The draft a line of a file would become: what was understood, what was not, and what a spreadsheet spoiled."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.address_repeats import KnownPlace
from carriers.addresses import address_parts, split_fields
from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities
from carriers.fallback import resolve_choice
from carriers.parcels import Address, Destination
from carriers.postcodes import normalize_postal_code
from carriers.problems import Problem, Text
from carriers.reachable_places import street_first
from carriers.recipient_names import company_name, person_name
from lib.country_names import find_country
from lib.text import clean_text, decode_entities, parse_int
from shipments.content import ADDRESS_FIELDS, ShipmentContent, ShipmentLine
from shipments.models import Shipment
from shipments.services.csv_files.cells import MAX_WEIGHT_GRAMS, read_weight
from shipments.services.csv_files.damage import OPTIONAL_KEYS, find_damage
from shipments.services.csv_files.mapping import column_title
from shipments.services.csv_files.parcel_choice import read_choice
from shipments.services.csv_files.rows import Article, CsvRow
from shipments.services.csv_files.statuses import held_reason, status_remarks
from shipments.services.imports.notes import Note, address_notes, entities_note, place_notes, postcode_notes
from shipments.services.imports.recipient_notes import printing_notes, settle_contact
from shipments.services.imports.shipping_rules import NO_RULES, RuleFacts, Rules, apply_rules
from shops.models import PackagePreferences, ShippingRule

MAX_PIECES = 100_000
ARTICLE_KEYS = ("item_name", "item_sku", "item_quantity", "item_weight")

SHIFTED_MESSAGE = _(
    "This line has more cells than there are columns, so its cells may stand in the wrong ones. Put quotes around "
    "texts with a comma or semicolon."
)


@dataclass(frozen=True, slots=True)
class RowPlan:
    """The draft a line would become. A line with ``errors`` is not imported.

    ``held`` is why the order should not be sent, such as that it was canceled; the merchant may import it all the same.
    """

    line: CsvRow
    content: ShipmentContent
    reference: str
    notes: tuple[Note, ...]
    errors: tuple[Problem, ...]
    capabilities: Capabilities = DEFAULT_CAPABILITIES
    held: Text | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.content.problems(self.capabilities)


class _Reading:
    """The sound cells of one line; collects its errors and notes."""

    def __init__(self, line: CsvRow) -> None:
        self.line = line
        self.cells = dict(line.cells)
        self.errors: list[Problem] = []
        self.notes: list[Note] = []
        self.articles = line.articles
        if line.is_shifted:
            self.error("", "shifted", SHIFTED_MESSAGE)
        self._leave_out_damage()

    def _leave_out_damage(self) -> None:
        country = find_country(self.cells.get("country") or "NL")
        for key, text in self.line.cells.items():
            if damage := find_damage(key, text, country):
                self.cells[key] = ""
                self._say(damage)
        self.articles = tuple(self._sound_article(article) for article in self.line.articles)

    def _sound_article(self, article: Article) -> Article:
        damaged = set()
        for key, text in zip(ARTICLE_KEYS, astuple(article), strict=True):
            if damage := find_damage(key, text):
                damaged.add(key)
                self._say(damage)
        return replace(article, sku="") if "item_sku" in damaged else article

    def _say(self, damage: Problem) -> None:
        if damage.field in OPTIONAL_KEYS:
            left_out = _("{column} was left out. {text}")
            text = format_lazy(left_out, column=column_title(damage.field), text=damage.text)
            self.notes.append(Note(damage.field, damage.code, text))
        else:
            self.errors.append(damage)

    def note(self, field: str, code: str, text: Text) -> None:
        self.notes.append(Note(field, code, text))

    def error(self, field: str, code: str, text: Text) -> None:
        self.errors.append(Problem(field, code, text))


def plan_row(line: CsvRow, preferences: PackagePreferences, rules: Rules = NO_RULES) -> RowPlan:
    """The preferences say how it is sent, then the rules, and last the columns of the file."""
    reading = _Reading(line)
    cells, errors = reading.cells, reading.errors
    recipient = _recipient(reading)
    destination = Destination(recipient.country, recipient.postal_code, recipient.region)
    capabilities = preferences.capabilities
    weight = _weight(reading, preferences.default_weight)
    lines = tuple(_lines(reading))
    ruled = apply_rules(rules, _rule_facts(reading, destination, weight, lines), preferences, capabilities)
    reading.notes += ruled.notes
    resolved = resolve_choice(read_choice(cells, ruled.choice, errors, capabilities), destination, capabilities)
    reference = _reference(reading)
    description = _short(cells, "description", 45, errors) or reference[:45]
    _say_further(reading)
    reading.notes += entities_note([name for name, cell in line.cells.items() if decode_entities(cell) != cell])
    notes = (*reading.notes, *(Note(change.field, change.code, change.text) for change in resolved.changes))
    return RowPlan(
        line=line,
        content=ShipmentContent(recipient, resolved.choice, weight, description, lines=lines),
        reference=reference,
        notes=notes,
        errors=tuple(errors),
        capabilities=capabilities,
        held=held_reason(cells),
    )


def _rule_facts(reading: _Reading, destination: Destination, weight: int, lines: Sequence[ShipmentLine]) -> RuleFacts:
    """A file has no value in euros and no shipping method: rules about those are for orders of a webshop."""
    return RuleFacts(
        destination,
        weight,
        names=tuple(line.name for line in lines),
        skus=tuple(line.sku for line in lines),
        decided=frozenset(name for name in ShippingRule.CHOICE_FIELDS if reading.cells.get(name)),
        decider=_("The file says otherwise."),
    )


def _reference(reading: _Reading) -> str:
    """A file without a column for it has shipments without a reference; an empty cell in such a column is a mistake."""
    reference = _short(reading.cells, "reference", 50, reading.errors)
    if not reference and "reference" in reading.cells and not reading.line.cells.get("reference"):
        reading.error("reference", "missing", _("Enter a reference, such as an order number."))
    return reference or reading.line.cells.get("reference", "")[:50]


def _say_further(reading: _Reading) -> None:
    line = reading.line
    if line.further:
        numbers = ", ".join(map(str, line.numbers))
        text = format_lazy(_("Lines {numbers} are one order and become one parcel."), numbers=numbers)
        reading.note("reference", "one_parcel", text)
    if line.added_weight:
        reading.note("weight", "weights_added", _("The weights of these lines were added up."))
    for remark in status_remarks(reading.cells):
        reading.note("reference", "order_status", remark)


def _recipient(reading: _Reading) -> Address:
    cells, errors = reading.cells, reading.errors
    parts = {}
    for name in ADDRESS_FIELDS:
        limit = Shipment._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
        parts[name] = _short(cells, name, LONG if name in LONG_FIELDS else limit, errors)
    country = parts["country"] = _country(reading, parts["country"])
    reading.notes += postcode_notes(country, parts["postal_code"])
    parts["postal_code"] = normalize_postal_code(country, parts["postal_code"])[0]
    address = _without_filler(reading, Address(**parts))
    address, about_contact = settle_contact(address)
    reading.notes += about_contact
    address = _fit(reading, _split(reading, address))
    reading.notes += place_notes(address) + printing_notes(address)
    return address


def _without_filler(reading: _Reading, address: Address) -> Address:
    """Without a company that says nothing or is the name, the street or the town again."""
    place = KnownPlace(address.country, address.postal_code, address.city, others=(address.email, address.phone))
    company = company_name(address.company, place, address.person, f"{address.street} {address.number}".strip())
    person = person_name(address.person, "")
    reading.notes += address_notes((*person.remarks, *company.remarks))
    return replace(address, company=company.text, person=person.text)


# Fields that are read as they are typed and become shorter, or are checked again, once they are taken apart.
LONG_FIELDS = frozenset({"country", "street", "number", "suffix", "box", "extra", "postal_code", "email", "phone"})
LONG = 300


def _country(reading: _Reading, written: str) -> str:
    if not written:
        return "NL" if not reading.line.cells.get("country") else ""
    if code := find_country(written):
        return code
    text = _("“{value}” is no country we know. Enter its name, or its code of two letters, such as NL.")
    reading.error("country", "country", format_lazy(text, value=written))
    return ""


def _split(reading: _Reading, address: Address) -> Address:
    found = split_fields(
        address.street,
        address.number,
        address.suffix,
        address.box,
        address.extra,
        country=address.country,
        postal_code=address.postal_code,
        city=address.city,
    )
    split, moved = street_first(replace(address, **address_parts(found, address)))
    for warning in (*found.warnings, *moved):
        # A whole address in the street column is usual in files, and taking it apart no news.
        if warning.code != "fields_split" or address.number:
            text = format_lazy(
                _("{what} In the file: {before}. Changed to: {after}."),
                what=warning.text,
                before=warning.before,
                after=warning.after,
            )
            reading.note(warning.field, warning.code, text)
    return split


def _fit(reading: _Reading, address: Address) -> Address:
    """An address whose parts all fit their columns; what does not is an error of the line."""
    parts = {}
    for name in ("street", "number", "suffix", "box", "extra", "postal_code"):
        limit = Shipment._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
        parts[name] = _short({name: getattr(address, name)}, name, limit, reading.errors)
    return replace(address, **parts)


def _lines(reading: _Reading) -> list[ShipmentLine]:
    lines = []
    for place, article in enumerate(reading.articles, start=1):
        pieces = parse_int(article.quantity) if article.quantity else 1
        if pieces is None or pieces > MAX_PIECES:
            if not any(error.field == "item_quantity" for error in reading.errors):
                text = _("“{value}” is no whole number of pieces. Correct it in your file.")
                reading.error("item_quantity", "number", format_lazy(text, value=article.quantity[:40]))
        elif pieces:
            name, sku = clean_text(decode_entities(article.name), 200)[0], clean_text(article.sku, 60)[0]
            lines.append(ShipmentLine(str(place), pieces, " ".join(name.split()), sku))
    return lines


def _short(cells: Mapping[str, str], name: str, limit: int, errors: list[Problem]) -> str:
    text, cut = clean_text(decode_entities(cells.get(name, "")), limit)
    if cut and not any(error.field == name and error.code == "too_long" for error in errors):
        message = _("This can have at most {limit} characters. Shorten it.")
        errors.append(Problem(name, "too_long", format_lazy(message, limit=limit)))
    return " ".join(text.split())


def _weight(reading: _Reading, default: int) -> int:
    key = "weight_kg" if reading.cells.get("weight_kg") else "weight"
    written = reading.cells.get(key, "")
    if not written:
        return _weight_of_articles(reading, default)
    weight = read_weight(written, "kg" if key == "weight_kg" else "g")
    if weight.grams is None or not 1 <= weight.grams <= MAX_WEIGHT_GRAMS:
        text = _("Enter a whole number from {least} to {most}.")
        reading.error(key, "number", format_lazy(text, least=1, most=MAX_WEIGHT_GRAMS))
        return default
    if not weight.is_plain:
        text = _("Weight “{value}” was read as {grams} g.")
        reading.note("weight", "weight_understood", format_lazy(text, value=written[:40], grams=weight.grams))
    return weight.grams


def _weight_of_articles(reading: _Reading, default: int) -> int:
    """The weights of the articles times their pieces, and the default where none is known; never less than is known."""
    total, lacking = 0, []
    for article in reading.articles:
        if not article.weight:
            lacking.append(article.name)
            continue
        grams = read_weight(article.weight, "g").grams
        if grams is None:
            text = _("“{value}” is no weight. Correct it in your file.")
            reading.error("item_weight", "number", format_lazy(text, value=article.weight[:40]))
        else:
            total += grams * ((parse_int(article.quantity) or 0) if article.quantity else 1)
    if not total:
        return default
    total = max(total, default) if lacking else total
    if total > MAX_WEIGHT_GRAMS:
        text = _("Enter a whole number from {least} to {most}.")
        reading.error("weight", "number", format_lazy(text, least=1, most=MAX_WEIGHT_GRAMS))
        return default
    text = _("The weights of the items were added up to {grams} g.")
    reading.note("weight", "weight_understood", format_lazy(text, grams=total))
    if lacking:
        text = _("The file has no weight for {names}. Check the weight of the parcel.")
        reading.note("weight", "weight_incomplete", format_lazy(text, names=", ".join(lacking)[:200]))
    return total
