"""Both vendors' clients, as in the folders beside and above, and the report at the end of the run."""

import pytest

from tests.clients.myparcel.conftest import myparcel, sdk, sdk_folder
from tests.clients.shapes.comparison import REPORTS, report

__all__ = ["myparcel", "sdk", "sdk_folder"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The differences, and with ``-v`` also the known ones with their reasons."""
    for title, differences, known in REPORTS:
        terminalreporter.section(f"shapes: {title}")
        for line in report(differences, known, with_known=terminalreporter.verbosity > 0):
            terminalreporter.write_line(line)
