"""Settings that all tests share.

Every run draws new examples, which finds what earlier runs missed. In CI (``CI`` is set) they are
the same each time, so that a change is not refused for what it did not touch.
"""

import os

from hypothesis import HealthCheck, settings

from tests.quick import examples

settings.register_profile(
    "mips",
    max_examples=examples(100),
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("mips")
