"""Creating the keys of a first local start, also when several programs start at once."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from myparcel_backoffice import local_keys


def test_programs_that_start_together_use_the_same_keys(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(local_keys.load_local_keys, [tmp_path / "new"] * 8))
    assert found[0]["secret_key"]
    assert all(keys == found[0] for keys in found)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["keys.json"]
    assert stat.S_IMODE((tmp_path / "new" / "keys.json").stat().st_mode) == 0o600


def test_keys_can_only_be_read_whole(tmp_path: Path, monkeypatch):
    """Whoever looks while they are being written finds none yet, rather than half of them."""
    seen = []

    def write(keys: dict[str, str], file) -> None:
        seen.append((tmp_path / "keys.json").exists())
        file.write(json.dumps(keys))

    monkeypatch.setattr(local_keys.json, "dump", write)
    assert local_keys.load_local_keys(tmp_path) == local_keys.load_local_keys(tmp_path)
    assert seen == [False]
