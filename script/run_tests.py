"""Runs all tests in phases, or those named by the arguments; see `script/test --help`.

Phases that compute run beside phases that mostly wait for programs and pages, so that both cores are busy. The
computing ones run with nice, which has no effect where the kernel schedules by session (autogroup).
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_SECONDS = 12 * 60
STOP_TIMEOUT_SECONDS = 15
CHROMIUM = Path("/usr/bin/chromium-headless-shell")
PYTEST = (sys.executable, "-m", "pytest")
UNIT_OPTIONS = ("-n", "2", "-m", "not browser and not stack")
# One worker runs all tests of a file, because they share programs. Files start in the order given.
BY_FILE_OPTIONS = ("--dist", "loadfile", "--no-loadscope-reorder")
DURATION_OPTIONS = ("--durations=15", "--durations-min=0.1")
# Environment variables of the developer that tests must not inherit. Without compiled files each of the many programs
# that tests start would compile the whole project.
IGNORED_VARIABLES = {
    "DATABASE_URL",
    "REDIS_URL",
    "WIX_APP_ID",
    "WIX_APP_SECRET",
    "WIX_CONTRACT",
    "PYTHONDONTWRITEBYTECODE",
}


@dataclass
class Phase:
    """One command with a data folder of its own."""

    name: str
    command: tuple[str, ...]
    # The adjustment of nice(1).
    nice: int = 0
    seconds: float = 0.0
    status: int | None = None
    output: Path | None = None
    program: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def run(self, folder: Path, env: dict[str, str] | None = None) -> None:
        """Wait until it ends. Its output goes to a file."""
        data = folder / "data" / self.name.replace(" ", "-").lower()
        data.mkdir(parents=True)
        self.output = data.with_suffix(".log")
        started = time.monotonic()
        with self.output.open("wb") as log:
            self.program = subprocess.Popen(
                ["nice", "-n", str(self.nice), *self.command],
                cwd=ROOT,
                env=environment(data) | {"TEMPLATE_DIR": str(folder)} | (env or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.status = self.program.wait()
        self.seconds = time.monotonic() - started

    @property
    def text(self) -> str:
        return self.output.read_text(errors="replace") if self.output else ""

    def stop(self) -> None:
        """Send SIGINT, so that pytest stops the programs it started; SIGKILL after STOP_TIMEOUT_SECONDS."""
        if self.program is None or self.program.poll() is not None:
            return
        os.killpg(self.program.pid, signal.SIGINT)
        try:
            self.program.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.program.pid, signal.SIGKILL)


def environment(data: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in IGNORED_VARIABLES}
    return own | {"DATA_DIR": str(data), "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}


def all_phases(has_browser: bool) -> tuple[list[Phase], list[Phase]]:
    """The computing and the waiting phases."""
    computing = [
        Phase("SQLite", (*PYTEST, *DURATION_OPTIONS, *UNIT_OPTIONS), nice=10),
        # import-linter keeps models out of carriers, so its tests need no second database.
        Phase(
            "PostgreSQL and Valkey",
            (*PYTEST, "-p", "tests.backing_services", "--ignore=carriers", *DURATION_OPTIONS, *UNIT_OPTIONS),
            nice=10,
        ),
    ]
    waiting = [Phase("Programs", (*PYTEST, "-n", "2", *BY_FILE_OPTIONS, *DURATION_OPTIONS, "-m", "stack", "tests"))]
    if has_browser:
        waiting.append(
            Phase(
                "Browser", (*PYTEST, "-n", "2", *BY_FILE_OPTIONS, *DURATION_OPTIONS, "-m", "browser", "tests/browser")
            )
        )
    waiting += [
        Phase("Sandbox", (*PYTEST, "-n", "2", *DURATION_OPTIONS, "-c", "sandbox/pytest.ini", "sandbox"), nice=10),
        Phase("Other Pythons", ("script/pythons", "--quick"), nice=10),
    ]
    return computing, waiting


def run_all(folder: Path) -> int:
    """Returns the exit status."""
    missing = install_debian_packages()
    lanes = all_phases(has_browser=CHROMIUM.exists())
    started, stopped = time.monotonic(), threading.Event()
    threads = [threading.Thread(target=run_lane, args=(lane, folder, stopped), daemon=True) for lane in lanes]
    phases = [phase for lane in lanes for phase in lane]
    for thread in threads:
        thread.start()
    with stop_at_exit(phases, stopped):
        for thread in threads:
            thread.join(max(0.1, MAX_SECONDS - (time.monotonic() - started)))
        too_long = any(thread.is_alive() for thread in threads)
    print_table(phases, time.monotonic() - started)
    if missing:
        print(f"Not run: {'; '.join(missing)}.")
    if too_long:
        print(f"The run was stopped after {MAX_SECONDS // 60} minutes, the maximum.")
    failed = too_long or any(phase.status != 0 for phase in phases)
    return int(failed or bool(missing and os.environ.get("CI") == "true"))


def run_lane(lane: Sequence[Phase], folder: Path, stopped: threading.Event) -> None:
    for phase in lane:
        if stopped.is_set():
            return
        print(f"== {phase.name} ...", file=sys.stderr, flush=True)
        phase.run(folder)
        print(f"== {phase.name}: {format_duration(phase.seconds)}\n{phase.text}", flush=True)


@contextmanager
def stop_at_exit(phases: Sequence[Phase], stopped: threading.Event | None = None) -> Iterator[None]:
    try:
        yield
    finally:
        if stopped is not None:
            stopped.set()
        for phase in phases:
            phase.stop()


def print_table(phases: Sequence[Phase], seconds: float) -> None:
    print("\nphase                    time  result")
    for phase in phases:
        result = {None: "not finished", 0: "ok"}.get(phase.status, "FAILED")
        print(f"{phase.name:<22} {format_duration(phase.seconds):>6}  {result}")
    print(f"{'total':<22} {format_duration(seconds):>6}")


def format_duration(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def install_debian_packages() -> list[str]:
    """Install Chromium and Node where possible. Returns which tests cannot run without them."""
    missing = []
    if not CHROMIUM.exists() and not apt_install("chromium-headless-shell") and not CHROMIUM.exists():
        missing.append("the browser tests (apt install chromium-headless-shell)")
    if not has_node() and not apt_install("nodejs", "npm") and not has_node():
        missing.append("Wix's and MyParcel's own clients (install Debian's node: apt install nodejs npm)")
    return missing


def has_node() -> bool:
    return bool(shutil.which("node") and shutil.which("npm"))


def apt_install(*packages: str) -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing Debian's {' and '.join(packages)} for the tests.", file=sys.stderr)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], capture_output=True, env=env, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, capture_output=True, env=env, check=False).returncode == 0


def run_part(folder: Path, arguments: Sequence[str]) -> int:
    """Run pytest with these arguments on SQLite."""
    return subprocess.run([*PYTEST, *arguments], cwd=ROOT, env=environment(folder), check=False).returncode


def repeat(folder: Path, times: int, busy: bool, arguments: Sequence[str]) -> int:
    """Returns 1 when any round failed."""
    passed = 0
    with busy_process() if busy else nullcontext():
        for number in range(1, times + 1):
            phase = Phase(f"Round {number}", (*PYTEST, *arguments))
            with stop_at_exit([phase]):
                phase.run(folder)
            passed += phase.status == 0
            print(
                f"{phase.name}: {'passed' if phase.status == 0 else 'FAILED'} in {format_duration(phase.seconds)}",
                flush=True,
            )
            if phase.status:
                print(phase.text, flush=True)
    print(f"{passed} of {times} rounds passed.")
    return int(passed < times)


@contextmanager
def busy_process() -> Iterator[None]:
    """A second process that uses one core."""
    program = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        program.kill()


def measure_coverage(folder: Path) -> int:
    """Run the tests on both databases and report the branches that neither took."""
    options = ("--cov", "--cov-report=")
    files: list[Path] = []
    for name, plugin in (("SQLite", ()), ("PostgreSQL and Valkey", ("-p", "tests.backing_services"))):
        files.append(folder / f"coverage.{len(files)}")
        phase = Phase(name, (*PYTEST, *plugin, *UNIT_OPTIONS, *options))
        with stop_at_exit([phase]):
            phase.run(folder, {"COVERAGE_FILE": str(files[-1])})
        print(f"== {phase.name}: {format_duration(phase.seconds)}\n{phase.text}", flush=True)
        if phase.status:
            return 1
    env = os.environ | {"COVERAGE_FILE": str(folder / "coverage")}
    tool = (sys.executable, "-m", "coverage")
    subprocess.run([*tool, "combine", "--quiet", *map(str, files)], cwd=ROOT, env=env, check=True)
    return subprocess.run([*tool, "report"], cwd=ROOT, env=env, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--repeat", type=int, default=0)
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--coverage", action="store_true")
    options, arguments = parser.parse_known_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="backoffice-tests-") as name:
        folder = Path(name)
        if options.repeat:
            return repeat(folder, options.repeat, options.busy, arguments)
        if options.coverage:
            return measure_coverage(folder)
        return run_part(folder, arguments) if arguments else run_all(folder)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
