"""CPU time and memory of processes, read from /proc.

The scheduler counts the CPU of a thread in nanoseconds (schedstat); the kernel counts that of a process, with the
threads and children that ended, in hundredths of a second (stat).
"""

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICK = 1 / os.sysconf("SC_CLK_TCK")
NANOSECOND = 1e-9
# Fields of /proc/<pid>/stat behind the name, which may hold blanks: proc(5).
PARENT, OWN_CPU, CHILDREN_CPU = 1, slice(11, 13), slice(13, 15)


def _stat(pid: int) -> list[str]:
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def tree(roots: Iterable[int]) -> list[int]:
    """These processes with all their descendants that live now."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in PROC.glob("[0-9]*"):
        try:
            children[int(_stat(int(folder.name))[PARENT])].append(int(folder.name))
        except OSError:
            continue
    found, waiting = [], list(roots)
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children[pid]
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and of its children that ended; 0 for a process that is gone."""
    try:
        fields = _stat(pid)
        threads = [int((task / "schedstat").read_text().split()[0]) for task in (PROC / str(pid) / "task").iterdir()]
    except OSError:
        return 0.0
    ticks, ended = (sum(map(int, fields[part])) * TICK for part in (OWN_CPU, CHILDREN_CPU))
    # Ticks are rounded down; the threads that ended are in them only.
    return max(sum(threads) * NANOSECOND, ticks) + ended


def tree_cpu(roots: Iterable[int]) -> float:
    return sum(cpu_seconds(pid) for pid in tree(roots))


def proportional_megabytes(pid: int) -> float:
    """PSS: memory shared with other processes counts in part. 0 for a process that is gone."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def tree_memory(roots: Iterable[int]) -> float:
    return sum(proportional_megabytes(pid) for pid in tree(roots))


def peak_megabytes() -> float:
    """The most resident memory this process had since ``forget_peak``."""
    lines = (PROC / "self" / "status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def forget_peak() -> None:
    """Start ``peak_megabytes`` anew: proc(5), clear_refs."""
    (PROC / "self" / "clear_refs").write_text("5")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds: elapsed, of the CPU by our own processes, and of the CPU by the database."""

    wall: float
    own: float
    database: float


def measure(action: Callable[[], object], database: Callable[[], float]) -> Cost:
    """The cost of one call in this process. ``database`` is the database's CPU so far."""
    asked, own, wall = database(), time.process_time(), time.perf_counter()
    action()
    own, wall = time.process_time() - own, time.perf_counter() - wall
    return Cost(wall, own, database() - asked)


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(len(ordered) * share * 100) // 100) - 1)]
