"""What befalls the programs while people work, in an order that the seed decides."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

from storm.machines import Machines, StormServices
from storm.weather import Weather

# Seconds without a broker, and without Wix and MyParcel.
BROKER_PAUSE, OUTAGE = 2.0, 1.0
WHOLE_PROGRAMS, CHILDREN = ("worker", "web", "beat"), ("worker", "web")
BROKER_KILLED, BROKER_FLUSHED = "redis killed with its memory", "redis flushed"
DATABASE_RESTARTED, APIS_OUT = "postgresql restarted at once", "wix and myparcel refused connections"
KINDS = (
    *(f"{name} killed" for name in WHOLE_PROGRAMS),
    *(f"process of the {name} killed" for name in CHILDREN),
    BROKER_KILLED,
    BROKER_FLUSHED,
    DATABASE_RESTARTED,
    APIS_OUT,
)


class Disasters:
    """Each kind at least once; the number of each is in ``happened``."""

    def __init__(self, services: StormServices, machines: Machines, weather: Weather, rng: random.Random) -> None:
        self.services, self.machines, self.weather, self.rng = services, machines, weather, rng
        self.happened: Counter[str] = Counter()
        self.failed: list[str] = []
        self._over = threading.Event()
        self._acts: dict[str, Callable[[], None]] = {
            BROKER_KILLED: lambda: services.kill_valkey(BROKER_PAUSE),
            BROKER_FLUSHED: services.flush_valkey,
            DATABASE_RESTARTED: services.restart_postgres_at_once,
            APIS_OUT: lambda: weather.outage(OUTAGE),
        }
        self._acts |= {f"{name} killed": partial(machines.kill, name) for name in WHOLE_PROGRAMS}
        self._acts |= {
            f"process of the {name} killed": partial(machines.kill_one_process, name, rng) for name in CHILDREN
        }

    def start(self, seconds: float, rounds: int) -> threading.Thread:
        """Spread ``rounds`` of every kind over this time."""
        plan = [kind for _round in range(rounds) for kind in self.rng.sample(KINDS, len(KINDS))]
        thread = threading.Thread(target=self._run, args=(plan, seconds / (len(plan) + 1)), daemon=True)
        thread.start()
        return thread

    def _run(self, plan: list[str], pause: float) -> None:
        began = time.monotonic()
        for place, kind in enumerate(plan, 1):
            self._over.wait(max(0.0, began + place * pause - time.monotonic()))
            try:
                self._acts[kind]()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - the run reports it and fails
                self.failed.append(f"{kind}: {error!r}")
            else:
                self.happened[kind] += 1
                self.weather.last_fault = time.monotonic()
