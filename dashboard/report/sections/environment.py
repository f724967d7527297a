"""What it was made and measured with: versions, machines, dates."""

from collections.abc import Mapping

import pandas as pd

from dashboard.exhibit import Sheet
from dashboard.formats import fmt_count
from dashboard.names import run_label
from dashboard.report.blocks import Numbers, Prose, Section
from dashboard.report.material import Material
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.artifacts.schema import Environment


def environment(material: Material) -> Section | None:
    """Return one row an environment that runs were made in, and one for the benchmark; nothing for stated runs."""
    made = _environments(material.measured)
    if not made and material.machine is None:
        return None
    rows = [_row(", ".join(map(run_label, records)), one, records) for one, records in made]
    plain = [_plain(" ".join(record.run for record in records), one, records) for one, records in made]
    if material.machine is not None:
        timed = material.machine
        rows.append(
            {
                t("report.what"): t("report.benchmark", rounds=fmt_count(timed.rounds)),
                t("report.machine"): f"{timed.cpu}, {timed.machine}",
                t("report.threads"): timed.threads,
                t("report.date"): _moment(timed.measured),
                t("report.packages"): _packages(timed.packages),
            }
        )
        plain.append(
            {"what": "benchmark", "cpu": timed.cpu, "platform": timed.machine, "threads": timed.threads}
            | {"from": timed.measured, "to": timed.measured}
            | timed.packages
        )
    sheet = Sheet(pd.DataFrame(rows), {t("report.threads"): fmt_count, t("report.date"): str}, "", pd.DataFrame(plain))
    return Section(
        "environment",
        t("report.environment_title"),
        [Numbers(sheet, "environment"), Prose(t("report.numbers"), "note")],
    )


def _environments(records: list[RunRecord]) -> list[tuple[Environment, list[RunRecord]]]:
    """Return every different environment with the runs that were made in it, in the order of the first of them."""
    found: list[tuple[Environment, list[RunRecord]]] = []
    for record in records:
        if record.environment is None:
            continue
        same = next((runs for one, runs in found if one == record.environment), None)
        if same is None:
            found.append((record.environment, [record]))
        else:
            same.append(record)
    return found


def _row(names: str, made: Environment, records: list[RunRecord]) -> dict[str, object]:
    started = sorted(record.started for record in records if record.started)
    return {
        t("report.what"): names,
        t("report.machine"): f"{made.cpu}, {made.platform}",
        t("report.threads"): made.threads,
        t("report.date"): " –\n".join(dict.fromkeys(_moment(one) for one in (*started[:1], *started[-1:]))),
        t("report.packages"): _packages(made.packages),
    }


def _plain(names: str, made: Environment, records: list[RunRecord]) -> dict[str, object]:
    started = [record.started for record in records if record.started]
    first, last = (min(started), max(started)) if started else (None, None)
    own = {"what": names, "cpu": made.cpu, "platform": made.platform, "threads": made.threads}
    return own | {"from": first, "to": last} | made.packages


def _packages(packages: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in packages.items())


def _moment(written: str) -> str:
    # ISO 8601 in UTC: to the minute.
    return written[:16].replace("T", " ")
