"""What ``suspects.parquet`` holds: the pictures whose label is doubtful, and how they were found."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field, model_validator

from kd_core.artifacts.schema import SCHEMA_VERSION, Record

# Under this name the file's own metadata has everything but the pictures: table and origin cannot come apart.
_ORIGIN = b"kd_core"
Share = Field(ge=0, le=1)


class Suspect(Record):
    """One picture: its label, the class that a classifier of its folds would rather give it, and both probabilities.

    ``quality`` is cleanlab's normalised margin: 0 where the label is surely wrong, 1 where it is surely right.
    """

    split: str
    path: str
    label: str
    suggested: str
    label_probability: float = Share
    suggested_probability: float = Share
    quality: float = Share


class Suspects(Record):
    """The doubtful labels of a study's data set, the most doubtful first, and what they were found with.

    ``teacher`` is the run ("study/run" where it is another study's) whose pretrained backbone, ``network`` at
    ``input_size`` pixels, made the features. ``audited`` and ``flagged`` count by split and label the pictures that
    were looked at and those that cleanlab doubts; ``pictures`` are the first of the latter. ``accuracy`` is the share
    of all audited pictures whose out-of-sample answer is their label.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    study: str
    teacher: str
    network: str
    input_size: int
    fingerprint: str
    folds: int = Field(ge=2)
    seed: int
    accuracy: float = Share
    audited: dict[str, dict[str, int]]
    flagged: dict[str, dict[str, int]]
    made: str = Field(description="ISO 8601, UTC")
    packages: dict[str, str]
    pictures: tuple[Suspect, ...]

    @model_validator(mode="after")
    def _whole(self) -> "Suspects":
        doubts = [one.quality for one in self.pictures]
        if doubts != sorted(doubts):
            raise ValueError("the pictures are not in the order of their doubt")
        if len({one.path for one in self.pictures}) < len(self.pictures):
            raise ValueError("a picture stands there twice")
        for (split, label), listed in Counter((one.split, one.label) for one in self.pictures).items():
            flagged = self.flagged.get(split, {}).get(label, 0)
            if not listed <= flagged <= self.audited.get(split, {}).get(label, 0):
                raise ValueError(f"{split}, {label}: more pictures are listed than were found, or found than looked at")
        return self

    @property
    def frame(self) -> pd.DataFrame:
        """One row a picture, in their order, with the fields of ``Suspect``."""
        rows = [one.model_dump() for one in self.pictures]
        return pd.DataFrame(rows, columns=list(Suspect.model_fields))

    @property
    def n_audited(self) -> int:
        """How many pictures were looked at."""
        return sum(sum(counts.values()) for counts in self.audited.values())

    @property
    def n_flagged(self) -> int:
        """How many labels are doubted, listed or not."""
        return sum(sum(counts.values()) for counts in self.flagged.values())


def save_suspects(suspects: Suspects, path: Path) -> None:
    """Write the file: the pictures as its rows, the rest as its metadata."""
    origin = json.dumps(suspects.model_dump(mode="json", exclude={"pictures"}))
    table = pa.Table.from_pandas(suspects.frame, preserve_index=False)
    pq.write_table(table.replace_schema_metadata({_ORIGIN: origin.encode()}), path)


def raw_suspects(path: Path) -> dict[str, Any]:
    """Return what a file holds, not validated; of a parquet file of other origin there are the rows alone."""
    table = pq.read_table(path)
    origin = json.loads((table.schema.metadata or {}).get(_ORIGIN, b"{}"))
    return {**origin, "pictures": table.to_pylist()}
