"""What became of a study's networks: the family tree, the deployment table, and what a reader must know of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import derived, lineage
from dashboard.components.deployment import show_deployment, show_notes
from dashboard.components.family import show_family
from dashboard.components.findings import show_findings
from dashboard.tables.deployment import Deployed
from dashboard.tables.family import Member, family, identity
from dashboard.tables.figures import Figures, timed
from dashboard.text import t
from kd_core.artifacts import Benchmark, Problem, RunRecord
from kd_core.evaluation.checks import Finding


@dataclass(frozen=True)
class Kin:
    """The family of a study: its members, the figures of each by ``identity``, and what was measured on its own runs.

    ``findings`` is what the checks find in their answers on the split, ``flagged`` which runs that is about.
    """

    members: Sequence[Member]
    figures: Mapping[str, Figures]
    deployed: Sequence[Deployed]

    @property
    def findings(self) -> list[Finding]:
        """What the checks find in the answers of the study's own runs."""
        return [finding for one in self.deployed for finding in one.findings]

    @property
    def flagged(self) -> set[str]:
        """The runs in which they find something."""
        return {finding.run for finding in self.findings if finding.run is not None}


def kin(study: str, rows: Sequence[tuple[RunRecord, Figures]], machine: Benchmark | None, split: str) -> Kin:
    """Return the family of a measured study; the arguments are those of ``show_descent``."""
    top = derived.teacher(study)
    members = family([record for record, _ in rows], top)
    figures = {identity(record): own for record, own in rows}
    if top is not None and identity(top) not in figures:
        # Latencies of different sessions are never set against each other.
        figures[identity(top)] = timed(derived.figures(top, split)[0], None)
    deployed = [_deployed(member, figures, machine, split) for member in members if member.record.study == study]
    return Kin(members, figures, deployed)


def show_descent(
    study: str,
    rows: Sequence[tuple[RunRecord, Figures]],
    machine: Benchmark | None,
    *,
    part: str,
    split: str,
    where: str,
) -> list[Problem]:
    """Draw how a measured study's runs descend from one another; return what could not be read.

    Args:
        study: whose runs they are.
        rows: its runs with their figures.
        machine: the benchmark whose times are shown; None where nothing was measured.
        part: "whole" or "leak_free": which pictures of the split the tree's accuracies are of.
        split: "val" or "test".
        where: the machine as a sentence.
    """
    found = kin(study, rows, machine, split)
    st.header(t("family.title"), anchor=False)
    st.markdown(t("family.lead"))
    show_findings(found.findings, {record.run: record for record, _ in rows})
    problems = show_family(study, found.members, found.figures, found.flagged, part=part, split=split, where=where)
    if any(record.stage == "prune" for record, _ in rows):
        st.markdown(f":material/info: {t('family.pruning')}")
    return problems


def show_deployed(
    study: str, rows: Sequence[tuple[RunRecord, Figures]], machine: Benchmark | None, *, split: str, where: str
) -> None:
    """Draw what deploying a measured study's runs asks for; the arguments are those of ``show_descent``."""
    found = kin(study, rows, machine, split)
    st.header(t("deployment.title"), anchor=False)
    st.markdown(t("deployment.lead"))
    show_findings(found.findings, {record.run: record for record, _ in rows})
    show_deployment(found.deployed, split=split, where=where)
    show_notes(found.deployed)


def _deployed(member: Member, figures: Mapping[str, Figures], machine: Benchmark | None, split: str) -> Deployed:
    parent = lineage.parent(member.record)
    return Deployed(
        member=member,
        figures=figures[identity(member.record)],
        benchmark=machine.runs.get(member.record.run) if machine else None,
        agreement=derived.agreement(member.record, parent, split) if parent else None,
        findings=derived.findings(member.record, parent, split),
    )
