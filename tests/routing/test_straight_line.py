import pytest
from geopy.distance import geodesic

from dispatch.model.geo import Point
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import EtaBasis

MILAN, BERGAMO = Point(lon=9.19, lat=45.4642), Point(lon=9.67, lat=45.695)


def test_an_estimate_is_the_geodesic_over_the_speed_times_the_detour() -> None:
    times = StraightLineTravelTimes(speed_mps=10, detour=1.3)
    etas = times.to_target(times.snap([MILAN]), BERGAMO)
    metres = geodesic((MILAN.lat, MILAN.lon), (BERGAMO.lat, BERGAMO.lon)).meters
    assert etas.seconds[0] == pytest.approx(metres * 1.3 / 10, abs=0.01)
    assert etas.basis(0) is EtaBasis.STRAIGHT_LINE
    assert times.path(MILAN, BERGAMO) == (MILAN, BERGAMO)


@pytest.mark.parametrize(("speed_mps", "detour"), [(0, 1.3), (-1, 1.3), (10, 0.9)])
def test_a_speed_or_detour_that_cannot_be_is_refused(speed_mps: float, detour: float) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        StraightLineTravelTimes(speed_mps=speed_mps, detour=detour)
