"""A study of which every page has something to show, to be explored in a browser."""

from pathlib import Path

import numpy as np

from kd_core.artifacts import ArtifactStore
from tests.dashboard.artifacts_fixture import PLAN, make_index, write_artifacts, write_pictures
from tests.dashboard.kin import edit_record
from tests.dashboard.robustness_fixture import make_robustness
from tests.dashboard.tiny_model import tiny_head, tiny_model
from tests.suspects_made import make_suspects


def write_everything(root: Path) -> tuple[Path, Path]:
    """Write below ``root`` a study of which every page has something to show; return artifacts and pictures."""
    artifacts = write_artifacts(root / "artifacts", model=tiny_model())
    store, study = ArtifactStore(artifacts), artifacts / "showcase"
    store.write_robustness(make_robustness())
    store.write_suspects(make_suspects())
    for plan in PLAN:
        np.savez(study / plan.run / "head.npz", **tiny_head())
    kernel = np.random.default_rng(1).normal(0, 0.1, (3, 3, 16, 32)).astype(np.float32)
    np.savez(study / "student3_distilled" / "weights.npz", **{"0001 block1/kernel:0": kernel})
    edit_record(study / "student3_scratch", config={"network": "student3", "epochs": 12, "alpha": 1.0})
    return artifacts, write_pictures(root / "photos", make_index(), ("train", "val", "test"))
