"""Demo accounts in running programs; each test module has its own."""

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.stack import Stack

NEW_SHOP, BUSY_SHOP = "Atelier Voorbeeld", "Studio Tweede"
Cookies = list[Any]


class Switches:
    """The switches of both parts of the sandbox, and their values at the start."""

    PATHS = ("/sandbox/knobs", "/sandbox/myparcel/knobs")

    def __init__(self, stack: Stack) -> None:
        self.ask = stack.ask
        self.initial = {path: self.ask(path, {}) for path in self.PATHS}

    def reset(self) -> None:
        for path, values in self.initial.items():
            self.ask(path, values)


class Demo:
    """An account of manage.py seed_demo: the user, a new shop, a busy one, and a Wix site for each."""

    def __init__(self, stack: Stack, number: int, switches: Switches) -> None:
        facts = stack.demo_account(number)
        self.stack, self.switches = stack, switches
        self.email, self.password = facts["email"], facts["password"]
        self.site, self.busy_site = facts["site"], facts["busy_site"]
        self.base, self.sandbox = stack.base, stack.sandbox
        self.ask, self.manage = stack.ask, stack.manage
        self._signed_in: dict[str, Cookies] = {}

    def enter(self, context: BrowserContext, shop: str) -> None:
        """Sign the context in to this shop with a copy of a session; the form is used once."""
        assert context.browser is not None
        if not self._signed_in:
            self._signed_in = self._sign_in(context.browser)
        context.add_cookies(self._copied(self._signed_in[shop]))

    def _sign_in(self, browser: Browser) -> dict[str, Cookies]:
        context = browser.new_context(locale="nl-NL")
        page = context.new_page()
        page.goto(self.base)
        self.fill_in_login(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Goede")
        found: dict[str, Cookies] = {NEW_SHOP: self._copied(context.cookies())}
        page.goto(f"{self.base}/instellingen/")
        page.get_by_role("button", name=f"Instellingen {BUSY_SHOP}").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(BUSY_SHOP)
        found[BUSY_SHOP] = context.cookies()
        context.close()
        return found

    def fill_in_login(self, page: Page) -> None:
        page.get_by_label("E-mailadres").fill(self.email)
        page.get_by_label("Wachtwoord", exact=True).fill(self.password)
        page.get_by_role("button", name="Inloggen").click()

    def _copied(self, cookies: Cookies) -> Cookies:
        """Copy the session row, so that the new cookie is independent of the old one."""
        copy = (
            "INSERT INTO django_session (session_key, session_data, expire_date) "
            "SELECT ?, session_data, expire_date FROM django_session WHERE session_key = ?"
        )
        key = secrets.token_hex(16)
        (old,) = (cookie["value"] for cookie in cookies if cookie["name"] == "sessionid")
        with closing(sqlite3.connect(self.stack.data / "backoffice.sqlite3", timeout=30)) as database, database:
            assert database.execute(copy, (key, old)).rowcount == 1
        return [cookie | {"value": key} if cookie["name"] == "sessionid" else cookie for cookie in cookies]


class Demos:
    """Assigns each module an account of its own; starts another stack when all are taken."""

    def __init__(self, folder: Path, modules: int) -> None:
        self.folder = folder
        workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
        # Accounts in one stack: a worker's share of the modules, and one more because shares are not equal.
        self.accounts_per_stack = -(-modules // workers) + (workers > 1)
        self.stacks: list[Stack] = []
        self.free: list[Demo] = []

    def take(self) -> Demo:
        if not self.free:
            stack = self._start()
            switches = Switches(stack)
            self.free = [Demo(stack, number, switches) for number in range(1, self.accounts_per_stack + 1)]
        return self.free.pop(0)

    def _start(self) -> Stack:
        # A list that was just read counts as fresh, or a page that waits for the reading would ask for one for ever.
        # Looking for work every second would take a twelfth of a processor, and no walk waits for a retry.
        wanted = {"DEMO_ACCOUNTS": str(self.accounts_per_stack), "SYNC_STALE_SECONDS": "60", "WORK_SWEEP_SECONDS": "8"}
        stack = Stack(self.folder / str(len(self.stacks)), **wanted)
        self.stacks.append(stack)
        stack.start()
        return stack

    def stop(self) -> None:
        for stack in self.stacks:
            stack.stop()
