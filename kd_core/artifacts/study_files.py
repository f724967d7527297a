"""What lies beside the runs of a study, and how it is read and written."""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
from pydantic import TypeAdapter

from kd_core.artifacts.files import ArtifactError, Problem, read_file, read_json, validated, with_columns
from kd_core.artifacts.robustness import Robustness
from kd_core.artifacts.schema import Benchmark, Contradiction
from kd_core.artifacts.suspects import Suspects, raw_suspects, save_suspects
from kd_core.atomic import write_atomic

INDEX_COLUMNS = ("split", "path", "label", "sha256", "width", "height", "group", "leaked", "used")


@dataclass(frozen=True)
class StudyFiles:
    """The studies under one ``artifacts`` folder."""

    root: Path

    def index(self, study: str) -> pd.DataFrame:
        """Return the index of the study's data set with ``INDEX_COLUMNS``, one row a picture."""
        path = self.root / study / "data.parquet"
        return with_columns(path, read_file(path, pd.read_parquet), INDEX_COLUMNS)

    def benchmarks(self, study: str) -> tuple[list[Benchmark], list[Problem]]:
        """Return the benchmark of every machine that can be read, and a problem for each that cannot."""
        found, problems = [], []
        for path in sorted((self.root / study / "benchmarks").glob("*.json")):
            try:
                raw = read_json(path)
                found.append(validated(path, partial(Benchmark.model_validate, raw)))
            except ArtifactError as error:
                problems.append(Problem(path, str(error)))
        return found, problems

    def write_benchmark(self, study: str, benchmark: Benchmark) -> Path:
        """Write a machine's benchmark beside the study's runs and return its path.

        Raises:
            WriteError: if the disk is full or the folder may not be written.
        """
        path = self.root / study / "benchmarks" / f"{benchmark.machine}.json"
        text = json.dumps(benchmark.model_dump(mode="json"), indent=2) + "\n"
        write_atomic(path, text.encode())
        return path

    def robustness(self, study: str) -> Robustness | None:
        """Return how the study's runs bear corrupted pictures; None where it was not measured.

        Raises:
            ArtifactError: if the file is truncated or of another schema.
        """
        path = self.robustness_path(study)
        if not path.is_file():
            return None
        raw = read_json(path)
        return validated(path, lambda: Robustness.model_validate(raw))

    def write_robustness(self, robustness: Robustness) -> Path:
        """Write it beside the study's runs and return its path.

        Raises:
            WriteError: if the disk is full or the folder may not be written.
        """
        path = self.robustness_path(robustness.study)
        text = json.dumps(robustness.model_dump(mode="json"), indent=2, allow_nan=False) + "\n"
        write_atomic(path, text.encode())
        return path

    def robustness_path(self, study: str) -> Path:
        """Return where a study's robustness is kept, whether it was measured or not."""
        return self.root / study / "robustness.json"

    def suspects(self, study: str) -> Suspects | None:
        """Return the doubtful labels of the study's data set; None where nobody has looked for them.

        Raises:
            ArtifactError: if the file is truncated, of another schema or of another study.
        """
        path = self.suspects_path(study)
        if not path.is_file():
            return None
        raw = read_file(path, raw_suspects)
        found = validated(path, lambda: Suspects.model_validate(raw))
        if found.study != study:
            raise ArtifactError(f"{path} belongs to the study {found.study}: move it back, or make it again.")
        return found

    def write_suspects(self, suspects: Suspects) -> Path:
        """Write them beside the study's runs and return the path.

        Raises:
            WriteError: if the disk is full or the folder may not be written.
        """
        path = self.suspects_path(suspects.study)
        write_atomic(path, partial(save_suspects, suspects))
        return path

    def suspects_path(self, study: str) -> Path:
        """Return where a study's doubtful labels are kept, whether there are any or not."""
        return self.root / study / "suspects.parquet"

    def contradictions(self, study: str) -> list[Contradiction]:
        """Return where the published slides disagree with themselves; empty for a study of our own."""
        path = self.root / study / "contradictions.json"
        if not path.is_file():
            return []
        raw = read_json(path)
        return validated(path, lambda: TypeAdapter(list[Contradiction]).validate_python(raw))
