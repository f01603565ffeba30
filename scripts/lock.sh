#!/usr/bin/env bash
# Resolve pyproject.toml into requirements/*.txt: names, versions, hashes, no addresses.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
tools=$(mktemp -d)
"$python" -m venv "$tools/venv" && "$tools/venv/bin/pip" install -q pip-tools
group=$(mktemp --suffix=.in)
trap 'rm -rf "$group" "$tools"' EXIT
"$python" - > "$group" <<'PY'
import tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
print("-r requirements/runtime.txt")
print("\n".join(project["dependency-groups"]["dev"]))
PY
common=(-q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
  --no-annotate --no-header --strip-extras --allow-unsafe)
"$tools/venv/bin/pip-compile" "${common[@]}" --extra accelerator pyproject.toml -o requirements/runtime.txt
sed "s#-r requirements/#-r $PWD/requirements/#" -i "$group"
"$tools/venv/bin/pip-compile" "${common[@]}" "$group" -o requirements/dev.txt
# npm's lock names funding pages; a lock is for names, versions and hashes alone.
"$python" - <<'PY'
import json
from pathlib import Path

path = Path("web/package-lock.json")
lock = json.loads(path.read_text())
for package in lock["packages"].values():
    package.pop("funding", None)
path.write_text(json.dumps(lock, indent=2) + "\n")
PY
