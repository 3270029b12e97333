"""The orders that are not plain: one for every situation the reference describes, and a few from the real world."""

from collections.abc import Iterator
from typing import Any

from sandbox.people import PRODUCTS, line, order

FIRST_NUMBER = 10231
MUG, PLATE, BOWL, VASE, CANDLE = PRODUCTS[0], PRODUCTS[1], PRODUCTS[2], PRODUCTS[3], PRODUCTS[4]
LINE_1 = "00000000-0000-0000-0000-000000000001"
PARTLY_SENT = {"10237": [{"id": LINE_1, "quantity": 2}]}
Change = dict[str, Any]


def nl(street: str, postcode: str, city: str, **more: Any) -> dict[str, Any]:
    return {"country": "NL", "city": city, "postalCode": postcode, "addressLine": street, **more}


def who(first: str, last: str, phone: str = "06 5555 0100", **more: str) -> dict[str, str]:
    return {"firstName": first, "lastName": last, "phone": phone, **more}


ABROAD: list[tuple[dict[str, str], dict[str, Any]]] = [
    (
        who("Oliver", "Hughes", "+44 20 7946 0100"),
        {
            "country": "GB",
            "subdivision": "GB-ENG",
            "city": "Liverpool",
            "postalCode": "L17 8UP",
            "addressLine": "18 Lark Lane",
        },
    ),
    (
        who("Lukas", "Muster", "+41 44 555 01 00"),
        {
            "country": "CH",
            "subdivision": "CH-ZH",
            "city": "Zürich",
            "postalCode": "8001",
            "addressLine": "Beispielgasse 7",
        },
    ),
    (
        who("Solveig", "Lindqvist", "+46 8 555 0100"),
        {"country": "SE", "city": "Stockholm", "postalCode": "114 55", "addressLine": "Storgatan 41"},
    ),
    (
        who("Camille", "Moreau", "+33 1 55 50 01 00"),
        {"country": "FR", "city": "Lyon", "postalCode": "69002", "addressLine": "12 Rue Imaginaire"},
    ),
    (
        who("Ingrid", "Nordmann", "+47 55 55 01 00"),
        {"country": "NO", "city": "Trondheim", "postalCode": "7011", "addressLine": "Dronningens gate 14"},
    ),
    (
        who("Haruto", "Tanaka", "+81 3 5550 0100"),
        {
            "country": "JP",
            "subdivision": "JP-13",
            "city": "Tokyo",
            "postalCode": "150-0047",
            "addressLine": "4-12 Kamiyama, Shibuya",
        },
    ),
    (
        who("Mia", "Sample", "+61 2 5550 0100"),
        {
            "country": "AU",
            "subdivision": "AU-NSW",
            "city": "Sydney",
            "postalCode": "2000",
            "addressLine": "7 Example Street",
        },
    ),
    (
        who("Carmen", "Ejemplo", "+34 928 55 01 00"),
        {
            "country": "ES",
            "subdivision": "ES-CN",
            "city": "Las Palmas",
            "postalCode": "35001",
            "addressLine": "Calle Inventada 9",
        },
    ),
]
"""Contacts and addresses outside the Netherlands."""


def orders() -> Iterator[dict[str, Any]]:
    """In the order of their numbers, from FIRST_NUMBER on."""
    for index, (contact, address, lines, changes) in enumerate([*_reference(), *_real_world()]):
        made = order(str(FIRST_NUMBER + index), lines, contact, address)
        yield _changed(made, changes)


def _changed(made: dict[str, Any], changes: Change) -> dict[str, Any]:
    for path, value in changes.items():
        *parents, name = path.split(".")
        target = made
        for parent in parents:
            target = target[int(parent)] if isinstance(target, list) else target.setdefault(parent, {})
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value
    return made


Row = tuple[dict[str, str], dict[str, Any], list[dict[str, Any]], Change]


def _reference() -> list[Row]:
    digital = {
        **line(2, CANDLE, 1),
        "itemType": {"preset": "DIGITAL"},
        "physicalProperties": {"shippable": False},
    }
    elsewhere = {**line(2, PLATE, 1), "fulfillerId": "6f1d1c9e-1111-4444-8888-000000000001"}
    bare = {**line(1, BOWL, 1), "physicalProperties": {"shippable": True}}
    street = {
        "country": "NL",
        "subdivision": "NL-UT",
        "city": "Utrecht",
        "postalCode": "3524 KB",
        "streetAddress": {"name": "Lindelaan", "number": "12-A"},
    }
    pickup = {"address": nl("Winkelstraat 1", "3511 AA", "Utrecht"), "pickupMethod": "STORE_PICKUP"}
    vat = [{"title": "BTW-nummer", "value": "NL000000000B00"}, {"title": "Uw referentie", "value": "PO-4471"}]
    return [
        (
            who("Hanna", "Vermeulen"),
            street,
            [line(1, MUG, 2), line(2, BOWL, 1)],
            {"buyerNote": "Graag bellen voor levering."},
        ),
        (
            who("Esra", "Yılmaz", "0031-6-55550101"),
            nl("Fictielaan 48 bis", "2011zz", "Haarlem", addressLine2="2 hoog"),
            [line(1, PLATE, 4)],
            {},
        ),
        (
            who("Wout", "Claes", "+32 9 555 01 00"),
            {
                "country": "BE",
                "city": "Gent",
                "postalCode": "9000",
                "addressLine": "Korenmarkt 7",
                "addressLine2": "bus 4",
            },
            [line(1, MUG, 3)],
            {"buyerInfo.memberId": "member-7"},
        ),
        (
            who("Lisa", "Müller", "+49 221 5550100"),
            {"country": "DE", "city": "Köln", "postalCode": "50672", "addressLine": "Ehrenstraße 15"},
            [line(1, CANDLE, 1)],
            {
                "lineItems.0.productName": {
                    "original": "Kaarsenhouder Duin",
                    "translated": "Kerzenhalter Düne",
                }
            },
        ),
        (
            who("Emily", "Carter", "+1 503 555 0100"),
            {
                "country": "US",
                "subdivision": "US-OR",
                "city": "Portland",
                "postalCode": "97209",
                "addressLine": "235 West 23rd Street",
            },
            [line(1, MUG, 2)],
            {
                "currency": "USD",
                "currencyConversionDetails": {"originalCurrency": "EUR", "conversionRate": "1.08"},
                "weightUnit": "LB",
            },
        ),
        (
            who("Jip", "van Leeuwen"),
            nl("Wilgenpad 3", "1018 VN", "Amsterdam"),
            [line(1, MUG, 1), digital],
            {},
        ),
        (
            who("Tom", "Schouten"),
            nl("Kerkplein 2", "7411 GR", "Deventer", addressLine2="t.a.v. Inkoop"),
            [line(1, MUG, 3)],
            {},
        ),
        (
            who("Anne", "de Vries", company="Stichting Vrienden van het Verzonnen Museum"),
            nl("Prinses Margrietplantsoen 104-B", "2595 BR", "Den Haag"),
            [line(1, ("Servies Wad (doos)", "SRV", 189.0, 2.4), 6)],
            {"customFields": vat, "shippingInfo.logistics.instructions": "Afleveren bij de receptie."},
        ),
        (
            {"firstName": "Mees", "lastName": "Dijkman"},
            nl("Havenstraat 5", "8911 BK", "Leeuwarden"),
            [bare],
            {"channelInfo.type": "BACKOFFICE_MERCHANT"},
        ),
        (
            who("Noor", "Kuipers"),
            nl("Molenweg 88", "5611 EM", "Eindhoven"),
            [line(1, VASE, 1)],
            {
                "shippingInfo.logistics": {"pickupDetails": pickup},
                "shippingInfo.title": "Ophalen in de winkel",
            },
        ),
        (
            who("Daan", "Postma"),
            nl("Singel 40", "1015 AB", "Amsterdam"),
            [line(1, MUG, 1)],
            {"paymentStatus": "NOT_PAID"},
        ),
        (
            who("Sem", "Brouwer"),
            nl("Duinweg 9", "2585 JT", "Den Haag"),
            [line(1, PLATE, 2)],
            {"status": "PENDING", "paymentStatus": "PENDING"},
        ),
        (
            who("Lotte", "Peeters", "+32 2 555 01 00"),
            {
                "country": "BE",
                "city": "Brussel",
                "postalCode": "1000",
                "addressLine": "Verzonnenstraat 17 bus 4",
            },
            [line(1, VASE, 2)],
            {"paymentStatus": "PARTIALLY_PAID"},
        ),
        (
            who("Ravi", "Ramdin"),
            nl("Turfmarkt 11", "2517 JL", "Den Haag"),
            [{**line(1, MUG, 4), "refundQuantity": 1}],
            {"paymentStatus": "PARTIALLY_REFUNDED"},
        ),
        (
            who("Fleur", "Willems"),
            nl("Beukenhof 6", "4811 AA", "Breda"),
            [line(1, BOWL, 1)],
            {"status": "CANCELED", "paymentStatus": "FULLY_REFUNDED"},
        ),
        (
            who("Gijs", "Verhoeven"),
            {},
            [{**digital, "id": LINE_1}],
            {"shippingInfo": None, "recipientInfo": None, "fulfillmentStatus": "FULFILLED"},
        ),
        (
            who("Amira", "El Idrissi"),
            nl("Spoorsingel 21", "3011 TA", "Rotterdam"),
            [line(1, MUG, 2), elsewhere],
            {},
        ),
        (
            who("Joris", "Tiemersma"),
            nl("Turfmarkt 3", "9712 HN", "Groningen"),
            [line(1, BOWL, 1)],
            {
                "shippingInfo.title": "Lokale bezorging",
                "shippingInfo.logistics.deliveryTimeSlot": {
                    "from": "2026-11-25T16:00:00Z",
                    "to": "2026-11-25T18:00:00Z",
                },
            },
        ),
        (
            who("Maud", "de Graaf"),
            nl("Vlierstraat 14", "6211 LN", "Maastricht"),
            [{**line(1, CANDLE, 1), "subscriptionInfo": {"id": "sub-1", "cycleNumber": 2}}],
            {"buyerInfo.memberId": "member-9"},
        ),
    ]


def _real_world() -> list[Row]:
    abroad: list[Row] = [(contact, address, [line(1, MUG, 2)], {}) for contact, address in ABROAD]
    strange: list[Row] = [
        (who("Stijn", "Hoekstra"), nl("Havenstraat", "8911 BK", "Leeuwarden"), [line(1, CANDLE, 1)], {}),
        (
            who("Greta", "Nilsen"),
            {"city": "Trondheim", "addressLine": "Dronningens gate 14"},
            [line(1, MUG, 2)],
            {},
        ),
        (
            who("Koen", "Willems"),
            {},
            [line(1, MUG, 1)],
            {"shippingInfo.logistics": {}, "recipientInfo": None, "billingInfo": None},
        ),
        (
            who("Puck", "Jansen"),
            nl("Lindelaan 7", "3524 KB", "Utrecht"),
            [],
            {"priceSummary.total": {"amount": "0"}},
        ),
        (
            who("Isa", "Postma"),
            nl("Postbus 1234", "1000 AB", "Amsterdam"),
            [line(1, PLATE, 1)],
            {"paymentStatus": "PAID", "channelInfo.type": "A_CHANNEL_OF_NEXT_YEAR"},
        ),
        (
            who("Wolfgang Amadeus Maximilian", "V" * 90),
            nl("Zeegroenkade 101", "3011 AB", "Rotterdam"),
            [line(1, MUG, 1)],
            {},
        ),
        (
            who("Ελένη", "Παπαδοπούλου", "+30 210 555 0100"),
            {"country": "GR", "city": "Αθήνα", "postalCode": "105 57", "addressLine": "Οδός Φανταστική 12"},
            [line(1, BOWL, 1)],
            {},
        ),
        (
            who("Łucja", "Żółkiewska", "+48 22 555 01 00"),
            {"country": "PL", "city": "Łódź", "postalCode": "90-001", "addressLine": "ul. Przykładowa 5/7"},
            [line(1, MUG, 2)],
            {"buyerNote": "Dziękuję! 🎁"},
        ),
        (who("Teun", "Brouwer"), nl("Plein 1944 3", "6511 JE", "Nijmegen"), [line(1, MUG, 40)], {}),
        (
            who("Saar", "Kuipers"),
            nl("Keizersgracht 12 3", "1015cx", "Amsterdam"),
            [{**line(1, VASE, 1), "physicalProperties": {"weight": 0, "shippable": True}}],
            {},
        ),
        (who("Luuk", "Schouten"), nl("Dorpsstraat 1", "1234", "Verzonnendam"), [line(1, MUG, 1)], {}),
        (
            who("Roos", "van der Meer"),
            nl("Duinweg 2", "2585 JT", "Den Haag"),
            [line(1, MUG, 1)],
            {"archived": True},
        ),
        (
            who("Evi", "Verhoeven"),
            nl("Laan van de Zeer Lange Verzonnen Straatnaam met vele Woorden 1234 bis", "2595 BR", "Den Haag"),
            [line(1, ("Tuinbank Wad", "BNK", 349.0, 26.0), 1)],
            {},
        ),
    ]
    return abroad + strange
