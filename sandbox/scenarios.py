"""Orders for special cases: one for each case of our Wix notes, foreign destinations and difficult data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.order_json import Product, digital, line, order, stable_id
from sandbox.sample_data import (
    BOWL,
    CANDLE,
    CUP,
    HOLDER,
    JUG,
    MUG,
    PLATE,
    VASE,
    dutch_address,
    foreign_address,
    make_contact,
)

# The number of the first order of `reference_scenarios`, as in the table of our Wix notes.
REFERENCE_NUMBER = 10231
LINE_1 = "00000000-0000-0000-0000-000000000001"
PARTLY_SENT = {"10237": [{"id": LINE_1, "quantity": 2}]}
SLOT = {"from": "2026-11-26T16:00:00.000Z", "to": "2026-11-26T18:00:00.000Z"}
DUTCH, GERMAN, LOW, NONE = Decimal("0.21"), Decimal("0.19"), Decimal("0.09"), Decimal(0)


@dataclass(frozen=True)
class Scenario:
    """The data of one order; ``changes`` maps dotted paths in its JSON to new values (None removes)."""

    contact: dict[str, str]
    address: dict[str, Any]
    lines: list[dict[str, Any]]
    changes: dict[str, Any] = field(default_factory=dict)
    rate: Decimal = DUTCH
    currency: str = "EUR"


def number_scenarios(first: int, scenarios: Iterable[Scenario]) -> Iterator[dict[str, Any]]:
    """The orders of the situations, with numbers from ``first`` on."""
    for number, scenario in enumerate(scenarios, first):
        made = order(str(number), scenario.lines, scenario.contact, scenario.address, scenario.rate, scenario.currency)
        for path, value in scenario.changes.items():
            _set_path(made, path, value)
        yield made


def _set_path(made: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split(".")
    target: Any = made
    for parent in parents:
        target = target[int(parent)] if isinstance(target, list) else target.setdefault(parent, {})
    if value is None:
        target.pop(name, None)
    else:
        target[name] = value


def _of_member(name: str) -> dict[str, Any]:
    """The changes of an order that a member of the site placed."""
    member = {"memberId": stable_id("member", name)}
    return {"buyerInfo.memberId": member["memberId"], "buyerInfo.visitorId": None, "createdBy": member}


def reference_scenarios() -> list[Scenario]:
    """Orders 10231 to 10249 of the table in our Wix notes."""
    return [*_address_and_line_scenarios(), *_restricted_scenarios()]


def _address_and_line_scenarios() -> list[Scenario]:
    split = {
        "country": "NL",
        "subdivision": "NL-UT",
        "city": "Utrecht",
        "postalCode": "3524 KB",
        "streetAddress": {"name": "Lindelaan", "number": "12-A"},
    }
    museum = make_contact("Anne", "de Vries", company="Stichting Vrienden van het Verzonnen Museum")
    vat = [{"title": "BTW-nummer", "value": "NL000000000B00"}, {"title": "Uw referentie", "value": "PO-4471"}]
    offices = {"address": dutch_address("Postbus 20", "2500 AA", "Den Haag"), "contactDetails": museum}
    bare = line(1, BOWL, 1, physicalProperties={"shippable": True})
    return [
        Scenario(
            make_contact("Hanna", "Vermeulen"),
            split,
            [line(1, PLATE, 1), line(2, MUG, 2)],
            {"buyerNote": "Graag voor vrijdag bezorgen, dank!"},
        ),
        Scenario(
            make_contact("Esra", "Yılmaz", "0655550101"),
            dutch_address("Fictielaan 48 bis", "2011zz", "Haarlem", addressLine2="2 hoog"),
            [line(1, PLATE, 4)],
        ),
        Scenario(
            make_contact("Wout", "Claes", "+32 9 555 01 00"),
            foreign_address("BE", "Korenmarkt 7", "9000", "Gent", addressLine2="bus 4"),
            [line(1, CUP, 3)],
            _of_member("claes"),
        ),
        Scenario(
            make_contact("Jürgen", "Müßigmann", "+49 221 5550100"),
            foreign_address("DE", "Schönhäuserstraße 15", "50968", "Köln", subdivision="DE-NW"),
            [line(1, HOLDER, 1, productName={"original": HOLDER.name, "translated": "Kerzenhalter Düne"})],
            {"buyerLanguage": "de"},
            GERMAN,
        ),
        Scenario(
            make_contact("Emily", "Carter", "+1 503 555 0100"),
            foreign_address("US", "235 West 23rd Street", "97209", "Portland", subdivision="US-OR"),
            [line(1, MUG, 2)],
            {
                "currencyConversionDetails": {"originalCurrency": "EUR", "conversionRate": "1.08"},
                "buyerLanguage": "en",
            },
            NONE,
            "USD",
        ),
        Scenario(
            make_contact("Jip", "van Leeuwen"),
            dutch_address("Wilgenpad 3", "1018 VN", "Amsterdam"),
            [line(1, MUG, 1), digital(2, "Breipatroon (pdf)", "7.50")],
        ),
        Scenario(
            make_contact("Tom", "Schouten"),
            dutch_address("Kerkplein 2", "7411 GR", "Deventer", addressLine2="t.a.v. Inkoop"),
            [line(1, MUG, 3), line(2, BOWL, 1)],
        ),
        Scenario(
            museum,
            dutch_address("Prinses Margrietplantsoen 104-B", "2595 BR", "Den Haag"),
            [line(1, Product("Servies Wad (doos)", "SRV-WAD", "189.0", 2.4), 6)],
            {
                "customFields": vat,
                "billingInfo": offices,
                "shippingInfo.logistics.instructions": "Afleveren bij de receptie, graag een handtekening.",
            },
        ),
        Scenario(
            {"firstName": "Mees", "lastName": "Dijkman"},
            dutch_address("Havenstraat 5", "8911 BK", "Leeuwarden"),
            [bare],
            {"channelInfo.type": "BACKOFFICE_MERCHANT", "createdBy": {"userId": stable_id("user", "owner")}},
        ),
    ]


def _restricted_scenarios() -> list[Scenario]:
    counter = {"address": dutch_address("Winkelstraat 1", "3511 AA", "Utrecht"), "pickupMethod": "STORE_PICKUP"}
    elsewhere = line(2, PLATE, 1, fulfillerId=stable_id("fulfiller", "print on demand"))
    monthly = {"frequency": "MONTH", "interval": 1, "autoRenewal": True}
    subscription = {"id": stable_id("subscription", "1"), "cycleNumber": 2, "subscriptionSettings": monthly}
    subscribed = line(1, CANDLE, 1, subscriptionInfo=subscription)
    deposit = {"amount": "40", "formattedAmount": "€40.00"}
    return [
        Scenario(
            make_contact("Noor", "Kuipers"),
            dutch_address("Molenweg 88", "5611 EM", "Eindhoven"),
            [line(1, VASE, 1)],
            {"shippingInfo.logistics": {"pickupDetails": counter}, "shippingInfo.title": "Ophalen in de winkel"},
        ),
        Scenario(
            make_contact("Daan", "Postma"),
            dutch_address("Singel 40", "1015 AB", "Amsterdam"),
            [line(1, MUG, 1, paymentOption="FULL_PAYMENT_OFFLINE")],
            {"paymentStatus": "NOT_PAID", "activities": [{"activityType": "ORDER_PLACED"}]},
        ),
        Scenario(
            make_contact("Sem", "Brouwer"),
            dutch_address("Duinweg 9", "2585 JT", "Den Haag"),
            [line(1, PLATE, 2)],
            {"status": "PENDING", "paymentStatus": "PENDING"},
        ),
        Scenario(
            make_contact("Lotte", "Peeters", "+32 2 555 01 00"),
            foreign_address("BE", "Verzonnenstraat 17 bus 4", "1000", "Brussel"),
            [line(1, VASE, 2, paymentOption="DEPOSIT_ONLINE", depositAmount=deposit)],
            {"paymentStatus": "PARTIALLY_PAID"},
        ),
        Scenario(
            make_contact("Ravi", "Ramdin"),
            dutch_address("Turfmarkt 11", "2511 DP", "Den Haag"),
            [line(1, MUG, 4, refundQuantity=1)],
            {"paymentStatus": "PARTIALLY_REFUNDED"},
        ),
        Scenario(
            make_contact("Fleur", "Willems"),
            dutch_address("Beukenhof 6", "4811 AA", "Breda"),
            [line(1, BOWL, 1, refundQuantity=1)],
            {"status": "CANCELED", "paymentStatus": "FULLY_REFUNDED"},
        ),
        Scenario(
            make_contact("Gijs", "Verhoeven"),
            {},
            [digital(1, "Breipatroon (pdf)", "7.50")],
            {"shippingInfo": None, "recipientInfo": None, "fulfillmentStatus": "FULFILLED"},
        ),
        Scenario(
            make_contact("Amira", "El Idrissi"),
            dutch_address("Spoorsingel 21", "3011 TA", "Rotterdam"),
            [line(1, MUG, 2), elsewhere],
        ),
        Scenario(
            make_contact("Joris", "Tiemersma"),
            dutch_address("Turfmarkt 3", "9712 HN", "Groningen", geocode={"latitude": 53.21, "longitude": 6.56}),
            [line(1, BOWL, 1)],
            {"shippingInfo.title": "Lokale bezorging", "shippingInfo.logistics.deliveryTimeSlot": SLOT},
            LOW,
        ),
        Scenario(
            make_contact("Maud", "de Graaf"),
            dutch_address("Vlierstraat 14", "6211 LN", "Maastricht"),
            [subscribed],
            _of_member("de Graaf"),
        ),
    ]


def foreign_scenarios() -> list[Scenario]:
    """Destinations inside and outside the customs union, and special territories."""
    return [
        Scenario(
            make_contact("Oliver", "Hughes", "+44 20 7946 0100"),
            foreign_address("GB", "18 Lark Lane", "L17 8UP", "Liverpool", subdivision="GB-ENG"),
            [line(1, MUG, 2)],
            rate=NONE,
        ),
        Scenario(
            make_contact("Lukas", "Muster", "+41 44 555 01 00"),
            foreign_address("CH", "Beispielgasse 7", "8001", "Zürich", subdivision="CH-ZH"),
            [line(1, CUP, 2)],
            rate=NONE,
        ),
        Scenario(
            make_contact("Ingrid", "Nordmann", "+47 55 55 01 00"),
            foreign_address("NO", "Dronningens gate 14", "7011", "Trondheim"),
            [line(1, VASE, 1)],
            rate=NONE,
        ),
        Scenario(
            make_contact("Haruto", "Tanaka", "+81 3 5550 0100"),
            foreign_address("JP", "4-12 Kamiyama, Shibuya", "150-0047", "Tokyo", subdivision="JP-13"),
            [line(1, MUG, 1), line(2, PLATE, 2)],
            rate=NONE,
        ),
        Scenario(
            make_contact("Mia", "Sample", "+61 2 5550 0100"),
            foreign_address("AU", "7 Example Street", "2000", "Sydney", subdivision="AU-NSW"),
            [line(1, HOLDER, 2)],
            rate=NONE,
        ),
        Scenario(
            make_contact("Carmen", "Ejemplo", "+34 928 55 01 00"),
            foreign_address("ES", "Calle Inventada 9", "35001", "Las Palmas de Gran Canaria", subdivision="ES-CN"),
            [line(1, CUP, 1)],
        ),
        Scenario(
            make_contact("Solveig", "Lindqvist", "+46 8 555 0100"),
            foreign_address("SE", "Storgatan 41", "114 55", "Stockholm"),
            [line(1, JUG, 1)],
        ),
        Scenario(
            make_contact("Camille", "Moreau", "+33 1 99 00 01 00"),
            foreign_address("FR", "12 Rue Imaginaire", "69002", "Lyon"),
            [line(1, PLATE, 6)],
        ),
        Scenario(
            make_contact("Ελένη", "Παπαδοπούλου", "+30 210 555 0100"),
            foreign_address("GR", "Οδός Φανταστική 12", "105 57", "Αθήνα"),
            [line(1, BOWL, 1)],
        ),
        Scenario(
            make_contact("Мария", "Примерова", "+359 2 555 0100"),
            foreign_address("BG", "ул. Примерна 8", "1000", "София"),
            [line(1, MUG, 1)],
        ),
        Scenario(
            make_contact("Łucja", "Żółkiewska", "+48 22 555 01 00"),
            foreign_address("PL", "ul. Przykładowa 5/7", "90-001", "Łódź"),
            [line(1, MUG, 2)],
            {"buyerNote": "Dziękuję! 🎁🐈"},
        ),
    ]
