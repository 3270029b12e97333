"""Starts the sandbox, the backoffice and its worker, waits until they respond, and stops them at the end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
START_TIMEOUT_SECONDS = 90.0


def exit_with_message(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise SystemExit(1)


def read_port(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdigit() or not 0 < int(value) < 65536:
        exit_with_message(f"{name} must be a port number between 1 and 65535, not {value!r}.")
    return int(value)


def check_free(port: int, name: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            exit_with_message(
                f"Port {port} is in use. Stop what uses it, or choose another: {name}={port + 10} script/server"
            )


class Programs:
    """The programs that this script started. They stop in the opposite order."""

    def __init__(self, log_dir: Path) -> None:
        self.running: list[subprocess.Popen[bytes]] = []
        self.log_dir = log_dir
        log_dir.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: list[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        log = (self.log_dir / f"{name}.log").open("ab")
        program = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=log, stderr=log, start_new_session=True)
        self.running.append(program)
        return program

    def stop(self) -> None:
        for program in reversed(self.running):
            self._signal(program, signal.SIGTERM)
        deadline = time.monotonic() + 8
        for program in reversed(self.running):
            try:
                program.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._signal(program, signal.SIGKILL)

    def _signal(self, program: subprocess.Popen[bytes], number: int) -> None:
        try:
            os.killpg(program.pid, number)
        except ProcessLookupError:
            return

    def await_answer(self, name: str, program: subprocess.Popen[bytes], url: str) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            if program.poll() is not None:
                break
            try:
                with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        self.stop()
        exit_with_message(f"{name} did not start. Its log says why: {self.log_dir / (name + '.log')}")


def prepare_data(env: Mapping[str, str]) -> None:
    """Migrate the database, collect static files and create demo accounts, before any program uses them."""
    command = [sys.executable, "-m", "script.prepare"]
    done = subprocess.run(command, cwd=ROOT, env=dict(env), capture_output=True, text=True)
    if done.returncode:
        exit_with_message((done.stderr or done.stdout).strip().splitlines()[-1])


def main() -> None:
    port, sandbox_port = read_port("PORT", 8000), read_port("SANDBOX_PORT", 8001)
    data = Path(os.environ.get("DATA_DIR", ROOT / ".data")).resolve()
    check_free(port, "PORT")
    check_free(sandbox_port, "SANDBOX_PORT")
    programs = Programs(data / "logs")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        run(programs, port, sandbox_port, data)
    except KeyboardInterrupt:
        pass
    finally:
        programs.stop()


def run(programs: Programs, port: int, sandbox_port: int, data: Path) -> None:
    base, sandbox_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}"
    env = dict(os.environ, PORT=str(port), SANDBOX_PORT=str(sandbox_port), DATA_DIR=str(data))
    env.setdefault("WEBHOOK_URL", f"{base}/webhooks/wix/")
    env.update(BACKOFFICE_URL=base, BASE_URL=os.environ.get("BASE_URL", base), PYTHONUNBUFFERED="1")
    sandbox = programs.start(
        "sandbox", [sys.executable, "-m", "sandbox.manage", "serve", "--port", str(sandbox_port)], env
    )
    programs.await_answer("sandbox", sandbox, f"{sandbox_url}/healthz")
    if not os.environ.get("WIX_APP_SECRET"):
        with urllib.request.urlopen(f"{sandbox_url}/sandbox/app.json", timeout=5) as answer:  # noqa: S310
            app = json.load(answer)
        env.update(
            WIX_APP_ID=app["appId"],
            WIX_APP_SECRET=app["appSecret"],
            WIX_WEBHOOK_PUBLIC_KEYS=app["webhookPublicKey"],
            WIX_WEB_URL=sandbox_url,
            WIX_API_URL=sandbox_url,
            WIX_DASHBOARD_URL=sandbox_url,
        )
    env.setdefault("MYPARCEL_API_URL", f"{sandbox_url}/myparcel")
    prepare_data(env)
    web = programs.start("web", [sys.executable, "-m", "gunicorn", "-c", "python:myparcel_backoffice.gunicorn"], env)
    if env.get("REDIS_URL"):
        for name in ("worker", "beat"):
            programs.start(name, [sys.executable, "-m", "myparcel_backoffice", name], env)
    programs.await_answer("web", web, f"{base}/healthz")
    account = json.loads((data / "demo.json").read_text())
    print(f"Backoffice: {base}")
    print(f"Sign in: {account['email']} {account['password']}")
    print(f"Wix sandbox: {sandbox_url}", flush=True)
    watch(programs)


def watch(programs: Programs) -> None:
    """Returns never: ends with an interrupt, or exits when one of the programs ends."""
    while True:
        time.sleep(0.5)
        for program in programs.running:
            if program.poll() is not None:
                exit_with_message(f"A program ended unexpectedly; the logs are in {programs.log_dir}.")


if __name__ == "__main__":
    main()
