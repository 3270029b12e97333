"""A real browser with running programs; a console error or policy violation fails the test."""

import os
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.demos import Demo, Demos, Switches

# The last four spare processes, threads, and the compiling of scripts that run for less than a second.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--in-process-gpu",
    "--js-flags=--no-opt",
    "--num-raster-threads=1",
    "--renderer-process-limit=1",
]
ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"
FAILURES = ARTIFACTS / "failures"
CHROMIUM = "/usr/bin/chromium-headless-shell"
DEVICES: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}},
}
expect.set_options(timeout=30_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Of a walk that fails: where every page was, and how it looked."""
    report = yield
    browser: Browser | None = getattr(item, "funcargs", {}).get("browser")
    if report.when != "call" or not report.failed or browser is None:
        return report
    FAILURES.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(page for context in browser.contexts for page in context.pages):
        path = FAILURES / f"{re.sub(r'[^a-z0-9_]+', '-', item.name)}-{number}.png"
        report.sections.append(("page", f"{page.url}, see {path}"))
        with suppress(Error):
            page.screenshot(path=path, caret="initial", timeout=5000)
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {
        "locale": "nl-NL",
        "viewport": {"width": 1440, "height": 900},
        "timezone_id": "Europe/Amsterdam",
        "reduced_motion": "reduce",
    }


@pytest.fixture(scope="session")
def demos(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Demos]:
    """Sandbox, web and worker, started once for this process."""
    modules = {item.path for item in request.session.items if "demo" in getattr(item, "fixturenames", ())}
    running = Demos(tmp_path_factory.mktemp("stack"), len(modules))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def demo(demos: Demos) -> Demo:
    """An account of this module, with a new shop and a busy one."""
    return demos.take()


@pytest.fixture(autouse=True)
def _reset_switches(request: pytest.FixtureRequest) -> Iterator[None]:
    """Reset every switch before and after each test."""
    if "demo" not in request.fixturenames:
        yield
        return
    switches: Switches = request.getfixturevalue("demo").switches
    switches.reset()
    yield
    switches.reset()


@pytest.fixture
def strict_page(page: Page) -> Iterator[Page]:
    """A page that fails the test if the console shows an error."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not complaints, "\n".join(complaints)


@pytest.fixture(params=DEVICES)
def device(browser: Browser, browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on a desktop and one on a phone."""
    context = browser.new_context(**browser_context_args | DEVICES[request.param])
    yield context.new_page()
    context.close()


@pytest.fixture
def picture_of() -> Callable[[Page, str], None]:
    """Keeps a screenshot of a page under a name, where PICTURES=1 asks for them."""

    def take(page: Page, name: str) -> None:
        if os.environ.get("PICTURES") != "1":
            return
        ARTIFACTS.mkdir(exist_ok=True)
        # Hiding the caret would leave style attributes behind, which the content policy refuses to see copied.
        page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=False, caret="initial")

    return take


@pytest.fixture
def picture(page: Page, picture_of: Callable[[Page, str], None]) -> Callable[[str], None]:
    return lambda name: picture_of(page, name)
