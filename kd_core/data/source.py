"""Where a study's pictures come from on this machine."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kd_core.data.index import DataIndex, build_index
from kd_core.data.synthetic import draw
from kd_core.paths import cache_dir, data_dir
from kd_core.progress import Reporter


class Data(BaseModel):
    """The data set: photos of a folder, or generated pictures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Literal["photos", "generated"] = "photos"
    drop_leaks: bool = Field(False, description="leave training pictures out that are copies of evaluation pictures")
    train_per_class: int = Field(200, ge=1, description="generated pictures only")
    test_per_class: int = Field(40, ge=1, description="generated pictures only; as many again for validation")
    size: int = Field(64, ge=16, le=512, description="generated pictures only, pixels")
    seed: int = Field(0, ge=0, description="generated pictures only")


def open_data(data: Data, progress: Reporter) -> DataIndex:
    """Return the index of a study's data set; generated pictures are drawn first, into the cache.

    Raises:
        DataError: if the photos are not there or cannot be trained on.
        WriteError: if the pictures cannot be drawn, for want of space or permission.
    """
    # Two drawn rings in other places are two pictures, though one can be laid over the other.
    photos = data.source == "photos"
    return build_index(data_folder(data, progress), cache_dir(), progress, near_copies=photos)


def data_folder(data: Data, progress: Reporter) -> Path:
    """Return the folder of a study's pictures; generated ones are there when this returns."""
    if data.source == "photos":
        return data_dir()
    folder = cache_dir() / "generated" / f"{data.train_per_class}-{data.test_per_class}-{data.size}px-seed{data.seed}"
    if not folder.is_dir():
        progress.say("  Drawing the pictures")
    splits = {"train": data.train_per_class, "val": data.test_per_class, "test": data.test_per_class}
    draw(folder, per_split=splits, size=data.size, seed=data.seed)
    return folder
