"""`python -m tests.benchmarks [PART …] [--quick]`: the parts that `--help` lists; all of them unless named."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def main() -> None:
    from tests.benchmarks.clocks import clocks
    from tests.benchmarks.disclosure import disclosure
    from tests.benchmarks.growth import growth
    from tests.benchmarks.identity import identity
    from tests.benchmarks.intake import intake
    from tests.benchmarks.matching import matching
    from tests.benchmarks.outbox import outbox
    from tests.benchmarks.reads import parts, reads
    from tests.benchmarks.reports import reports, snapshot
    from tests.benchmarks.screening import screening
    from tests.benchmarks.sign_in import sign_in
    from tests.benchmarks.verify import verify
    from tests.benchmarks.watches import watches

    measurements: dict[str, Callable[..., None]] = {
        "reads": reads,
        "parts": parts,
        "growth": growth,
        "intake": intake,
        "identity": identity,
        "matching": matching,
        "clocks": clocks,
        "outbox": outbox,
        "screening": screening,
        "sign_in": sign_in,
        "disclosure": disclosure,
        "snapshot": snapshot,
        "reports": reports,
        "verify": verify,
        "watches": watches,
    }
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure what the issue promises.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(measurements)}; all unless named")
    parser.add_argument("--quick", action="store_true", help="small databases and short slices: does it run at all?")
    chosen = parser.parse_args()
    if unknown := set(chosen.parts) - set(measurements):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    for name in chosen.parts or measurements:
        measurements[name](quick=chosen.quick)


if __name__ == "__main__":
    main()
