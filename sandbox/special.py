"""The orders that are not plain: one for every situation the reference describes, and those of the real world."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.baskets import Product, digital, id_of, line, order
from sandbox.people import BOWL, CANDLE, CUP, HOLDER, JUG, MUG, PLATE, VASE, abroad, nl, who

REFERENCE_NUMBER = 10231
"""Number of the first order of ``reference``; the numbers are those of the table in our Wix notes."""
LINE_1 = "00000000-0000-0000-0000-000000000001"
PARTLY_SENT = {"10237": [{"id": LINE_1, "quantity": 2}]}
SLOT = {"from": "2026-11-26T16:00:00.000Z", "to": "2026-11-26T18:00:00.000Z"}
DUTCH, GERMAN, LOW, NONE = Decimal("0.21"), Decimal("0.19"), Decimal("0.09"), Decimal(0)


@dataclass(frozen=True)
class Situation:
    """One order: who, where, what, and what is changed in its JSON (dotted names; None takes away)."""

    contact: dict[str, str]
    address: dict[str, Any]
    lines: list[dict[str, Any]]
    changes: dict[str, Any] = field(default_factory=dict)
    rate: Decimal = DUTCH
    currency: str = "EUR"


def numbered(first: int, situations: Iterable[Situation]) -> Iterator[dict[str, Any]]:
    """The orders of the situations, with numbers from ``first`` on."""
    for number, one in enumerate(situations, first):
        made = order(str(number), one.lines, one.contact, one.address, one.rate, one.currency)
        for path, value in one.changes.items():
            _put(made, path, value)
        yield made


def _put(made: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split(".")
    target: Any = made
    for parent in parents:
        target = target[int(parent)] if isinstance(target, list) else target.setdefault(parent, {})
    if value is None:
        target.pop(name, None)
    else:
        target[name] = value


def reference() -> list[Situation]:
    """10231 to 10249 of the table in our Wix notes, in its order."""
    return [*_addresses_and_lines(), *_not_for_everyone()]


def _addresses_and_lines() -> list[Situation]:
    split = {
        "country": "NL",
        "subdivision": "NL-UT",
        "city": "Utrecht",
        "postalCode": "3524 KB",
        "streetAddress": {"name": "Lindelaan", "number": "12-A"},
    }
    museum = who("Anne", "de Vries", company="Stichting Vrienden van het Verzonnen Museum")
    vat = [{"title": "BTW-nummer", "value": "NL000000000B00"}, {"title": "Uw referentie", "value": "PO-4471"}]
    offices = {"address": nl("Postbus 20", "2500 AA", "Den Haag"), "contactDetails": museum}
    bare = line(1, BOWL, 1, physicalProperties={"shippable": True})
    return [
        Situation(
            who("Hanna", "Vermeulen"),
            split,
            [line(1, PLATE, 1), line(2, MUG, 2)],
            {"buyerNote": "Graag voor vrijdag bezorgen, dank!"},
        ),
        Situation(
            who("Esra", "Yılmaz", "0655550101"),
            nl("Fictielaan 48 bis", "2011zz", "Haarlem", addressLine2="2 hoog"),
            [line(1, PLATE, 4)],
        ),
        Situation(
            who("Wout", "Claes", "+32 9 555 01 00"),
            abroad("BE", "Korenmarkt 7", "9000", "Gent", addressLine2="bus 4"),
            [line(1, CUP, 3)],
            {"buyerInfo.memberId": id_of("member", "claes"), "buyerInfo.visitorId": None},
        ),
        Situation(
            who("Jürgen", "Müßigmann", "+49 221 5550100"),
            abroad("DE", "Schönhäuserstraße 15", "50968", "Köln", subdivision="DE-NW"),
            [line(1, HOLDER, 1, productName={"original": HOLDER.name, "translated": "Kerzenhalter Düne"})],
            {"buyerLanguage": "de"},
            GERMAN,
        ),
        Situation(
            who("Emily", "Carter", "+1 503 555 0100"),
            abroad("US", "235 West 23rd Street", "97209", "Portland", subdivision="US-OR"),
            [line(1, MUG, 2)],
            {
                "currencyConversionDetails": {"originalCurrency": "EUR", "conversionRate": "1.08"},
                "buyerLanguage": "en",
            },
            NONE,
            "USD",
        ),
        Situation(
            who("Jip", "van Leeuwen"),
            nl("Wilgenpad 3", "1018 VN", "Amsterdam"),
            [line(1, MUG, 1), digital(2, "Breipatroon (pdf)", "7.50")],
        ),
        Situation(
            who("Tom", "Schouten"),
            nl("Kerkplein 2", "7411 GR", "Deventer", addressLine2="t.a.v. Inkoop"),
            [line(1, MUG, 3), line(2, BOWL, 1)],
        ),
        Situation(
            museum,
            nl("Prinses Margrietplantsoen 104-B", "2595 BR", "Den Haag"),
            [line(1, Product("Servies Wad (doos)", "SRV-WAD", "189.0", 2.4), 6)],
            {
                "customFields": vat,
                "billingInfo": offices,
                "shippingInfo.logistics.instructions": "Afleveren bij de receptie, graag een handtekening.",
            },
        ),
        Situation(
            {"firstName": "Mees", "lastName": "Dijkman"},
            nl("Havenstraat 5", "8911 BK", "Leeuwarden"),
            [bare],
            {"channelInfo.type": "BACKOFFICE_MERCHANT"},
        ),
    ]


def _not_for_everyone() -> list[Situation]:
    counter = {"address": nl("Winkelstraat 1", "3511 AA", "Utrecht"), "pickupMethod": "STORE_PICKUP"}
    elsewhere = line(2, PLATE, 1, fulfillerId=id_of("fulfiller", "print on demand"))
    subscribed = line(1, CANDLE, 1, subscriptionInfo={"id": id_of("subscription", "1"), "cycleNumber": 2})
    return [
        Situation(
            who("Noor", "Kuipers"),
            nl("Molenweg 88", "5611 EM", "Eindhoven"),
            [line(1, VASE, 1)],
            {"shippingInfo.logistics": {"pickupDetails": counter}, "shippingInfo.title": "Ophalen in de winkel"},
        ),
        Situation(
            who("Daan", "Postma"),
            nl("Singel 40", "1015 AB", "Amsterdam"),
            [line(1, MUG, 1, paymentOption="FULL_PAYMENT_OFFLINE")],
            {"paymentStatus": "NOT_PAID", "activities": [{"activityType": "ORDER_PLACED"}]},
        ),
        Situation(
            who("Sem", "Brouwer"),
            nl("Duinweg 9", "2585 JT", "Den Haag"),
            [line(1, PLATE, 2)],
            {"status": "PENDING", "paymentStatus": "PENDING"},
        ),
        Situation(
            who("Lotte", "Peeters", "+32 2 555 01 00"),
            abroad("BE", "Verzonnenstraat 17 bus 4", "1000", "Brussel"),
            [line(1, VASE, 2, paymentOption="DEPOSIT_ONLINE")],
            {"paymentStatus": "PARTIALLY_PAID"},
        ),
        Situation(
            who("Ravi", "Ramdin"),
            nl("Turfmarkt 11", "2511 DP", "Den Haag"),
            [line(1, MUG, 4, refundQuantity=1)],
            {"paymentStatus": "PARTIALLY_REFUNDED"},
        ),
        Situation(
            who("Fleur", "Willems"),
            nl("Beukenhof 6", "4811 AA", "Breda"),
            [line(1, BOWL, 1, refundQuantity=1)],
            {"status": "CANCELED", "paymentStatus": "FULLY_REFUNDED"},
        ),
        Situation(
            who("Gijs", "Verhoeven"),
            {},
            [digital(1, "Breipatroon (pdf)", "7.50")],
            {"shippingInfo": None, "recipientInfo": None, "fulfillmentStatus": "FULFILLED"},
        ),
        Situation(
            who("Amira", "El Idrissi"), nl("Spoorsingel 21", "3011 TA", "Rotterdam"), [line(1, MUG, 2), elsewhere]
        ),
        Situation(
            who("Joris", "Tiemersma"),
            nl("Turfmarkt 3", "9712 HN", "Groningen", geocode={"latitude": 53.21, "longitude": 6.56}),
            [line(1, BOWL, 1)],
            {"shippingInfo.title": "Lokale bezorging", "shippingInfo.logistics.deliveryTimeSlot": SLOT},
            LOW,
        ),
        Situation(
            who("Maud", "de Graaf"),
            nl("Vlierstraat 14", "6211 LN", "Maastricht"),
            [subscribed],
            {"buyerInfo.memberId": id_of("member", "de Graaf"), "buyerInfo.visitorId": None},
        ),
    ]


def rest_of_europe_and_world() -> list[Situation]:
    """Inside the customs union, outside it, and the islands that are neither."""
    return [
        Situation(
            who("Oliver", "Hughes", "+44 20 7946 0100"),
            abroad("GB", "18 Lark Lane", "L17 8UP", "Liverpool", subdivision="GB-ENG"),
            [line(1, MUG, 2)],
            rate=NONE,
        ),
        Situation(
            who("Lukas", "Muster", "+41 44 555 01 00"),
            abroad("CH", "Beispielgasse 7", "8001", "Zürich", subdivision="CH-ZH"),
            [line(1, CUP, 2)],
            rate=NONE,
        ),
        Situation(
            who("Ingrid", "Nordmann", "+47 55 55 01 00"),
            abroad("NO", "Dronningens gate 14", "7011", "Trondheim"),
            [line(1, VASE, 1)],
            rate=NONE,
        ),
        Situation(
            who("Haruto", "Tanaka", "+81 3 5550 0100"),
            abroad("JP", "4-12 Kamiyama, Shibuya", "150-0047", "Tokyo", subdivision="JP-13"),
            [line(1, MUG, 1), line(2, PLATE, 2)],
            rate=NONE,
        ),
        Situation(
            who("Mia", "Sample", "+61 2 5550 0100"),
            abroad("AU", "7 Example Street", "2000", "Sydney", subdivision="AU-NSW"),
            [line(1, HOLDER, 2)],
            rate=NONE,
        ),
        Situation(
            who("Carmen", "Ejemplo", "+34 928 55 01 00"),
            abroad("ES", "Calle Inventada 9", "35001", "Las Palmas de Gran Canaria", subdivision="ES-CN"),
            [line(1, CUP, 1)],
        ),
        Situation(
            who("Solveig", "Lindqvist", "+46 8 555 0100"),
            abroad("SE", "Storgatan 41", "114 55", "Stockholm"),
            [line(1, JUG, 1)],
        ),
        Situation(
            who("Camille", "Moreau", "+33 1 99 00 01 00"),
            abroad("FR", "12 Rue Imaginaire", "69002", "Lyon"),
            [line(1, PLATE, 6)],
        ),
        Situation(
            who("Ελένη", "Παπαδοπούλου", "+30 210 555 0100"),
            abroad("GR", "Οδός Φανταστική 12", "105 57", "Αθήνα"),
            [line(1, BOWL, 1)],
        ),
        Situation(
            who("Мария", "Примерова", "+359 2 555 0100"),
            abroad("BG", "ул. Примерна 8", "1000", "София"),
            [line(1, MUG, 1)],
        ),
        Situation(
            who("Łucja", "Żółkiewska", "+48 22 555 01 00"),
            abroad("PL", "ul. Przykładowa 5/7", "90-001", "Łódź"),
            [line(1, MUG, 2)],
            {"buyerNote": "Dziękuję! 🎁🐈"},
        ),
    ]


def hard_to_send() -> list[Situation]:
    """What people type and shops forget."""
    long_name = "Wolfgang Amadeus Maximilian van den Verzonnen Achternaam tot Uitgeest en Omstreken, Heer van Alles,"
    return [
        Situation(who("Stijn", "Hoekstra"), nl("Havenstraat", "8911 BK", "Leeuwarden"), [line(1, CANDLE, 1)]),
        Situation(
            who("Greta", "Nilsen"), {"city": "Trondheim", "addressLine": "Dronningens gate 14"}, [line(1, MUG, 2)]
        ),
        Situation(
            who("Koen", "Willems"),
            {},
            [line(1, MUG, 1)],
            {"shippingInfo.logistics": {}, "recipientInfo": None, "billingInfo": None},
        ),
        Situation(who("Puck", "Jansen"), nl("Lindelaan 7", "3524 KB", "Utrecht"), []),
        Situation(who("Isa", "Postma"), nl("Postbus 1234", "1000 AB", "Amsterdam"), [line(1, PLATE, 1)]),
        Situation(
            who("Rosa", "Zonderland"),
            nl("Fictielaan 9", "3524KA", "Utrecht"),
            [line(1, MUG, 1, itemType={"preset": "A_KIND_OF_NEXT_YEAR"})],
            {"channelInfo.type": "A_CHANNEL_OF_NEXT_YEAR"},
        ),
        Situation(
            who(long_name[:100], ("V" * 99) + "e", company="Zeer Lange Bedrijfsnaam " * 12 + "en Zonen BV"),
            nl("Zeegroenkade 101", "3011 AB", "Rotterdam"),
            [line(1, Product("Mok met een naam die niet ophoudt " * 5, "MOK-LANG", "15", 0.35), 1)],
        ),
        Situation(
            who("ليلى", "المثال", "0655550103"),
            nl("Beukenhof 12", "4811 GA", "Breda"),
            [line(1, CUP, 2)],
            {"buyerNote": "شكرا جزيلا 🌿"},
        ),
        Situation(who("Teun", "Brouwer"), nl("Plein 1944 3", "6511 JE", "Nijmegen"), [line(1, MUG, 40)]),
        Situation(
            who("Saar", "Kuipers"),
            nl("Keizersgracht 12 3", "1015cx", "Amsterdam"),
            [line(1, VASE, 1, physicalProperties={"weight": 0, "sku": "VAA-OEV-L", "shippable": True})],
        ),
        Situation(who("Luuk", "Schouten"), nl("Dorpsstraat 1", "1234", "Verzonnendam"), [line(1, MUG, 1)]),
        Situation(
            who("Roos", "van der Meer"),
            nl("Duinweg 2", "2585 JT", "Den Haag"),
            [line(1, MUG, 1)],
            {"archived": True},
        ),
        Situation(
            who("Evi", "Verhoeven"),
            nl("Laan van de Zeer Lange Verzonnen Straatnaam met vele Woorden 1234 bis", "2595 BR", "Den Haag"),
            [line(1, Product("Tuinbank Wad", "BNK-WAD", "349.0", 26.0), 1)],
        ),
        Situation(
            who("Bo", "Imanse"),
            nl("Wilgenpad 21", "1018 VN", "Amsterdam"),
            [line(1, MUG, 2)],
            {"imported": True, "channelInfo": {"type": "ETSY", "externalOrderId": "EXT-100"}},
        ),
    ]
