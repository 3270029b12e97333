"""Import 1,000 orders, print 1,000 labels, answer 1,000 questions and keep 1,000 webhooks, each beside a floor.

Usage: python -m benchmarks.run [--count N] [--json]. Works in a database of its own that is thrown away.
A floor is the least that any program would do. That of the import writes the same rows and nothing else; that of the
labels draws the same number of pages with one barcode and one line of text (drawing is also timed alone, for Dutch
names and for names in eight scripts); that of the answers finds the rows and judges nothing; that of the webhooks asks
/healthz as often. Quote the ratios: seconds belong to one machine on one day.
"""

import argparse
import io
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# CPU a peer needs for an order and for a label (milliseconds), measured on the same kind of machine.
PEER_IMPORT_MS, PEER_LABEL_MS = 105.0, 250.0


@dataclass
class Figure:
    name: str
    count: int
    ours: float
    floor: float
    wall: float
    peer_ms: float | None = None

    @property
    def each_ms(self) -> float:
        return self.ours / self.count * 1000

    def line(self) -> str:
        peer = f", 1/{self.peer_ms / self.each_ms:.0f} of a peer's {self.peer_ms:.0f} ms" if self.peer_ms else ""
        return (
            f"{self.name}: {self.count} in {self.wall:.2f} s, {self.each_ms:.3f} ms CPU each, "
            f"{self.ours / self.floor:.1f} x the floor of {self.floor / self.count * 1000:.3f} ms{peer}"
        )


def measure(action: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds and wall seconds of one call, its own process only."""
    cpu, wall = time.process_time(), time.perf_counter()
    action()
    return time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="orders and labels (default 1000)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.pop("REDIS_URL", None)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myparcel_backoffice.settings")
        figures = run(options.count, Path(folder))
    if options.json:
        print(json.dumps([vars(figure) for figure in figures], indent=2))
    else:
        print("\n".join(figure.line() for figure in figures))


def run(count: int, folder: Path) -> list[Figure]:
    """Measure everything. Django is set up here, because the settings read DATA_DIR on import."""
    import django  # noqa: PLC0415

    django.setup()
    from benchmarks import workloads  # noqa: PLC0415
    from benchmarks.webhooks import WebhookDeliveries  # noqa: PLC0415
    from carriers.labels import draw_labels  # noqa: PLC0415

    bench = workloads.Workload(count)
    import_floor, _wall = measure(bench.write_the_rows_only)
    import_cpu, import_wall = measure(bench.import_orders)
    label_floor, _wall = measure(lambda: workloads.draw_the_least(count, io.BytesIO()))
    label_cpu, label_wall = measure(bench.make_labels)
    bench.check(folder)
    plain = workloads.printed_labels(count)
    shaped = workloads.in_many_scripts(plain)
    draw_labels(shaped[:8], "a6")
    plain_cpu, plain_wall = measure(lambda: draw_labels(plain, "a6"))
    shaped_cpu, shaped_wall = measure(lambda: draw_labels(shaped, "a6"))
    asked = workloads.questions(count)
    answer_floor, _wall = measure(lambda: workloads.find_the_rows_only(asked))
    answer_cpu, answer_wall = measure(lambda: workloads.answer(asked))
    deliveries = WebhookDeliveries(count)
    health_cpu, _wall = measure(deliveries.ask_health)
    hook_cpu, hook_wall = measure(deliveries.post)
    deliveries.check()
    return [
        Figure("Import", count, import_cpu, import_floor, import_wall, PEER_IMPORT_MS),
        Figure("Labels", count, label_cpu, label_floor, label_wall, PEER_LABEL_MS),
        Figure("Drawing alone", count, plain_cpu, label_floor, plain_wall, PEER_LABEL_MS),
        Figure("Drawing names in eight scripts", count, shaped_cpu, label_floor, shaped_wall, PEER_LABEL_MS),
        Figure("Answers", count, answer_cpu, answer_floor, answer_wall),
        Figure("Webhooks", count, hook_cpu, health_cpu, hook_wall),
    ]


if __name__ == "__main__":
    main()
