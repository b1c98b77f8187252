"""Every lever at its usual setting, and those with a setting of one's own."""

from collections.abc import Callable, Mapping
from typing import Any

from app.engine.catalog import near_misses
from app.engine.dtypes import DType
from app.engine.levers import chips, designs, formats, kernels, layouts, spread, work
from app.engine.levers.lever import Lever

LEVERS: tuple[Lever, ...] = (
    kernels.flash_attention(),
    kernels.tuned_attention(),
    kernels.attention_tiling(),
    kernels.gemm_tuning(),
    kernels.mlp_fusion(),
    kernels.fused_norms(),
    kernels.fewer_memory_hops(),
    kernels.cuda_graphs(),
    formats.kv_cache_in(DType.FP8),
    formats.kv_cache_in(DType.INT8),
    formats.fp8(),
    formats.w8a8(),
    formats.w4a16(),
    formats.mlp_w4a16(),
    layouts.tp_double(),
    layouts.tp_halve(),
    layouts.tp_inside_node(),
    layouts.sequence_parallel(),
    layouts.ring_attention(),
    layouts.overlap(),
    layouts.load_balance(),
    spread.interleaving(),
    spread.fewer_stages(),
    spread.expert_parallelism(),
    spread.sharded_optimizer(),
    work.bigger_batch(),
    work.bigger_global_batch(),
    work.speculative_decoding(),
    work.selective_recompute(),
    work.no_recompute(),
    designs.sliding_window(),
    designs.gqa(),
    designs.mla(),
    designs.moe(),
    *(chips.hardware(slug) for slug in (*chips.GENERAL, *chips.SPECIALISED)),
)

ADJUSTABLE: dict[str, Callable[..., Lever]] = {
    "attention_tiling": kernels.attention_tiling,
    "gemm_tuning": kernels.gemm_tuning,
    "overlap": layouts.overlap,
    "load_balance": layouts.load_balance,
    "speculative_decoding": work.speculative_decoding,
    "sliding_window": designs.sliding_window,
    "gqa": designs.gqa,
    "moe": designs.moe,
}

_BY_ID = {lever.id: lever for lever in LEVERS}


def lever(lever_id: str) -> Lever:
    """The lever of that id at its usual setting; ValueError with near misses when there is none."""
    if lever_id not in _BY_ID:
        raise ValueError(f"lever: {lever_id!r} is not one{near_misses(lever_id, _BY_ID)}")
    return _BY_ID[lever_id]


def adjusted(settings: Mapping[str, Mapping[str, Any]]) -> tuple[Lever, ...]:
    """Every lever, those in `settings` made with the arguments given there by name."""
    made = {lever_id: _made(lever_id, arguments) for lever_id, arguments in settings.items()}
    return tuple(made.get(usual.id, usual) for usual in LEVERS)


def _made(lever_id: str, arguments: Mapping[str, Any]) -> Lever:
    if lever_id not in ADJUSTABLE:
        raise ValueError(f"settings: {lever_id!r} is not a lever with settings; there are {', '.join(ADJUSTABLE)}")
    make = ADJUSTABLE[lever_id]
    known = tuple(make.__kwdefaults__ or ())
    for name in arguments:
        if name not in known:
            raise ValueError(f"settings.{lever_id}.{name}: not a setting; there are {', '.join(known)}")
    return make(**arguments)
