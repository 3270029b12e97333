"""Stopping a program: one that does not stop in time is killed with its workers, without failing a test."""

import select
import signal
import subprocess
import sys

from tests.sandbox_server import stop_program

IGNORES_SIGTERM = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork():
    print("ready", flush=True)
time.sleep(60)
"""
STOPS_ON_SIGTERM = "import time; print('ready', flush=True); time.sleep(60)"


def started(source: str) -> subprocess.Popen[bytes]:
    """The program when it has said that it is ready."""
    command = [sys.executable, "-c", source]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0, start_new_session=True)
    assert program.stdout
    assert program.stdout.readline() == b"ready\n"
    return program


def output_ends(program: subprocess.Popen[bytes]) -> bool:
    """Whether everybody who could still write is gone, workers included."""
    assert program.stdout
    with program.stdout as output:
        while select.select([output], [], [], 10)[0]:
            if not output.read(100):
                return True
    return False


def test_a_program_that_does_not_stop_is_killed_with_its_workers():
    program = started(IGNORES_SIGTERM)
    stop_program(program, grace=0.2)
    assert program.returncode == -signal.SIGKILL
    assert output_ends(program)


def test_a_program_that_stops_is_not_killed():
    program = started(STOPS_ON_SIGTERM)
    stop_program(program)
    assert program.returncode == -signal.SIGTERM
    assert output_ends(program)


def test_a_program_that_ended_already_is_left_alone():
    program = started("print('ready')")
    program.wait(10)
    stop_program(program)
    assert program.returncode == 0
    assert output_ends(program)
