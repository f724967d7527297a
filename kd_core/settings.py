"""What one run's table in a study says: the kinds of runs, frozen and validated."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

from kd_core.data.augment import Augmentation

Network = Literal[
    "resnet50",
    "efficientnet-lite0",
    "efficientnet-lite1",
    "efficientnet-lite2",
    "student1",
    "student2",
    "student3",
    "student4",
    "student5",
]

Objective = Literal["kl", "dist", "dkd", "softened twice"]


class Settings(BaseModel):
    """A frozen table of the study file; a key that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(Settings):
    """What every run has."""

    stage: str
    seed: int = Field(0, ge=0, lt=2**32)


class Fitting(Run):
    """What everything that trains has.

    ``learning_rate`` is the peak; "exponential" multiplies it by ``decay_rate`` every ``decay_steps`` steps, "cosine"
    brings it to zero after a linear warm-up. ``l2`` is the factor of the squared weights in the loss, ``weight_decay``
    AdamW's decoupled one. ``clip_norm`` bounds the global norm of the gradients.
    """

    epochs: int = Field(ge=1)
    batch_size: int = Field(64, ge=1)
    optimizer: Literal["adam", "adamw"] = "adam"
    learning_rate: float = Field(1e-3, gt=0)
    schedule: Literal["constant", "exponential", "cosine"] = "constant"
    decay_steps: int = Field(1500, ge=1)
    decay_rate: float = Field(0.96, gt=0, le=1)
    warmup_epochs: float = Field(0.0, ge=0)
    weight_decay: float = Field(0.0, ge=0)
    l2: float = Field(0.0, ge=0)
    clip_norm: float | None = Field(None, gt=0)
    precision: Literal["float32", "bfloat16"] = "float32"
    augmentation: Augmentation = Augmentation()


class Training(Fitting):
    """A training of a whole network; ``deploy`` is the precision of its .tflite and of its stored weights.

    ``keep`` "answers" leaves model and weights in the cache and out of the finished run: one of many seeds, or of an
    ablation, is there for its figures.

    It begins from random (or pretrained) weights, or from those of the run ``start``: the same network, also at another
    input size, so that a student can first learn on small pictures. ``ema`` is the momentum of a moving average of the
    weights over the steps (Polyak and Juditsky 1992), which is what is validated and kept; 0 keeps the weights
    themselves.
    """

    network: Network
    input_size: int = Field(64, ge=32, le=256, multiple_of=4)
    start: str | None = None
    ema: float = Field(0.0, ge=0, lt=1)
    deploy: Literal["float32", "float16"] = "float32"
    keep: Literal["everything", "answers"] = "everything"


class Teacher(Training):
    """A frozen backbone with a trained head; ``unfreeze`` of its last stages are trained with it."""

    stage: Literal["teacher"]
    head: Literal["pooled", "published"] = "pooled"
    weights: str | None = "imagenet"
    unfreeze: int = Field(0, ge=0)
    dropout: float = Field(0.2, ge=0, lt=1)

    @field_validator("weights")
    @classmethod
    def _none_is_a_word(cls, value: str | None) -> str | None:
        # TOML has no null: "none" is how a study asks for random weights.
        return None if value == "none" else value


class Scratch(Training):
    """A student trained on the labels alone: the twin that a distilled student is compared with.

    It begins with random weights; a student that inherits layers of a backbone (student5) with the ImageNet weights of
    those.
    """

    stage: Literal["scratch"]


class Distill(Training):
    """A student trained on labels and the teacher's answers.

    The loss is ``alpha * CE + (1 - alpha) * KL(softmax(t/T), softmax(s/T))``; ``scale_by_t2`` multiplies the second
    part by T squared (Hinton et al. 2015). In the divergence's place ``objective`` can put the correlations of DIST
    (Huang et al. 2022), or DKD, which weighs the classes that are not true by ``beta`` (Zhao et al. 2022). "softened
    twice" is the fault of taking the softmax of a softmax, to be measured.
    """

    stage: Literal["distill"]
    teacher: str
    twin: str
    alpha: float = Field(ge=0, le=1)
    temperature: float = Field(gt=0)
    scale_by_t2: bool
    objective: Objective = "kl"
    beta: float = Field(1.0, ge=0)

    @model_validator(mode="after")
    def _one_true_class(self) -> Self:
        if self.objective == "dkd" and self.augmentation.mixing is not None:
            raise ValueError("dkd needs one true class a picture: leave mixing out, or choose another objective")
        return self


class FineTuning(Fitting):
    """A trained network that goes on learning while it is compressed.

    With ``teacher`` it learns from that teacher's answers too, by the loss of ``Distill``.
    """

    parent: str
    teacher: str | None = None
    alpha: float = Field(1.0, ge=0, le=1)
    temperature: float = Field(1.0, gt=0)
    scale_by_t2: bool = False

    @model_validator(mode="after")
    def _taught_by_somebody(self) -> Self:
        if self.teacher is None and "alpha" in self.model_fields_set and self.alpha < 1:
            raise ValueError(f"alpha {self.alpha} needs a teacher: name one, or leave alpha out")
        if self.teacher is not None and not {"alpha", "temperature", "scale_by_t2"} <= self.model_fields_set:
            raise ValueError("with a teacher, alpha, temperature and scale_by_t2 must be given")
        return self


class Prune(FineTuning):
    """Magnitude pruning (Zhu and Gupta 2017): the smallest weights of every trained kernel are held at zero.

    ``sparsity`` is the share of zeros in each kernel, ``layers`` another one for the layers it names; layers in
    ``exclude`` are left alone. "polynomial" goes there from ``initial_sparsity``, "constant" at once; either is there
    after the share ``ramp`` of all steps. "2:4" keeps two of four neighbouring input channels, half of all weights.
    """

    stage: Literal["prune"]
    pattern: Literal["unstructured", "2:4"] = "unstructured"
    sparsity: float = Field(0.5, gt=0, lt=1)
    sparsity_schedule: Literal["polynomial", "constant"] = "polynomial"
    initial_sparsity: float = Field(0.0, ge=0, lt=1)
    ramp: float = Field(0.5, gt=0, le=0.9)
    layers: dict[str, Annotated[float, Field(gt=0, lt=1)]] = Field(default_factory=dict)
    exclude: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.pattern == "2:4" and (self.layers or self.sparsity != 0.5):
            raise ValueError("2:4 is a sparsity of 0.5 in every layer: leave sparsity and layers out")
        if self.sparsity_schedule == "polynomial" and self.initial_sparsity >= min(
            [self.sparsity, *self.layers.values()]
        ):
            raise ValueError("initial_sparsity must be lower than every target")
        return self


class Cluster(FineTuning):
    """Weight sharing: each trained kernel has no more than ``clusters`` different values (Han, Mao, Dally 2016).

    ``preserve_sparsity`` keeps zeros zero. Layers in ``exclude`` are left alone.
    """

    stage: Literal["cluster"]
    clusters: int = Field(16, ge=3, le=256)
    initialization: Literal["kmeans++", "linear", "density"] = "kmeans++"
    preserve_sparsity: bool = False
    exclude: tuple[str, ...] = ()
    precision: Literal["float32"] = "float32"


class QuantizeAware(FineTuning):
    """Fine-tuning under simulated int8 arithmetic (Jacob et al. 2018), deployed as int8.

    ``preserve`` keeps the zeros of a pruned parent ("sparsity"), or the shared values of a clustered one, zeros
    included ("clusters").
    """

    stage: Literal["qat"]
    preserve: Literal["nothing", "sparsity", "clusters"] = "nothing"
    representative: int = Field(600, ge=1, description="training pictures that set the first ranges, drawn by class")
    precision: Literal["float32"] = "float32"


class Quantize(Run):
    """A trained run's network in another precision, after training."""

    stage: Literal["quantize"]
    parent: str
    scheme: Literal["float16", "dynamic", "int8"]
    representative: int = Field(600, ge=1, description="training pictures that set the int8 ranges, drawn by class")


AnyRun = Annotated[
    Teacher | Scratch | Distill | Prune | Cluster | QuantizeAware | Quantize, Field(discriminator="stage")
]
RUN: TypeAdapter[AnyRun] = TypeAdapter(AnyRun)
KINDS: dict[str, type[Run]] = {
    "teacher": Teacher,
    "scratch": Scratch,
    "distill": Distill,
    "prune": Prune,
    "cluster": Cluster,
    "qat": QuantizeAware,
    "quantize": Quantize,
}
