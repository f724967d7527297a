"""The data: by which hash it is known, how it is split, and what of it stands in training too."""

from collections.abc import Mapping

from dashboard.components.class_counts import class_counts_chart
from dashboard.components.copies import copies_sheet, share_key, uses_sheet
from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import run_label, split_name
from dashboard.report.blocks import Beside, Chart, Facts, Numbers, Prose, Section
from dashboard.report.material import SPLIT, Material
from dashboard.tables.data_set import SPLITS, class_counts, copy_counts
from dashboard.text import t
from kd_core.data.frame import fingerprint


def data(material: Material) -> Section:
    """Return what is known of the data: from the index where there is one, else what the runs recorded."""
    title, index = t("data_set.title"), material.index
    if index is None or index.empty:
        known = _recorded(material)
        if not known:
            return Section("data", title, [Prose(t("report.no_data"))])
        return Section("data", title, [Facts(known), Prose(t("report.no_index"))])
    facts = [(t("report.fingerprint"), fingerprint(index)), *_other_fingerprints(material, fingerprint(index))]
    counts, copies = class_counts(index), copy_counts(index)
    facts += _splits({split: int(counts[split].sum()) for split in counts.columns})
    evaluated = copies[copies["split"] == SPLIT]
    for leaked, total in zip(evaluated["leaked"], evaluated["pictures"], strict=True):
        share = t(share_key(index), share=fmt_percent(leaked / total))
        facts.append((t("data_set.leaked_test"), f"{fmt_count(leaked)} ({share})"))
    chart = class_counts_chart(material.study, counts, dark=False)
    return Section(
        "data",
        title,
        [
            Facts(facts),
            Prose(t("data_set.copies_lead")),
            Beside([Numbers(copies_sheet(copies), "copies"), Numbers(uses_sheet(index), "training-pictures")]),
            Chart(chart, "classes", t("data_set.counts_title"), counts.rename_axis("class").reset_index()),
        ],
    )


def _recorded(material: Material) -> list[tuple[str, str]]:
    facts = _other_fingerprints(material, "")
    seen = next((record.data.splits for record in material.records if record.data), {})
    return [*facts, *_splits(seen)]


def _splits(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [
        (t("report.split_size", split=split_name(split)), t("report.pictures", n=fmt_count(counts[split])))
        for split in SPLITS
        if split in counts
    ]


def _other_fingerprints(material: Material, own: str) -> list[tuple[str, str]]:
    """Return the hashes of data other than that of the index that runs were made with, each with its runs."""
    found: dict[str, list[str]] = {}
    for record in material.records:
        if record.data and record.data.fingerprint != own:
            found.setdefault(record.data.fingerprint, []).append(run_label(record))
    return [(t("report.fingerprint_of", runs=", ".join(runs)), hash_) for hash_, runs in found.items()]
