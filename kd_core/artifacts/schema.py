"""What ``run.json``, a benchmark file and the published figures hold, validated."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION: Literal[1] = 1

Stage = Literal["published", "teacher", "scratch", "distill", "prune", "cluster", "quantize", "qat"]
Precision = Literal["float32", "float16", "dynamic", "int8"]


class Record(BaseModel):
    """A frozen part of an artifact; a key that is not known is an error, not a surprise later."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Parameters(Record):
    """Parameter counts of the deployable network."""

    total: int
    trainable: int
    non_zero: int | None = None
    wrapped_total: int | None = Field(None, description="with the masks, thresholds and steps of pruning wrappers")


class ModelFile(Record):
    """The deployed ``.tflite``: its precision and its size on disk."""

    file: str | None = Field(None, description="file name in the run's folder; None when it is not shipped")
    precision: Precision
    sha256: str
    size_bytes: int
    size_gzip_bytes: int


class InputSpec(Record):
    """How a picture becomes the network's input: ``x = rgb * scale + offset`` on 0..255 RGB, float32, NHWC."""

    height: int
    width: int
    resize: Literal["squash-bilinear"] = "squash-bilinear"
    scale: tuple[float, float, float]
    offset: tuple[float, float, float]


class Selection(Record):
    """Which epoch was kept, and by what.

    Our own runs are selected on validation, always. A record of another hand that was not is still read, so that a
    check (KD013) can say what is wrong with it.
    """

    split: Literal["train", "val", "test"] = "val"
    metric: str
    epoch: int
    value: float


class DataUse(Record):
    """Which data a run saw: the index's fingerprint, pictures per split, and how many were left out of training."""

    fingerprint: str
    splits: dict[str, int]
    dropped: int = 0


class Environment(Record):
    """What the run was made with."""

    packages: dict[str, str]
    cpu: str
    threads: int
    platform: str


class Claims(Record):
    """What the original's slides state about one model; accuracy in 0..1, loss in nats, sizes in MB."""

    epochs: int | None = None
    train_accuracy: float | None = None
    validation_accuracy: float | None = None
    test_accuracy: float | None = None
    train_loss: float | None = None
    validation_loss: float | None = None
    test_loss: float | None = None
    test_runtime_s: float | None = None
    total_params: int | None = None
    trainable_params: int | None = None
    size_mb: float | None = None
    layers: tuple[str, ...] = ()


class RunRecord(Record):
    """``run.json``: one deployable model and what was measured on it.

    A published run has ``claims``; every other stage has the measured fields instead. ``inputs`` is the hash of
    everything the run was made from (its table, its parents), by which it is known to be up to date; ``sources`` says
    which models its parents were then, empty in records of before it was kept.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    study: str
    run: str
    stage: Stage
    network: str
    classes: tuple[str, ...]
    parent: str | None = None
    teacher: str | None = None
    twin: str | None = None
    seed: int | None = None
    config: dict[str, Any] = Field(default_factory=dict)
    inputs: str | None = None
    sources: dict[str, str] = Field(default_factory=dict, description="SHA-256 of the models it was made from, by run")
    parameters: Parameters | None = None
    macs: int | None = None
    model: ModelFile | None = None
    input: InputSpec | None = None
    outputs: tuple[str, ...] = ()
    selection: Selection | None = None
    data: DataUse | None = None
    environment: Environment | None = None
    started: str | None = Field(None, description="ISO 8601, UTC")
    seconds: float | None = Field(None, description="from ``started``, which is where an interrupted run went on")
    notes: tuple[str, ...] = Field((), description="what a reader must know, such as a target that was missed, and why")
    claims: Claims | None = None

    @property
    def start(self) -> str | None:
        """The run with whose weights the training began, named as ``parent`` is; None where it began anew."""
        found = self.config.get("start")
        return found if isinstance(found, str) else None

    def full(self, name: str) -> str:
        """Return "study/run" of a run that this one names: in its own study, unless the name has another."""
        return name if "/" in name else f"{self.study}/{name}"


class Contradiction(Record):
    """One place where the original's slides disagree with themselves: a code and the figures involved."""

    code: str
    values: dict[str, Any]


class Latency(Record):
    """Milliseconds of one call at batch 1, model alone, over ``count`` calls."""

    p50: float
    p90: float
    p95: float
    p99: float
    mean: float
    count: int


class BenchmarkRun(Record):
    """One model on one machine; start and memory are the medians of several fresh processes.

    ``noisy``: the medians of the rounds, or those of this and the measurement before it, are further apart than they
    are on an idle machine (``kd_core.evaluation.latency``).
    """

    model_sha256: str | None = Field(None, description="which model was measured; None in files of before it was kept")
    latency_ms: Latency = Field(description="over all rounds")
    rounds: tuple[Latency, ...] = Field((), description="of each round, in their order")
    noisy: bool = False
    init_ms: float = Field(description="from constructing the interpreter to allocated tensors")
    first_call_ms: float = Field(description="the first answer after that")
    images_per_s: float = Field(description="one after the other, at batch 1")
    peak_rss_mb: float = Field(description="of a process that only loads and runs the model, MB of 10^6 bytes")
    test_seconds: float | None = Field(None, description="model alone over the whole test split")
    test_seconds_with_decoding: float | None = Field(None, description="both None where the pictures were not there")


class TrainingSpeed(Record):
    """How fast a student trains on this machine, in pictures per second, all ways measured in one interleaved session.

    ``plain``: on labels alone. ``cached``: distilled with cached targets. ``live``: distilled while the teacher runs
    in every step, at its own input size and in its own precision. ``model_alone``: plain steps on one batch that is
    in memory, so that the input pipeline costs ``1 - plain / model_alone`` of a step. ``teacher``: pictures per second
    when the targets are computed. ``pays_from_epoch``: the first epoch by whose end the cached targets have taken less
    time than the live teacher, the time to compute ``views`` answers to each picture included.
    """

    study: str
    run: str
    teacher_run: str
    precision: str
    views: int
    rounds: int
    plain: float
    cached: float
    live: float
    model_alone: float
    teacher: float
    cached_to_plain: float
    cached_to_live: float
    pipeline_share: float
    pays_from_epoch: int


class Benchmark(Record):
    """All runs of a study measured in one interleaved session on one machine."""

    schema_version: Literal[1] = SCHEMA_VERSION
    machine: str
    cpu: str
    threads: int
    rounds: int
    measured: str = Field(description="ISO 8601, UTC")
    packages: dict[str, str]
    runs: dict[str, BenchmarkRun]
    training: TrainingSpeed | None = None
