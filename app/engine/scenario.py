"""A Scenario: everything that an analysis depends on, as one frozen value."""

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from app.engine.checks import require_positive, require_share
from app.engine.conventions import COUNT_ALL, Conventions
from app.engine.dtypes import DType
from app.engine.efficiency import Efficiency, calibrated_efficiency
from app.engine.grid import everywhere, is_grid, larger, smaller
from app.engine.hardware import Hardware
from app.engine.transformer import Transformer
from app.engine.workload import Pass, Phase, Training, Workload, forward_pass, phase_of


class Attention(StrEnum):
    """Whether the score matrix stays on chip (FlashAttention and its kin) or goes through HBM.

    A tuned kernel is fused and written for its chip: FlashAttention-2 on Ampere, FlashAttention-3 or cuDNN on Hopper.
    """

    FUSED = "fused"
    TUNED = "tuned"
    UNFUSED = "unfused"


class Fusion(StrEnum):
    """Element-wise work that runs inside its neighbour instead of going through HBM."""

    MLP = "mlp"  # the activation function in the epilogue of the up projection
    NORMS = "norms"  # each norm in the kernel of the residual before it


class Launch(StrEnum):
    """Whether the host launches every kernel or replays one captured graph.

    Blocking, it launches from Python and waits for each (CUDA_LAUNCH_BLOCKING=1): nothing hides its own time.
    """

    EAGER = "eager"
    GRAPH = "graph"
    BLOCKING = "blocking"


class Schedule(StrEnum):
    """How a pipeline orders its micro-batches."""

    ONE_F_ONE_B = "1f1b"
    ZERO_BUBBLE = "zero_bubble"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a model is laid over devices.

    Degrees of tensor, context, data and pipeline parallelism; devices are numbered in that order, so that tensor
    parallel neighbours stand closest. Experts are spread over `ep` neighbours out of tp*cp*dp. `zero` is the ZeRO
    stage (3: FSDP); `interleave` the model chunks of each pipeline stage. With `rails` every device has a NIC and
    collectives are hierarchical; without, one flat ring over a single NIC joins the nodes.
    """

    tp: float = 1
    cp: float = 1
    dp: float = 1
    pp: float = 1
    ep: float = 1
    interleave: float = 1
    schedule: Schedule = Schedule.ONE_F_ONE_B
    sequence_parallel: bool = False
    zero: int = 0
    rails: bool = True

    def __post_init__(self) -> None:
        require_positive(self, "tp", "cp", "dp", "pp", "ep", "interleave")
        for name in ("tp", "cp", "dp", "pp", "ep", "interleave"):
            degree = getattr(self, name)
            if isinstance(degree, float) and not degree.is_integer():
                raise ValueError(f"{name}: {degree} is not a whole number")
        if self.zero not in (0, 1, 2, 3):
            raise ValueError(f"zero: {self.zero} is not a ZeRO stage, 0 to 3")
        if not everywhere(self.ep <= self.tp * self.cp * self.dp):
            raise ValueError(f"ep: {self.ep} is more than tp * cp * dp = {self.tp * self.cp * self.dp}")

    @property
    def n_devices(self) -> float:
        """Devices that the plan uses [1]."""
        return self.tp * self.cp * self.dp * self.pp

    @property
    def expert_shards(self) -> float:
        """Devices over which one replica of the experts is cut [1]: whole experts over `ep`, slices of them over tp."""
        return larger(self.tp, self.ep)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """Number formats of what is stored and of the arithmetic; weights of MLPs and experts may have one of their own."""

    weights: DType
    mlp: DType
    activations: DType
    kv: DType
    math: DType


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A model on hardware doing work. Everything is always computed; what does not fit in memory is marked."""

    model: Transformer
    hardware: Hardware
    workload: Workload
    plan: Plan = Plan()
    formats: Formats
    attention: Attention = Attention.FUSED
    fusion: tuple[Fusion, ...] = ()
    launch: Launch = Launch.EAGER
    overlap: float = 0  # share of communication that hides behind arithmetic
    conventions: Conventions = COUNT_ALL
    efficiency: Efficiency
    # What follows at once from the above and is asked for by every kernel.
    forward: Pass = field(init=False, repr=False, compare=False)  # one forward pass of one replica
    device_tokens: float = field(init=False, repr=False, compare=False)  # its new tokens on one device [token]

    def __post_init__(self) -> None:
        forward = forward_pass(self.workload)
        object.__setattr__(self, "forward", forward)
        object.__setattr__(self, "device_tokens", forward.n_tokens / self.plan.cp)
        require_share(self, "overlap")
        for field_name, dtype in (("math_dtype", self.formats.math), ("activation_dtype", self.formats.activations)):
            if dtype not in self.hardware.peak_flops:
                known = ", ".join(self.hardware.peak_flops)
                raise ValueError(f"{field_name}: {self.hardware.name} has no {dtype} peak; it has {known}")
        _refuse_indivisible(self.model, self.plan)

    @property
    def phase(self) -> Phase:
        """The phase of the workload."""
        return phase_of(self.workload)

    @property
    def n_devices(self) -> float:
        """Devices in use [1]."""
        return self.plan.n_devices

    @property
    def absorbed(self) -> bool:
        """Whether latent attention runs in its absorbed form, on the latents themselves: at decode."""
        return self.model.latent is not None and self.phase is Phase.DECODE

    @property
    def n_micro_batches(self) -> float:
        """Forward passes of one replica in a step [1]."""
        return self.workload.n_micro_batches if isinstance(self.workload, Training) else 1

    def vary(self, name: str, value: float) -> "Scenario":
        """The same scenario with one number changed: a length, a batch, a degree, a width. Takes grids as well."""
        if name == "n_devices":
            return replace(self, plan=default_plan(self.phase, value, self.hardware))
        if name == "overlap":
            return replace(self, overlap=value)
        for part in ("workload", "plan", "model", "hardware"):
            owner = getattr(self, part)
            if name in _numbers(owner):
                return _with_part(self, part, replace(owner, **{name: value}))
        known = ", ".join(variables(self))
        raise ValueError(f"{name}: not a number of this scenario; it has {known}")


def variables(scenario: Scenario) -> tuple[str, ...]:
    """Names that `vary` takes for this scenario, those of the workload first."""
    parts = (scenario.workload, scenario.plan, scenario.model)
    return (*(name for part in parts for name in _numbers(part)), "n_devices", "overlap")


def default_plan(phase: Phase, n_devices: float, hardware: Hardware) -> Plan:
    """Data parallel for training; for serving tensor parallel inside a node, and whole nodes as replicas."""
    if phase is Phase.TRAINING:
        return Plan(dp=n_devices)
    tp = smaller(n_devices, hardware.devices_per_node)
    if is_grid(tp) or n_devices % tp:
        return Plan(tp=tp, dp=n_devices / tp)
    return Plan(tp=tp, dp=n_devices // tp)


def default_launch(phase: Phase) -> Launch:
    """A captured graph for decode steps, as servers run them; eager launches elsewhere."""
    return Launch.GRAPH if phase is Phase.DECODE else Launch.EAGER


def default_formats(hardware: Hardware) -> Formats:
    """BF16 throughout; FP16 on chips that have no BF16 (V100)."""
    common = DType.BF16 if DType.BF16 in hardware.peak_flops else DType.FP16
    return Formats(weights=common, mlp=common, activations=common, kv=common, math=common)


def scenario(model: Transformer, hardware: Hardware, workload: Workload, *, n_devices: float = 1) -> Scenario:
    """A scenario with every default: what the shortest description means."""
    return Scenario(
        model=model,
        hardware=hardware,
        workload=workload,
        plan=default_plan(phase_of(workload), n_devices, hardware),
        formats=default_formats(hardware),
        launch=default_launch(phase_of(workload)),
        efficiency=calibrated_efficiency(hardware),
    )


_NOT_NUMBERS = {"recompute", "name", "slug", "source", "gated", "tied_embeddings", "biases", "qk_norm", "experts"}
_NOT_NUMBERS |= {"latent", "window", "max_context", "notes", "peak_flops", "norm_vectors", "norms_per_layer"}
_NOT_NUMBERS |= {"schedule", "sequence_parallel", "zero", "rails"}
_NOT_NUMBERS |= {"norms_outside_layers", "learned_positions", "n_window_layers", "like"}


def _numbers(part: object) -> tuple[str, ...]:
    return tuple(one.name for one in fields(part) if one.init and one.name not in _NOT_NUMBERS)  # type: ignore[arg-type]


def _with_part(whole: Scenario, part: str, value: object) -> Scenario:
    match part:
        case "model":
            return replace(whole, model=replace(value, slug=""))  # type: ignore[type-var, arg-type]
        case "hardware":
            return replace(whole, hardware=replace(value, slug=""))  # type: ignore[type-var, arg-type]
        case _:
            return replace(whole, **{part: value})  # type: ignore[arg-type]


def _refuse_indivisible(model: Transformer, plan: Plan) -> None:
    if model.experts is None and not everywhere(plan.ep == 1):
        raise ValueError(f"ep: {plan.ep}, but {model.name} has no experts")
    if isinstance(plan.tp, int) and not everywhere(model.n_heads % plan.tp == 0):
        raise ValueError(f"tp: {plan.tp} does not divide n_heads {model.n_heads}")
    if not is_grid(plan.pp) and not everywhere(plan.pp <= model.n_layers):
        raise ValueError(f"pp: {plan.pp} stages are more than n_layers {model.n_layers}")
