"""What of a run of the benchmarks is kept as JSON."""

from __future__ import annotations

from typing import Any


def pytest_benchmark_update_json(
    config: object, benchmarks: object, output_json: dict[str, Any]
) -> None:
    """Keep medians and what a benchmark says of itself, not every single time."""
    del config, benchmarks
    kept = [
        {
            "name": one["name"].removeprefix("bench_"),
            "seconds": round(one["stats"]["median"], 6),
            "rounds": one["stats"]["rounds"],
            **one["extra_info"],
        }
        for one in output_json["benchmarks"]
    ]
    output_json.clear()
    output_json["benchmarks"] = kept
