"""What an operator may set about places."""

import pytest

from dispatch.model.errors import Invalid
from dispatch.settings import read_settings


def test_nobody_outside_is_asked_unless_an_address_is_named() -> None:
    settings = read_settings({})
    assert (settings.geocoder_url, settings.near_border_m) == ("", 100.0)


def test_a_geocoder_and_how_near_a_border_is_near_can_be_set() -> None:
    said = {"DISPATCH_GEOCODER_URL": "http://10.0.0.7:8080/nominatim", "DISPATCH_NEAR_BORDER_M": "250"}
    settings = read_settings(said)
    assert (settings.geocoder_url, settings.near_border_m) == ("http://10.0.0.7:8080/nominatim", 250.0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("GEOCODER_URL", "nominatim.example"),
        ("GEOCODER_URL", "file:///etc/passwd"),
        ("GEOCODER_URL", "https://n.example/?q="),
        ("NEAR_BORDER_M", "-1"),
        ("NEAR_BORDER_M", "near"),
        ("NEAR_BORDER_M", "5001"),
    ],
)
def test_what_is_no_setting_is_refused_by_its_name(name: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_settings({f"DISPATCH_{name}": text})
    assert refused.value.path == f"DISPATCH_{name}"
