"""What a workload answers with: one line of JSON, compared with its goals."""

import json
import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit that must hold and the one to reach for; ``at_least`` turns both around."""

    must: float
    moonshot: float
    at_least: bool = False

    def holds(self, value: float) -> bool:
        return value >= self.must if self.at_least else value <= self.must


PAGE = {"figure": Goal(30, 10), "database": Goal(3, 3), "growth": Goal(1.1, 1.1)}
SEARCH = {"figure": Goal(10, 5)}
ONE_FILE = {"figure": Goal(0.4, 0.25)}
# By the name of a workload up to its colon; the measures are those of ``Result.measures``.
GOALS: dict[str, dict[str, Goal]] = {
    "import": {"figure": Goal(1.0, 0.5), "ratio": Goal(5, 3)},
    "import growth": {"figure": Goal(1.2, 1.2)},
    "import beside history": {"figure": Goal(1.1, 1.05)},
    "press to drafts, 500": {"figure": Goal(1, 0.5)},
    "press to drafts, 10000": {"figure": Goal(10, 5)},
    "page": PAGE,
    "search": SEARCH,
    "pages a second": {"figure": Goal(30, 60, at_least=True)},
    "label": {"figure": Goal(2.0, 1.2)},
    "label bytes, a6": {"figure": Goal(850, 850)},
    "label bytes, a4": {"figure": Goal(350, 350)},
    "labels in one file": ONE_FILE,
    "labels streamed": {"figure": Goal(20, 20)},
    "carrier labels imposed": {"ratio": Goal(1.1, 1.1)},
    "calls to the platform": {"figure": Goal(0.05, 0.03)},
    "calls to the platform, by webhook": {"figure": Goal(0.2, 0.2)},
    "paid to visible, idle": {"figure": Goal(0.5, 0.3)},
    "paid to visible, busy": {"figure": Goal(2, 1)},
    "standing, due to done p95": {"figure": Goal(60, 20), "scheduling, CPU seconds a minute": Goal(5, 2)},
    "memory, idle": {"figure": Goal(280, 200)},
    "memory, after a day": {"figure": Goal(1.1, 1.1)},
    "start": {"figure": Goal(4, 3)},
    "admin": {"figure": Goal(100, 100)},
}


def goals_of(workload: str) -> dict[str, Goal]:
    return GOALS.get(workload.partition(":")[0], {})


@dataclass(frozen=True, slots=True)
class Result:
    """``figure`` and ``floor`` are in ``unit``; the CPU of our processes and of the database is in seconds in total.

    ``measures`` are further numbers, some of which have a goal. ``memory`` is PSS in megabytes, or None where the
    programs did not run apart.
    """

    workload: str
    unit: str
    figure: float
    floor: float | None = None
    own_cpu: float = 0.0
    database_cpu: float = 0.0
    memory: float | None = None
    measures: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times the floor; None without one. A measure of that name says it where the floor has more parts."""
        if "ratio" in self.measures:
            return self.measures["ratio"]
        return self.figure / self.floor if self.floor else None

    def value_of(self, measure: str) -> float | None:
        return {"figure": self.figure, "ratio": self.ratio}.get(measure, self.measures.get(measure))

    @property
    def missed(self) -> dict[str, float]:
        """By measure how many times its limit it is; empty when all that must hold does."""
        found = {}
        for name, goal in goals_of(self.workload).items():
            value = self.value_of(name)
            if value is None:
                found[name] = 0.0
            elif not goal.holds(value):
                found[name] = round(goal.must / value if goal.at_least else value / goal.must, 2)
        return found

    def to_json(self) -> dict[str, Any]:
        goals = goals_of(self.workload)
        return {
            "workload": self.workload,
            "figure": _rounded(self.figure),
            "unit": self.unit,
            "floor": _rounded(self.floor),
            "ratio": _rounded(self.ratio),
            "must": {name: goal.must for name, goal in goals.items()},
            "moonshot": {name: goal.moonshot for name, goal in goals.items()},
            "holds": not self.missed,
            "missed": self.missed,
            "own_cpu_seconds": _rounded(self.own_cpu),
            "database_cpu_seconds": _rounded(self.database_cpu),
            "memory_mb": _rounded(self.memory),
        } | {name: _rounded(value) for name, value in self.measures.items() if name != "ratio"}


def _rounded(value: float | None) -> float | None:
    """Four significant figures: no measurement here is more exact."""
    return None if value is None else float(f"{value:.4g}")


def machine(postgres: str) -> dict[str, Any]:
    """What the figures depend on. ``postgres`` is the version of the server that was measured."""
    info = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), "unknown")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "cpu": model,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3),
        "python": platform.python_version(),
        "postgresql": postgres,
        "measured": time.strftime("%Y-%m-%d %H:%M", time.gmtime()),
    }


def save(rows: list[dict[str, Any]], where: dict[str, Any], folder: Path | None = None) -> Path:
    """Into today's file, in which a workload measured again replaces its older row. Returns the file."""
    folder = folder or RESULTS
    path = folder / f"{where['measured'][:10]}.json"
    known = json.loads(path.read_text())["rows"] if path.exists() else []
    measured = {row["workload"] for row in rows}
    kept = [row for row in known if row["workload"] not in measured]
    folder.mkdir(exist_ok=True)
    write({"machine": where, "rows": [*kept, *rows]}, path)
    return path


def write(saved: dict[str, Any], path: Path) -> None:
    """In one step: a run that is stopped meanwhile leaves the rows that were there."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(saved, indent=2) + "\n")
    unfinished.replace(path)


def newest(folder: Path = RESULTS) -> dict[str, Any]:
    """The newest saved results. Raises FileNotFoundError when there are none."""
    # The storm keeps its results beside them.
    files = sorted(folder.glob("[0-9]*.json"))
    if not files:
        raise FileNotFoundError(f"{folder} has no results; script/bench --save makes them")
    found: dict[str, Any] = json.loads(files[-1].read_text())
    return found


def table(saved: dict[str, Any]) -> str:
    """The saved rows as a table for documents."""
    where = saved["machine"]
    lines = [
        f"Measured on {where['measured']} UTC: {where['cores']} cores ({where['cpu']}), {where['memory_gb']} GB, "
        f"Python {where['python']}, PostgreSQL {where['postgresql']}.",
        "",
        "| workload | measured | floor | times the floor | must → moonshot | holds |",
        "|---|---|---|---|---|---|",
    ]
    for row in saved["rows"]:
        floor = "" if row["floor"] is None else f"{row['floor']:g}"
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.2g}"
        lines.append(f"| {row['workload']} | {_figures(row)} | {floor} | {ratio} | {_limits(row)} | {_verdict(row)} |")
    return "\n".join(lines)


def _figures(row: dict[str, Any]) -> str:
    others = [f"{name} {row[name]:g}" for name in row["must"] if name not in ("figure", "ratio") and name in row]
    return ", ".join([f"{row['figure']:g} {row['unit']}", *others])


def _limits(row: dict[str, Any]) -> str:
    parts = []
    for name, must in row["must"].items():
        label = "" if name == "figure" else f"{name} "
        more = row["moonshot"][name]
        parts.append(f"{label}{must:g}" + (f" → {more:g}" if more != must else ""))
    return ", ".join(parts)


def _verdict(row: dict[str, Any]) -> str:
    if not row["must"]:
        return ""
    missed = [f"{name} {times:g} times" if times else f"{name} not measured" for name, times in row["missed"].items()]
    return "no: " + ", ".join(missed) if missed else "yes"
