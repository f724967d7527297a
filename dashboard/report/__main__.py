"""``python -m dashboard.report STUDY``: the report on a study, written into a folder.

What ``python -m kd_core report`` starts; by itself it needs no more than the dashboard does.
"""

import argparse
import sys
from pathlib import Path

from dashboard.report.files import write_report
from dashboard.text import DEFAULT, LANGUAGES
from kd_core.errors import KdError


def main(arguments: list[str] | None = None) -> int:
    """Write the report; return 0, or 1 after a sentence that says what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.report", description="Write the report on a study.")
    parser.add_argument("study", metavar="STUDY", help="any study that has artifacts")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to; without it reports/STUDY")
    parser.add_argument("--language", choices=list(LANGUAGES), default=DEFAULT, help="of the report")
    chosen = parser.parse_args(arguments)
    folder = chosen.out or Path("reports") / chosen.study
    try:
        paths = write_report(chosen.study, chosen.language, folder)
    except KdError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130
    print(f"Written to {paths[0]}, with {len(paths) - 1} CSV files of the numbers beside it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
