"""Names: one pattern for constants and exceptions, and no identifier that another one has replaced."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (
    "accounts",
    "carriers",
    "demo",
    "jobs",
    "lib",
    "myparcel_backoffice",
    "script",
    "shipments",
    "shops",
    "tracking",
    "ui",
)
VAGUE_CONSTANT = re.compile(
    r"(MOST|LONGEST|LARGEST|HEAVIEST|LEAST|SMALLEST|TINIEST|SHORTEST)(_\w+)?|"
    r"PATIENCE|PER_CALL|PER_TURN|BATCH|TASK|GONE|BUSY|NOT_NOW|NO_LONGER|MEANWHILE|KEPT|RECORDED|SAVED|KEPT_FOR"
)
REPLACED = (
    r"\b(in_every_language|in_my_language|write_columns|an_object|a_list|whole_number|unseal|reseal|is_newest|bound_to|"
    r"shops_named|ApiUnreachable|ApiBroken|LabelAccount|label_account|key_sealed|token_sealed|sealed_columns|"
    r"key_ends_with|hook_key|trouble_since|trouble_text|key_of|can_be_told|preferences_of|roles_to_give|TeamRefused|"
    r"KeyRefused|accept_as_newcomer|invitation_of)\b"
)
# The sandbox has identifiers of its own, migrations and the upgrade test those of earlier versions.
UNCHECKED = re.compile(r"^sandbox/|/migrations/|^tests/(test_names|test_upgrade|upgrade_changes)\.py$")


def files(*patterns: str) -> list[Path]:
    names = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split() if not UNCHECKED.search(name) and (ROOT / name).exists()]


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in files(*(f"{folder}/**.py" for folder in FOLDERS)):
        yield path, ast.parse(path.read_text())


def assigned_names(node: ast.AST) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    for target in targets:
        yield from (name.id for name in ast.walk(target) if isinstance(name, ast.Name))


def bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    yield from (node.body for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef))


def vague_constants(tree: ast.Module) -> list[str]:
    names = [name for body in bodies(tree) for statement in body for name in assigned_names(statement)]
    return [name for name in names if VAGUE_CONSTANT.fullmatch(name)]


def strings_below_names(tree: ast.Module) -> list[int]:
    pairs = [pair for body in bodies(tree) for pair in zip(body, body[1:], strict=False)]
    return [
        after.lineno
        for before, after in pairs
        if list(assigned_names(before)) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    ]


def bad_exceptions(tree: ast.Module) -> list[str]:
    classes = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [name for name in classes if re.search(r"Refused$|^Not[A-Z]", name) and name != "NotADraft"]


def test_constants_and_exceptions_follow_the_patterns():
    checked = {path: vague_constants(tree) + strings_below_names(tree) + bad_exceptions(tree) for path, tree in trees()}
    assert len(checked) > 80
    assert not {str(path.relative_to(ROOT)): found for path, found in checked.items() if found}


def test_no_replaced_identifier_is_left():
    left = {
        str(path.relative_to(ROOT)): sorted(set(re.findall(REPLACED, path.read_text())))
        for path in files("*.py", "templates/*.html", "docs/*.md")
    }
    assert len(left) > 400
    assert not {path: names for path, names in left.items() if names}
