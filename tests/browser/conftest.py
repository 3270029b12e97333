"""A real browser against running programs; an error in the console or a broken policy fails the test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.stack import Stack

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"
CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "nl-NL", "viewport": {"width": 1440, "height": 900}, "timezone_id": "Europe/Amsterdam"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Sandbox, web and worker with fresh demo data."""
    running = Stack(tmp_path_factory.mktemp("stack"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def watched(page: Page) -> Iterator[Page]:
    """A page that must stay free of console errors."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(20_000)
    yield page
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def picture(page: Page, request: pytest.FixtureRequest):
    """Keeps a screenshot of the page under a name."""
    ARTIFACTS.mkdir(exist_ok=True)

    def take(name: str) -> None:
        # Hiding the caret would leave style attributes behind, which the content policy refuses to see copied.
        page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=False, caret="initial")

    return take
