"""The files around the package: compose file, image, make targets."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def compose() -> dict[str, object]:
    loaded: dict[str, object] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def validator() -> jsonschema.protocols.Validator:
    schema = json.loads((ROOT / ".setup" / "compose_spec.json").read_text())
    return jsonschema.Draft201909Validator(schema)


def test_the_compose_file_follows_the_compose_specification(compose: dict[str, object]) -> None:
    assert [error.message for error in validator().iter_errors(compose)] == []


def test_the_specification_would_catch_a_misspelt_key(
    compose: dict[str, dict[str, dict[str, object]]],
) -> None:
    broken = {**compose, "services": {"service": {**compose["services"]["service"], "prots": []}}}
    assert any("prots" in error.message for error in validator().iter_errors(broken))


def test_the_compose_file_runs_the_service_postgresql_and_nats(compose: dict[str, dict[str, object]]) -> None:
    assert set(compose["services"]) == {"service", "postgres", "nats"}


def test_the_service_is_published_on_loopback_only(
    compose: dict[str, dict[str, dict[str, list[str]]]],
) -> None:
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["service"]["ports"])


def test_the_image_is_built_by_make_setup() -> None:
    assert re.search(r"^RUN make setup", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_every_make_target_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"`make ([a-z]+)`", (ROOT / "README.md").read_text()))
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named
    assert named <= made
