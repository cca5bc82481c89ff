"""Settings that all tests share."""

import os

from hypothesis import HealthCheck, settings

# `make test` is for every change, so it draws fewer examples than CI does
THOROUGH = os.environ.get("MIPS_VERIFY_TESTS") == "thorough"
settings.register_profile(
    "mips",
    max_examples=100 if THOROUGH else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("mips")
