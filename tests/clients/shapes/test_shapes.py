"""Every answer of the sandbox has the shape that the vendors' published type declarations give it."""

from pathlib import Path
from typing import Any

import pytest

from tests.clients.myparcel.conftest import Sdk
from tests.clients.shapes import myparcel_answers, wix_answers
from tests.clients.shapes.comparison import REPORTS, compare, unexplained
from tests.clients.shapes.known import MYPARCEL, WIX
from tests.sandbox_server import MyParcelSandbox, WixSandbox

pytestmark = [pytest.mark.stack, pytest.mark.clients]
HERE = Path(__file__).resolve().parent


def test_the_answers_of_wix_are_as_its_packages_declare_them(packages: Path, sandbox: WixSandbox, new_client: Any):
    differences = compare(HERE / "wix.ts", packages, wix_answers.collect(sandbox, new_client))
    REPORTS.append(("Wix", differences, WIX))
    assert unexplained(differences, WIX) == []


def test_the_answers_of_myparcel_are_as_its_packages_declare_them(
    sdk_folder: Path, myparcel: MyParcelSandbox, sdk: Sdk
):
    answers = myparcel_answers.collect(myparcel, sdk)
    differences = compare(HERE / "myparcel.ts", sdk_folder, answers, "myparcel_models.ts")
    REPORTS.append(("MyParcel", differences, MYPARCEL))
    assert unexplained(differences, MYPARCEL) == []
