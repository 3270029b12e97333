"""Orders with incomplete, unusual and extreme addresses and lines."""

from typing import Any

from sandbox.order_json import Product, chosen, digital, extra, line, measured, stable_id
from sandbox.sample_data import (
    CANDLE,
    CUP,
    MUG,
    PLATE,
    RIBBON,
    VASE,
    dutch_address,
    make_contact,
)
from sandbox.scenarios import Scenario


def difficult_scenarios() -> list[Scenario]:
    """Incomplete, unusual and extreme addresses and lines."""
    long_name = "Wolfgang Amadeus Maximilian van den Verzonnen Achternaam tot Uitgeest en Omstreken, Heer van Alles,"
    return [
        Scenario(
            make_contact("Stijn", "Hoekstra"),
            dutch_address("Havenstraat", "8911 BK", "Leeuwarden"),
            [line(1, CANDLE, 1)],
        ),
        Scenario(
            make_contact("Greta", "Nilsen"),
            {"city": "Trondheim", "addressLine": "Dronningens gate 14"},
            [line(1, MUG, 2)],
        ),
        Scenario(
            make_contact("Koen", "Willems"),
            {},
            [line(1, MUG, 1)],
            {"shippingInfo.logistics": {}, "recipientInfo": None, "billingInfo": None},
        ),
        Scenario(
            make_contact("Puck", "Jansen"),
            dutch_address("Lindelaan 7", "3524 KB", "Utrecht"),
            [digital(1, "Glazuurrecepten", "9.50")],
        ),
        Scenario(
            make_contact("Isa", "Postma"), dutch_address("Postbus 1234", "1000 AB", "Amsterdam"), [line(1, PLATE, 1)]
        ),
        Scenario(
            make_contact("Rosa", "Zonderland"),
            dutch_address("Fictielaan 9", "3524KA", "Utrecht"),
            [line(1, MUG, 1, itemType={"custom": "Keramiekpakket"}, **_engraved_and_wrapped())],
            {"channelInfo.type": "FAIRE_COM"},
        ),
        Scenario(
            make_contact(long_name[:100], ("V" * 99) + "e", company="Zeer Lange Bedrijfsnaam " * 12 + "en Zonen BV"),
            dutch_address("Zeegroenkade 101", "3011 AB", "Rotterdam"),
            [line(1, Product("Mok met een naam die niet ophoudt " * 5, "MOK-LANG", "15", 0.35), 1)],
        ),
        Scenario(
            make_contact("ليلى", "المثال", "0655550103"),
            dutch_address("Beukenhof 12", "4811 GA", "Breda"),
            [line(1, CUP, 2)],
            {"buyerNote": "شكرا جزيلا 🌿"},
        ),
        Scenario(
            make_contact("Teun", "Brouwer"), dutch_address("Plein 1944 3", "6511 JE", "Nijmegen"), [line(1, MUG, 40)]
        ),
        Scenario(
            make_contact("Saar", "Kuipers"),
            dutch_address("Keizersgracht 12 3", "1015cx", "Amsterdam"),
            [line(1, VASE, 1, physicalProperties={"weight": 0, "sku": "VAA-OEV-L", "shippable": True})],
        ),
        Scenario(
            make_contact("Luuk", "Schouten"),
            dutch_address("Dorpsstraat 1", "1234", "Verzonnendam"),
            [line(1, MUG, 1), line(2, RIBBON, 1, **measured("2.5", "M", "2.5 meter"))],
        ),
        Scenario(
            make_contact("Roos", "van der Meer"),
            dutch_address("Duinweg 2", "2585 JT", "Den Haag"),
            [line(1, MUG, 1)],
            {"archived": True},
        ),
        Scenario(
            make_contact("Evi", "Verhoeven"),
            dutch_address(
                "Laan van de Zeer Lange Verzonnen Straatnaam met vele Woorden 1234 bis", "2595 BR", "Den Haag"
            ),
            [line(1, Product("Tuinbank Wad", "BNK-WAD", "349.0", 26.0), 1)],
        ),
        Scenario(
            make_contact("Bo", "Imanse"),
            dutch_address("Wilgenpad 21", "1018 VN", "Amsterdam"),
            [line(1, MUG, 2)],
            {"imported": True, "channelInfo": {"type": "ETSY", "externalOrderId": "EXT-100"}},
        ),
        _pickup_point_scenario(),
    ]


def _engraved_and_wrapped() -> dict[str, Any]:
    """A text that the buyer typed, and two extras of one group, one of them twice."""
    wrapped = extra("Inpakken", "Cadeaupapier met ster", "2.50")
    wrapped["modifiers"] += extra("Inpakken", "Wenskaart", "1.50", 2)["modifiers"]
    wrapped["modifiers"][-1]["details"] = {"original": "van beukenhout", "translated": "van beukenhout"}
    return {"descriptionLines": [chosen("Tekst op de mok", "Voor Bo ♥ 1-12")], "modifierGroups": [wrapped]}


def _pickup_point_scenario() -> Scenario:
    """To a pick-up point that another app of the site offered; no field holds a code of ours."""
    point = {"address": dutch_address("Marktzijde 4", "3701 ZZ", "Zeist"), "pickupMethod": "PICKUP_POINT"}
    return Scenario(
        make_contact("Iris", "Haaltzelf", "+31600000010"),
        dutch_address("Ophaalpad 22", "3701 ZZ", "Zeist"),
        [line(1, MUG, 1)],
        {
            "shippingInfo.carrierId": stable_id("app", "lockers"),
            "shippingInfo.code": "locker-2231",
            "shippingInfo.title": "Afhaalpunt in de buurt",
            "shippingInfo.logistics": {"pickupDetails": point, "deliveryTime": "1-2 werkdagen"},
        },
    )
