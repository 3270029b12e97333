"""Reading pages of orders, each of which may be fetched in a thread while the one before it is stored.

The thread only fetches: it has no connection to the database, and what needs one is left to the worker. Whatever went
wrong is raised where the page is asked for, so a reading that fails does so where it would have failed anyway.
"""

from concurrent.futures import Future
from datetime import datetime
from threading import Thread

from integrations.orders import OrderPage
from integrations.providers.base import PlatformSession
from integrations.services.tokens import NeedsDatabase, without_database


class PagesAhead:
    """The pages of one turn. ``since`` is that of the reading."""

    def __init__(self, session: PlatformSession, since: datetime | None) -> None:
        self._session, self._since = session, since
        self._cursor, self._page = "", Future[OrderPage]()

    def fetch(self, cursor: str) -> OrderPage:
        """The page at this cursor, fetched ahead or now. Raises what ``orders_page`` raises."""
        if cursor and cursor == self._cursor:
            try:
                return self._page.result()
            except NeedsDatabase:
                pass
        return self._session.orders_page(since=self._since, cursor=cursor)

    def start(self, cursor: str) -> None:
        """Begin to fetch this page. One that nobody asks for afterwards is dropped."""
        self._cursor, self._page = cursor, Future()
        # Not waited for at the end of the program: a reading that stops has no use for it.
        Thread(target=self._run, args=(cursor, self._page), name="page-ahead", daemon=True).start()

    def _run(self, cursor: str, page: Future[OrderPage]) -> None:
        try:
            with without_database():
                page.set_result(self._session.orders_page(since=self._since, cursor=cursor))
        except BaseException as error:  # noqa: BLE001 - raised by ``fetch``
            page.set_exception(error)
