"""What the house asks of every file, checked on the tree itself."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "dispatch"
FORBIDDEN_NAMES = re.compile(r"(^|_)(utils?|helpers?|manager|misc|common)(_|$)")
READS_ENVIRONMENT = {"environ", "getenv"}


def tracked() -> list[Path]:
    said = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in said.decode().split("\0") if name and (ROOT / name).is_file()]


def python_files(folder: Path = PACKAGE) -> list[Path]:
    return sorted(p for p in folder.rglob("*.py") if "static" not in p.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


GENERATED = {ROOT / "web/src/wire/generated.ts"}
"""Nobody writes or reads these from top to bottom."""


def test_no_source_file_is_longer_than_400_lines() -> None:
    kinds = {".py", ".ts", ".svelte", ".css"}
    long = {
        str(path.relative_to(ROOT)): count
        for path in tracked()
        if path not in GENERATED
        and path.suffix in kinds
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the signature to the end; a docstring is no code."""
    first = node.body[0]
    said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if said else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


def test_no_function_is_longer_than_40_lines() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": length
        for path in python_files()
        for node in functions(path)
        if (length := length_of(node)) > 40
    }
    assert long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(p) for p in python_files() if FORBIDDEN_NAMES.search(p.stem)] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        p for p in python_files() if p.read_text().strip() and not ast.get_docstring(ast.parse(p.read_text()))
    ]
    assert [str(p.relative_to(ROOT)) for p in silent] == []


def test_only_the_command_line_reads_the_environment() -> None:
    """Settings are values: who reads the environment anywhere else cannot be tested or configured."""
    readers = [
        str(path.relative_to(ROOT))
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in READS_ENVIRONMENT
    ]
    assert [reader for reader in readers if not reader.startswith("dispatch/cli/")] == []


def test_nothing_is_left_over() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    kinds = {".py", ".ts", ".svelte"}
    left = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in kinds and path != Path(__file__) and marks.search(path.read_text(encoding="utf-8"))
    ]
    assert left == []


def test_lock_files_carry_no_download_address() -> None:
    locks = [path for path in tracked() if path.name == "package-lock.json"]
    locks += ROOT.glob("requirements/*.txt")
    assert len(locks) > 2
    assert [str(lock) for lock in locks if re.search(r"https?://", lock.read_text())] == []
    assert [
        str(lock) for lock in locks if re.search(r"--(extra-)?index-url|--find-links", lock.read_text())
    ] == []


def test_no_tracked_file_names_a_path_of_the_machine() -> None:
    here = str(ROOT) + "/"
    named = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.stat().st_size < 1_000_000 and here.encode() in path.read_bytes()
    ]
    assert named == []


@pytest.mark.parametrize("document", ["README.md", "docs/tour.md"])
def test_every_file_that_a_document_links_to_exists(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_fixture_folder_says_where_it_is_from() -> None:
    folders = [p for p in (ROOT / "fixtures").iterdir() if p.is_dir()]
    assert folders
    assert [str(f) for f in folders if not (f / "README.md").exists()] == []
