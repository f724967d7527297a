"""A measured robustness with figures that can be worked out by hand."""

from kd_core.artifacts import Curve, RelativeArea, Robustness, RobustnessRun, Severities

N = 200
# Right answers of 200 by severity. The teacher's areas are (0.45 + 0.8 + 0.75 + 0.7 + 0.65 + 0.3) / 5 = 0.73 for noise
# and 3.7 / 5 = 0.74 for blur, the student's 0.505 for both: 0.687 of the teacher's on average.
RIGHT = {
    "teacher": {"noise": (180, 160, 150, 140, 130, 120), "blur": (180, 180, 160, 140, 120, 100)},
    "student3_scratch": {"noise": (160, 130, 110, 90, 70, 50), "blur": (160, 130, 110, 90, 70, 50)},
    "student3_int8": {"noise": (160, 130, 110, 90, 70, 60), "blur": (160, 130, 110, 90, 70, 60)},
}
RELATIVE = RelativeArea(value=0.687, low=0.64, high=0.72, level=0.95, p_value=0.0004)


def make_robustness(*, reference: str | None = "teacher", longest: str = "student3_int8", **changes) -> Robustness:
    """Return a measurement of three runs; ``changes`` go into its fields."""
    runs = {}
    for name, of_run in RIGHT.items():
        curves = {
            corruption: Curve(correct=correct, loss=tuple(2 - right / 100 for right in correct))
            for corruption, correct in of_run.items()
        }
        relative = RELATIVE if reference and name != reference else None
        runs[longest if name == "student3_int8" else name] = RobustnessRun(
            model_sha256="0" * 64, curves=curves, relative=relative
        )
    fields = {
        "study": "showcase",
        "reference": reference,
        "n": N,
        "fingerprint": "f" * 64,
        "pictures": "e" * 64,
        "seed": 0,
        "measured": "2026-01-08T08:00:00+00:00",
        "packages": {"ai-edge-litert": "2.3.0"},
        "corruptions": {
            "noise": Severities(parameter="deviation", values=(0.1, 0.2, 0.3, 0.4, 0.5)),
            "blur": Severities(parameter="pixels", values=(1, 2, 3, 4, 5)),
        },
        "runs": runs,
    }
    return Robustness(**(fields | changes))
