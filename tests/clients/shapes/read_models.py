"""Writes `myparcel_models.ts`: the answers of MyParcel's API as its PHP client declares them, as TypeScript.

MyParcel publishes the models that are generated from its API description only in the package myparcelnl/sdk for PHP,
from version 11 on. Run this once for a newer version, in a clone of github.com/myparcelnl/sdk at its tag:

    python -m tests.clients.shapes.read_models CLONE > tests/clients/shapes/myparcel_models.ts
"""

import re
import sys
import textwrap
from pathlib import Path

GENERATED = Path("src/Client/Generated")
# The model of each answer. Names are unique across the two APIs.
ROOTS = {
    "CoreApi": [
        "CapabilitiesResponsesCapabilitiesV2",
        "CapabilitiesResponsesContractDefinitionsV2",
        "CommonResponsesDownloadUrl",
        "CommonResponsesUserError",
        "RefRatesResponseRateV2",
        "ShipmentResponsesDeliveryOptionsV2",
        "ShipmentResponsesPaymentInstructions",
        "ShipmentResponsesPickupLocations",
        "ShipmentResponsesPostShipmentsV12",
        "ShipmentResponsesShipmentIds",
        "ShipmentResponsesShipmentLabels",
        "ShipmentResponsesShipments",
        "ShipmentResponsesTracktraces",
        "WebhooksResponsesPostWebhookSubscriptions",
        "WebhooksResponsesWebhookSubscriptionsV11",
    ],
    "IamApi": ["PrincipalShop", "PrincipalUser"],
}
PRIMITIVES = {"int": "number", "float": "number", "bool": "boolean", "string": "string", r"\DateTime": "string"}
ANYTHING = ("mixed", "object", "array")


class Models:
    """Reads classes and, through their members, all that they name."""

    def __init__(self, clone: Path) -> None:
        self.clone, self.read, self.lines = clone, set[str](), list[str]()

    def add(self, api: str, name: str) -> None:
        path = self.clone / GENERATED / api / "Model" / f"{name}.php"
        if name in self.read or not path.exists():
            return
        self.read.add(name)
        text = path.read_text()
        if parent := re.search(r"^(?:final )?class \w+ extends (\w+)", text, re.MULTILINE):
            self.add(api, parent[1])
            self.lines.append(f"export type {name} = {parent[1]};")
            return
        if not php_map(text, "openAPITypes"):
            # An enumeration, or a choice of types of which the generator leaves nothing.
            self.lines += wrapped(f"export type {name} = {enum_values(text, 'getAllowableEnumValues') or 'unknown'};")
            return
        self.add_interface(api, name, text)

    def add_interface(self, api: str, name: str, text: str) -> None:
        types, keys = php_map(text, "openAPITypes"), php_map(text, "attributeMap")
        nullable = php_map(text, "openAPINullables")
        needed = set(re.findall(r"if \(\$this->container\['(\w+)'\] === null\) \{\s+\$invalidProperties", text))
        body = []
        for member, declared in types.items():
            method = "get" + "".join(part.title() for part in member.split("_")) + "AllowableValues"
            value = enum_values(text, method) or self.type_of(api, declared)
            value += " | null" if nullable.get(member) == "true" else ""
            body.append(f"{keys[member]}{'' if member in needed else '?'}: {value};")
        self.lines += [f"export interface {name} {{", *wrapped(" ".join(body), "  "), "}"]

    def type_of(self, api: str, declared: str) -> str:
        if declared.endswith("[]"):
            return f"{self.type_of(api, declared[:-2])}[]"
        if found := re.fullmatch(r"array<string,\s*(.+)>", declared):
            return f"Record<string, {self.type_of(api, found[1])}>"
        if declared in ANYTHING:
            return "unknown"
        if declared in PRIMITIVES:
            return PRIMITIVES[declared]
        name = declared.rsplit("\\", 1)[-1]
        self.add(api, name)
        return name if name in self.read else "unknown"


def php_map(text: str, name: str) -> dict[str, str]:
    body = re.search(rf"static (?:array )?\${name} = \[(.*?)\];", text, re.DOTALL)
    rows = re.findall(r"'([^']+)' => '?((?:[^',\n]|,\s*(?=\\))+)'?", body[1]) if body else []
    return {key: value.replace("\\\\", "\\") for key, value in rows}


def enum_values(text: str, method: str) -> str:
    """The union of the constants that a method of this name lists; empty without one."""
    body = re.search(rf"function {method}\(\)\s*\{{\s*return \[(.*?)\];", text, re.DOTALL | re.IGNORECASE)
    constants = dict(re.findall(r"public const (\w+) = ([^;]+);", text))
    names = re.findall(r"self::(\w+)", body[1]) if body else []
    values = list(dict.fromkeys(constants[name].replace("'", '"') for name in names))
    # The generator writes an empty choice for a text that has a pattern.
    return " | ".join(values) if values != ['""'] else "string"


def wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, 120, initial_indent=indent, subsequent_indent="  ", break_long_words=False)


def main() -> None:
    models = Models(Path(sys.argv[1]))
    for api, names in ROOTS.items():
        for name in names:
            models.add(api, name)
    header = [
        "// The answers of MyParcel's API as the models of myparcelnl/sdk for PHP declare them (MIT License, Copyright",
        "// (c) 2022 MyParcel), written by `read_models.py`. Do not change by hand.",
    ]
    sys.stdout.write("\n".join([*header, *models.lines, ""]))


if __name__ == "__main__":
    main()
