"""The environment of a run: servers, settings, databases, and a shop to measure."""

import base64
import hashlib
import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.servers import EMPTY, Servers

if TYPE_CHECKING:
    from accounts.models import User
    from integrations.models import Connection
    from shops.models import Shop

# What the sandbox and `benchmarks.order_server` speak.
PLATFORM = "wix"
ROOT = Path(__file__).resolve().parent.parent
# Not a secret: the same in every run, so that what an earlier run encrypted can be read.
_DIGEST = hashlib.sha256(b"benchmark").digest()
SECRET_KEY, FIELD_KEY = _DIGEST.hex(), base64.urlsafe_b64encode(_DIGEST).decode()
# Run by each Python that finds it: the packages named in it are not there.
HIDING = """
import sys


class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in {hidden}:
            raise ModuleNotFoundError(name, name=name)


sys.meta_path.insert(0, Hidden)
"""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything. ``many`` and ``few`` are the shipments stored while pages are measured."""

    imports: tuple[int, ...] = (100, 1_000, 10_000)
    beside: int = 2_000
    presses: tuple[int, ...] = (500, 10_000)
    many: int = 1_000_000
    few: int = 10_000
    open_orders: int = 10_000
    requests: int = 40
    # No page is asked for longer than this, however slow it is.
    page_seconds: float = 6.0
    labels: int = 1_000
    labels_in_file: int = 500
    streamed: int = 10_000
    carrier_labels: int = 1_000
    throughput_seconds: float = 8.0
    orders_at_platform: int = 10_000
    webhook_orders: int = 10
    webhook_pause: float = 60.0
    payments: int = 40
    busy_orders: int = 10_000
    idle_seconds: float = 15.0
    day_requests: int = 1_000
    day_orders: int = 2_000
    standing_connections: int = 10_000
    standing_seconds: float = 120.0


QUICK = Sizes(
    imports=(50, 200),
    beside=200,
    presses=(50,),
    many=8_000,
    few=4_000,
    open_orders=200,
    requests=6,
    page_seconds=1.0,
    labels=40,
    labels_in_file=20,
    streamed=1_000,
    carrier_labels=40,
    throughput_seconds=1.0,
    orders_at_platform=100,
    webhook_orders=2,
    webhook_pause=3.0,
    payments=5,
    busy_orders=300,
    idle_seconds=2.0,
    day_requests=20,
    day_orders=50,
    standing_connections=400,
    standing_seconds=3.0,
)


class Bench:
    """One run. Django is set up by ``start``, because its settings read the environment."""

    def __init__(self, sizes: Sizes, kept: Path | None = None) -> None:
        self.sizes = sizes
        self.servers = Servers(kept)
        self.folder = Path(tempfile.mkdtemp(prefix="backoffice-bench-"))

    def start(self) -> None:
        self.servers.start()
        self.servers.forget_others(fingerprint())
        # As in production, where packages are compiled when they are installed: a process that compiles them all keeps
        # 10 to 20 MB of what that takes.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ |= self.environment(EMPTY) | {"REQUESTS_PER_MINUTE": "1000000"}
        self.servers.ensure(EMPTY, "template0", self._migrate)
        import django  # noqa: PLC0415 - the settings read what was just set

        django.setup()

    def stop(self) -> None:
        subprocess.run(["rm", "-rf", str(self.folder)], check=False)
        self.servers.stop()

    def environment(self, database: str) -> dict[str, str]:
        """What a program in production is given, on one machine and without a certificate."""
        return {
            "PRODUCTION": "1",
            "SECRET_KEY": SECRET_KEY,
            "FIELD_KEYS": FIELD_KEY,
            "DATA_DIR": str(self.folder),
            "PYTHONPYCACHEPREFIX": str(self.servers.folder / "bytecode"),
            "DATABASE_URL": self.servers.url(database),
            "REDIS_URL": self.servers.redis_url,
            "BASE_URL": "https://127.0.0.1",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECURE_SSL_REDIRECT": "0",
            "ADMIN_PATH": "admin/",
            "EMAIL_URL": "dummymail://",
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        }

    def program_environment(self, database: str) -> dict[str, str]:
        """Of a program that is measured: it finds only the packages that production installs."""
        folder = self.folder / "production"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(HIDING.format(hidden=sorted(test_packages())))
        return self.environment(database) | {"PYTHONPATH": str(folder)}

    def _migrate(self, database: str) -> None:
        self.manage(database, "migrate", "--verbosity=0")

    def manage(self, database: str, *arguments: str) -> None:
        """A management command in a process of its own. Raises CalledProcessError."""
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=os.environ | self.program_environment(database), check=True)

    @contextmanager
    def database(self, template: str = EMPTY) -> Iterator[str]:
        """A copy of ``template``, in which Django works meanwhile."""
        with self.servers.copy(template) as name:
            self.servers.settle(name)
            use_database(name)
            try:
                yield name
            finally:
                use_database(EMPTY)

    def seeded(self, shipments: int) -> str:
        """A database with this much history, made once a run."""
        name = f"bench_{shipments}_{self.sizes.open_orders}"
        self.servers.ensure(name, EMPTY, self._seed(shipments))
        return name

    def _seed(self, shipments: int) -> Callable[[str], None]:
        def fill(database: str) -> None:
            from benchmarks.seeding import seed_shop  # noqa: PLC0415 - needs Django

            use_database(database)
            try:
                seed_shop(shipments, self.sizes.open_orders)
            finally:
                use_database(EMPTY)

        return fill


def test_packages() -> set[str]:
    """Modules of the packages that only tests and benchmarks install: some libraries load what they find."""
    lock = (ROOT / "requirements.lock").read_text()
    production = {_normal(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    found = importlib.metadata.packages_distributions().items()
    ours = {path.name for path in ROOT.iterdir()}
    return {module for module, names in found if not production & {*map(_normal, names)}} - ours


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def fingerprint() -> str:
    """What a seeded database depends on: the tables and what is written to them."""
    files = [Path(__file__).with_name("seeding.py"), *sorted(ROOT.glob("*/migrations/*.py"))]
    found = hashlib.sha256()
    for file in files:
        found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()


def use_database(name: str) -> None:
    """Let Django's only connection work in this database from now on."""
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415
    from django.core.cache import cache  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
    cache.clear()


@dataclass(frozen=True, slots=True)
class Account:
    """A shop, its owner, and its connected site."""

    user: "User"
    shop: "Shop"
    site: "Connection"


def make_account(name: str, *, installation: str = "bench", site: str = "bench", **columns: Any) -> Account:
    """A shop with a sender and a connected site, in the current database. ``columns`` are the connection's."""
    from accounts.models import User  # noqa: PLC0415
    from integrations.models import Connection  # noqa: PLC0415
    from shops.models import Membership, PackagePreferences, Shop  # noqa: PLC0415

    user = User.objects.create_superuser(f"{name.lower()}@backoffice.example", None, name=name)
    shop = Shop.objects.create(
        name=name,
        person=name,
        street="Kade",
        number="1",
        postal_code="3511 AA",
        city="Utrecht",
        country="NL",
        is_practicing=True,
    )
    Membership.objects.create(user=user, shop=shop, role="owner")
    PackagePreferences.objects.create(shop=shop)
    ids = {"external_id": installation, "site_id": site, "site_name": name}
    return Account(user, shop, Connection.objects.create(shop=shop, platform=PLATFORM, **ids, **columns))
