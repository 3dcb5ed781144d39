"""All measurements of the mastery engine, one command; README.md says what they show.

python -m benchmarks.mastery                              everything
python -m benchmarks.mastery --only simulation|real|speed|replay|methods
python -m benchmarks.mastery --data TRAIN [TEST]          any log of answers (columns: real.py)
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from benchmarks.mastery import from_postgres, methods, real, simulate, speed


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mastery",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", choices=("simulation", "real", "speed", "replay", "methods"))
    parser.add_argument("--data", nargs="+", type=Path, metavar="FILE", help="training file, then test file")
    parser.add_argument("--seed", type=int, help="of all draws")
    parser.add_argument("--students", type=int, default=2000, help="simulated students judged")
    parser.add_argument("--earlier", type=int, default=300, help="students before them, for calibration")
    parser.add_argument("--answers", type=int, default=10_000_000, help="answers replayed from PostgreSQL")
    parser.add_argument("--methods-students", type=int, default=5000, help="students whose method changes")
    options = parser.parse_args()
    only = "real" if options.data else options.only
    if only in (None, "speed"):
        speed.run()
    if only in (None, "replay"):
        from_postgres.run(options.answers)
    if only in (None, "methods"):
        methods.run(options.methods_students)
    if only in (None, "simulation"):
        simulate.run(options.students, options.earlier, options.seed or 20260901)
    if only in (None, "real"):
        files = options.data or _default_files()
        if missing := [str(path) for path in files if not path.exists()]:
            if only is None:
                print(f"not measured on real answers, not found: {', '.join(missing)}")
                return
            parser.error(f"not found: {', '.join(missing)}")
        try:
            real.run(files, options.seed or 7)
        except ValueError as error:
            parser.error(str(error))


def _default_files() -> list[Path]:
    folder = Path(os.environ.get("INFOLIT_BENCHMARK_DATA", real.DEFAULT_FOLDER))
    return [folder / name for name in real.DEFAULT_FILES]


if __name__ == "__main__":
    main()
