"""A study: one readable TOML file that names the data, the defaults and the runs from top to bottom."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from kd_core.data.source import Data
from kd_core.errors import KdError
from kd_core.settings import KINDS, RUN, AnyRun, Run

NAME = r"^[a-z0-9][a-z0-9-]*$"


class StudyError(KdError):
    """A study file is missing or says something that cannot be done."""


SOURCES = ("parent", "start", "teacher")
REFERENCES = (*SOURCES, "twin")


class Study(BaseModel):
    """A whole study; ``runs`` keeps the file's order, with one entry for every seed."""

    model_config = ConfigDict(frozen=True)

    name: str
    data: Data
    runs: dict[str, AnyRun]

    def needs(self, run: str) -> list[str]:
        """Return the runs that ``run`` builds on or is compared with, as they are named in the study."""
        return [name for key in REFERENCES if (name := getattr(self.runs[run], key, None))]

    def made_from(self, run: str) -> list[str]:
        """Return the runs whose weights or answers ``run`` is made from: all that it needs but the twin."""
        settings = self.runs[run]
        return list(dict.fromkeys(name for key in SOURCES if (name := getattr(settings, key, None))))

    def inputs(self, run: str) -> str:
        """Return a hash of everything in the study that ``run`` was made from; a twin is compared, not built on."""
        settings = self.runs[run]
        links = {key: getattr(settings, key, None) for key in ("parent", "teacher")}
        if start := getattr(settings, "start", None):
            links["start"] = start
        sources = {key: self.inputs(name) if name in self.runs else name for key, name in links.items()}
        # Without defaults: a setting that a later version adds leaves the runs that do not use it up to date.
        content = {
            "data": self.data.model_dump(exclude_defaults=True),
            "run": settings.model_dump(exclude={"twin"}, exclude_defaults=True),
            "sources": sources,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:20]


def load_study(source: str) -> Study:
    """Return the study of a name (one that ships with the package) or of a path to a TOML file.

    Raises:
        StudyError: if there is no such study, or it says something that is unknown or impossible.
    """
    shipped = Path(__file__).parent / "studies"
    path = Path(source) if source.endswith(".toml") else shipped / f"{source}.toml"
    if not path.is_file():
        if source.endswith(".toml"):
            raise StudyError(f"{path} is missing: name the .toml file of a study, or one of the shipped ones.")
        known = ", ".join(sorted(file.stem for file in shipped.glob("*.toml")))
        raise StudyError(f'There is no study "{source}": choose one of {known}, or name a .toml file.')
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} is no valid TOML: {error}. Mend that line.") from error
    except OSError as error:
        raise StudyError(f"{path} cannot be read: {error.strerror or error}. Check its rights.") from error
    return parse_study(raw, path.stem, str(path))


def settings_of(config: dict[str, Any]) -> AnyRun:
    """Return the settings that a run's record keeps as its ``config``.

    Raises:
        StudyError: if they are of another version of this program.
    """
    return _valid(lambda: RUN.validate_python(config), "the run's config")


def parse_study(raw: dict[str, Any], name: str, where: str) -> Study:
    """Return the study that a parsed TOML file describes; ``where`` names it in errors.

    Raises:
        StudyError: for an unknown key, stage or run, a run used before it is made, or a value out of range.
    """
    unknown = set(raw) - {"data", "defaults", "runs"}
    if unknown:
        raise StudyError(f"{where}: unknown key {sorted(unknown)[0]}: a study has data, defaults and runs.")
    defaults, tables = raw.get("defaults", {}), raw.get("runs", {})
    for key, value in {"defaults": defaults, "runs": tables}.items():
        if not isinstance(value, dict):
            raise StudyError(f"{where}: {key} must be a table, [{key}{'.NAME' if key == 'runs' else ''}].")
    if not tables:
        raise StudyError(f"{where} names no run: add a table [runs.NAME] with a stage.")
    _check_defaults(defaults, where)
    runs: dict[str, Any] = {}
    for run, table in tables.items():
        for full_name, settings in _expanded(run, table, defaults, where):
            _check_references(full_name, settings, runs, where)
            runs[full_name] = settings
    data = _valid(lambda: Data.model_validate(raw.get("data", {})), f"{where}, data")
    return Study(name=name, data=data, runs=runs)


def _check_defaults(defaults: dict[str, Any], where: str) -> None:
    known = set().union(*(kind.model_fields for kind in KINDS.values()))
    for key in defaults:
        if key not in known:
            raise StudyError(f"{where}, defaults: no kind of run has the key {key}: mend or remove it.")


def _expanded(run: str, table: Any, defaults: dict[str, Any], where: str) -> list[tuple[str, Any]]:
    place = f"{where}, run {run}"
    if not isinstance(table, dict):
        raise StudyError(f"{place} must be a table, [runs.{run}], with a stage.")
    stage = table.get("stage")
    kind = KINDS.get(stage) if isinstance(stage, str) else None
    if kind is None:
        raise StudyError(f"{place}: stage must be one of {', '.join(KINDS)}.")
    seeds = table.get("seeds")
    own = {key: value for key, value in table.items() if key != "seeds"}
    merged = {key: value for key, value in defaults.items() if key in kind.model_fields} | own
    if seeds is None:
        return [(run, _valid(lambda: RUN.validate_python(merged), place))]
    if not isinstance(seeds, list) or not seeds or not all(isinstance(seed, int) for seed in seeds):
        raise StudyError(f"{place}: seeds must be a list of whole numbers, such as [1, 2, 3].")
    expanded = []
    for seed in seeds:
        # A seeded run builds on the seeded run of the same number, so that twins stay twins.
        table_of_seed = merged | {"seed": seed}
        for key in REFERENCES:
            if str(merged.get(key, "")).endswith("-seed"):
                table_of_seed[key] = f"{merged[key]}{seed}"
        expanded.append((f"{run}-seed{seed}", _valid(lambda t=table_of_seed: RUN.validate_python(t), place)))
    return expanded


def _check_references(run: str, settings: Run, earlier: dict[str, Any], where: str) -> None:
    if run in earlier:
        raise StudyError(f"{where}: two runs are named {run}: rename one.")
    for key in REFERENCES:
        name = getattr(settings, key, None)
        if name is not None and name not in earlier and not ("/" in name and key != "twin"):
            raise StudyError(f"{where}, run {run}: {key} names the run {name}, which does not stand above it.")


def _valid(build: Any, place: str) -> Any:
    try:
        return build()
    except ValidationError as error:
        # A misspelt key is told before the one that it should have been, which is then missing.
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        key = ".".join(str(part) for part in first["loc"] if part not in KINDS)
        if first["type"] == "extra_forbidden":
            raise StudyError(f"{place}: unknown key {key}: mend or remove it.") from error
        # What concerns several keys at once has no key of its own.
        where = f"{place}: {key}" if key else place
        raise StudyError(f"{where}: {first['msg'].removeprefix('Value error, ')}.") from error
