"""What the linter says of the sample region: what its README shows on purpose, and no error."""

from datetime import UTC, datetime
from pathlib import Path

from dispatch.agreements.lint.facts import facts_of
from dispatch.agreements.lint.finding import FindingCode, Severity
from dispatch.agreements.lint.linter import lint
from dispatch.agreements.parse import parse_agreement
from dispatch.gateways.regions.boundaries import read_boundaries
from dispatch.gateways.regions.places import read_calls, read_stations, read_units
from dispatch.model.geo import Point
from dispatch.model.region import Region

MARLOW = Path(__file__).parents[3] / "fixtures" / "marlow"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def make_sample_region() -> Region:
    jurisdictions = read_boundaries(MARLOW / "jurisdictions.geojson").jurisdictions
    stations = read_stations(MARLOW / "stations.geojson", jurisdictions)[0]
    units = read_units(MARLOW / "units.csv", jurisdictions, stations)
    return Region(
        name="Marlow Valley",
        fictional=True,
        attribution=(),
        time_zone="UTC",
        centre=Point(lon=-141.0, lat=41.0),
        bbox=(-142.0, 40.0, -140.0, 42.0),
        jurisdictions={each.id: each for each in jurisdictions},
        stations={each.id: each for each in stations},
        hospitals={},
        units={each.id: each for each in units},
        calls=read_calls(MARLOW / "calls.json"),
    )


def test_the_sample_agreements_have_the_faults_that_they_show_and_no_error() -> None:
    agreements = [
        parse_agreement(path.read_text()) for path in sorted((MARLOW / "agreements").glob("*.yaml"))
    ]
    found = lint(agreements, facts_of(make_sample_region()), NOW)
    assert [one for one in found if one.severity is Severity.ERROR] == []
    warned = {
        (one.code, one.agreement_id)
        for one in found
        if one.severity is Severity.WARNING and one.agreement_id is not None
    }
    assert warned == {
        (FindingCode.FLOOR_EMPTIES_PROMISE, "harlow-dunmere"),
        (FindingCode.FLOOR_EMPTIES_PROMISE, "south-bank"),
        (FindingCode.UNSIGNED_FOR_LONG, "harlow-quillford-renewal"),
    }
