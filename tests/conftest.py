"""Settings that all tests share."""

from hypothesis import HealthCheck, settings

from tests.quick import examples

settings.register_profile(
    "mips",
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("mips")
