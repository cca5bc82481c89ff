"""Programs out of transformers, state-space models and convolutions, behind one interface.

    python -m tests.quality.sequence_models [--networks DIR] [--json FILE] [TASK...]

Networks are trained here, exact ones and ones that are only nearly right, and kept in a folder;
those in it already are only read. No program may be wrong and called proved: the exit code is 1
then, and for a crash.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import torch

from tests.quality.sequence_models.causal_models import KINDS
from tests.quality.sequence_models.kept_networks import networks
from tests.quality.sequence_models.reading import CRASH, LIMIT, Row, row
from tests.quality.sequence_models.trial_table import GROUPS, group, line, table

BENCHMARK = (
    "Parity_Last3", "Add_Mod_3", "Evens_Detector", "Previous_Equals_Current", "Bitwise_Xor",
    "Binary_Addition", "Div_3", "Tomita_4", "Min_Seen", "Prev3", "Majority_0_2",
)  # fmt: skip
GENERAL = (
    "Unique3", "Or_Last3", "Sorted_So_Far", "Power_Of_Two_Detector", "And_Last2", "Longest_Run",
    "Run_Length", "First_Index", "Set_Size", "Mod_Prev", "Integer_Logarithm", "Vowel_Counter",
)  # fmt: skip


def parsed(argv: list[str] | None) -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.sequence_models", description=__doc__.splitlines()[0]
    )
    parser.add_argument("tasks", nargs="*", metavar="TASK", default=[*BENCHMARK, *GENERAL])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=[*KINDS])
    parser.add_argument("--networks", type=Path, metavar="DIR", help="keep the networks there")
    parser.add_argument("--limit", type=int, default=LIMIT, help="seconds of CPU for a reading")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows by group to FILE")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Train what is missing, read every network, and print the table."""
    args = parsed(argv)
    torch.set_num_threads(1)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.networks or Path(temporary)
        for kept in networks(folder, args.tasks, args.kinds):
            rows.append(row(folder, kept, args.limit))
            print(line(rows[-1]), flush=True)
    print("\n".join(table(rows)))
    if args.json:
        groups = {g: [asdict(r) for r in rows if group(r.accuracy) == g] for g in GROUPS}
        args.json.write_text(json.dumps(groups, indent=1) + "\n")
    return int(any(r.wrong or r.status == CRASH for r in rows))


if __name__ == "__main__":
    sys.exit(main())
