"""The programs that tests start: ports of their own, and a stop that always ends."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

from tests.stack import PORTS, ROOT, Stack, free_port, is_free


def test_no_two_test_programs_get_the_same_port(monkeypatch):
    """Even before a port is used: each is looked for where only one is left."""
    own = free_port()
    monkeypatch.setattr("tests.stack.PORTS", range(own, own + 1))
    code = f"import tests.stack; tests.stack.PORTS = range({own}, {own + 1}); tests.stack.free_port()"
    other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "no port is free" in other.stderr
    first_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert own in PORTS
    assert PORTS.stop <= first_outgoing


def test_a_program_that_does_not_stop_is_killed(monkeypatch, tmp_path):
    monkeypatch.setattr("tests.stack.STOP_TIMEOUT", 0.5)
    stack = Stack(tmp_path)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    )
    stack.program = program = subprocess.Popen(
        [sys.executable, "-c", deaf], env=stack.env, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "up\n"
    stack.stop()
    assert program.poll() is not None
    assert stack._leftovers() == []


def test_after_a_power_cut_the_programs_can_start_again_at_once(tmp_path):
    """The system may close the sockets of a killed program a moment after it has gone."""
    stack = Stack(tmp_path)
    stack.program = subprocess.Popen(["sleep", "600"], env=stack.env, text=True, start_new_session=True)
    late = socket.create_server(("127.0.0.1", stack.port))
    threading.Timer(0.5, late.close).start()
    stack.kill_everything()
    assert is_free(stack.port)
