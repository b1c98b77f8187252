"""The fields of the workbench: every one is optional in a query, and names itself as the engine's scenarios do."""

from dataclasses import dataclass
from enum import StrEnum

from app.engine.catalog import HARDWARE, MODELS
from app.engine.conventions import CountedAttention, CountedHead
from app.engine.dtypes import DType
from app.engine.scenario import Attention, Launch, Schedule
from app.engine.workload import Phase, Recompute

MODEL, HARDWARE_FIELD, PHASE = "model", "hardware", "phase"
COUNTS = {"count_attention": "attention", "count_head": "head"}
"""Fields of the form that are a part of the scenario's `conventions`."""
ON = "on"
_ALL = (Phase.TRAINING, Phase.PREFILL, Phase.DECODE)
_SERVING = (Phase.PREFILL, Phase.DECODE)
_FORMATS = tuple(str(dtype) for dtype in DType)


class Part(StrEnum):
    """The parts of the form, in order; all but the first two unfold."""

    WHAT = "What runs where"
    WORK = "Work"
    LAYOUT = "Layout"
    FORMATS = "Formats and kernels"
    COUNTING = "Counting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: a number between two ends, or one of its choices. Without a value the engine's default holds."""

    name: str
    label: str
    part: Part
    phases: tuple[Phase, ...] = _ALL
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = 0
    default: str = ""
    slides: bool = False


FIELDS = (
    Field(name=MODEL, label="Model", part=Part.WHAT, choices=tuple(MODELS), default="llama3.1-70b"),
    Field(name=HARDWARE_FIELD, label="Chip", part=Part.WHAT, choices=tuple(HARDWARE), default="h100-sxm"),
    Field(name="n_devices", label="Devices", part=Part.WHAT, low=1, high=131072, default="8", slides=True),
    Field(
        name="seq_len",
        label="Sequence length",
        part=Part.WORK,
        phases=(Phase.TRAINING,),
        low=1,
        high=16777216,
        default="8192",
        slides=True,
    ),
    Field(
        name="micro_batch",
        label="Micro-batch",
        part=Part.WORK,
        phases=(Phase.TRAINING,),
        low=1,
        high=4096,
        default="1",
        slides=True,
    ),
    Field(
        name="n_micro_batches",
        label="Micro-batches",
        part=Part.WORK,
        phases=(Phase.TRAINING,),
        low=1,
        high=65536,
        default="16",
        slides=True,
    ),
    Field(
        name="prompt_len",
        label="Prompt length",
        part=Part.WORK,
        phases=(Phase.PREFILL,),
        low=1,
        high=16777216,
        default="8192",
        slides=True,
    ),
    Field(
        name="context_len",
        label="Context length",
        part=Part.WORK,
        phases=(Phase.DECODE,),
        low=1,
        high=16777216,
        default="8192",
        slides=True,
    ),
    Field(name="batch", label="Batch", part=Part.WORK, phases=_SERVING, low=1, high=65536, default="32", slides=True),
    Field(name="new_tokens", label="Tokens a step", part=Part.WORK, phases=(Phase.DECODE,), low=1, high=64),
    Field(name="tp", label="Tensor parallel", part=Part.LAYOUT, low=1, high=1024),
    Field(name="pp", label="Pipeline stages", part=Part.LAYOUT, low=1, high=1024),
    Field(name="cp", label="Context parallel", part=Part.LAYOUT, low=1, high=1024),
    Field(name="ep", label="Expert parallel", part=Part.LAYOUT, low=1, high=4096),
    Field(name="zero", label="ZeRO stage", part=Part.LAYOUT, phases=(Phase.TRAINING,), choices=("0", "1", "2", "3")),
    Field(
        name="schedule",
        label="Pipeline schedule",
        part=Part.LAYOUT,
        phases=(Phase.TRAINING,),
        choices=tuple(str(item) for item in Schedule),
    ),
    Field(name="sequence_parallel", label="Sequence parallel", part=Part.LAYOUT, choices=("off", ON)),
    Field(name="overlap", label="Communication hidden", part=Part.LAYOUT, low=0, high=1),
    Field(name="weight_dtype", label="Weights", part=Part.FORMATS, choices=_FORMATS),
    Field(name="activation_dtype", label="Activations", part=Part.FORMATS, choices=_FORMATS),
    Field(name="kv_dtype", label="KV cache", part=Part.FORMATS, choices=_FORMATS),
    Field(name="math_dtype", label="Arithmetic", part=Part.FORMATS, choices=_FORMATS),
    Field(name="attention", label="Attention", part=Part.FORMATS, choices=tuple(str(item) for item in Attention)),
    Field(name="launch", label="Launch", part=Part.FORMATS, choices=tuple(str(item) for item in Launch)),
    Field(
        name="recompute",
        label="Recomputation",
        part=Part.FORMATS,
        phases=(Phase.TRAINING,),
        choices=tuple(str(item) for item in Recompute),
    ),
    Field(
        name="count_attention",
        label="Masked pairs",
        part=Part.COUNTING,
        choices=tuple(str(item) for item in CountedAttention),
    ),
    Field(name="count_head", label="Output head", part=Part.COUNTING, choices=tuple(str(item) for item in CountedHead)),
    Field(name="efficiency", label="Efficiencies", part=Part.COUNTING, choices=("calibrated", "ideal")),
)

WHOLE = frozenset(field.name for field in FIELDS if field.high) - {"overlap"}
"""Fields whose numbers are whole."""


def fields_of(phase: Phase) -> tuple[Field, ...]:
    """The fields that a phase has, in the order of the form."""
    return tuple(field for field in FIELDS if phase in field.phases)
