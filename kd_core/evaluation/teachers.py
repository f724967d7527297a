"""Which run of a study is its teacher."""

from collections.abc import Sequence

from kd_core.artifacts import RunRecord


def teacher(records: Sequence[RunRecord]) -> RunRecord | None:
    """Return the teacher among the runs of a study; None when the study has none, or takes another study's.

    Of several teachers it is the one that most runs learn from, then one that no other goes on from, then the first in
    the study.
    """
    named = [r.teacher for r in records if r.teacher]
    candidates = [r for r in records if r.stage == "teacher"]
    if not candidates:
        candidates = [r for r in records if r.run in named or (r.stage == "published" and r.run == "teacher")]
    begun = {r.start for r in candidates}
    return max(candidates, key=lambda r: (named.count(r.run), r.run not in begun), default=None)
