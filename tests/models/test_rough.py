"""A first guess at what fits."""

import pytest

from inglenook.core.units import GIB
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts
from inglenook.models.rough import probably_fits, usual_file_bytes

SMALL = HostFacts(8 * GIB, GIB, 4, 8)
CARD = DeviceFacts("CUDA0", "A card", DeviceKind.DISCRETE, 24 * GIB, 23 * GIB)


def test_the_usual_file_of_a_model_with_eight_billion_parameters():
    assert 4.5 * GIB < usual_file_bytes(8_000_000_000) < 5 * GIB


@pytest.mark.parametrize(
    ("billions", "devices", "fits"),
    [
        (1, (), True),
        (8, (), True),
        (14, (), False),
        (32, (CARD,), True),
        (70, (CARD,), False),
        (0, (CARD,), None),
    ],
)
def test_what_fits_is_guessed_from_the_parameters(billions, devices, fits):
    assert probably_fits(billions * 10**9, devices, SMALL) is fits
