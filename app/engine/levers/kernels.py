"""Levers on kernels and their launches: the same mathematics, run better."""

from dataclasses import replace

from app.engine.checks import require_positive_number
from app.engine.efficiency import Efficiency
from app.engine.groups import Group, Resource
from app.engine.levers.lever import EVERYTHING, MATMULS, Change, Lever, NotApplicable
from app.engine.scenario import Attention, Fusion, Launch, Scenario


def flash_attention() -> Lever:
    """Fused attention: the scores stay on chip, masked blocks are skipped (Dao et al. 2022)."""
    return Lever(
        id="flash_attention",
        name="FlashAttention",
        acts_on=(Group.ATTENTION_CORE,),
        relieves=(Resource.COMPUTE, Resource.MEMORY, Resource.LATENCY, Resource.CAPACITY),
        apply=_fuse_attention,
        cost="a library call",
        risk="none for the result, which is exact; unusual masks and biases may lack a kernel",
    )


def tuned_attention() -> Lever:
    """A fused kernel written for the chip: FlashAttention-2 on Ampere, -3 on Hopper (Shah et al. 2024)."""
    return Lever(
        id="tuned_attention",
        name="an attention kernel written for the chip (FlashAttention-3)",
        acts_on=(Group.ATTENTION_CORE,),
        relieves=(Resource.COMPUTE, Resource.MEMORY, Resource.LATENCY, Resource.CAPACITY),
        apply=_tune_attention,
        cost="a library call, where the chip, the head width and the mask have such a kernel",
        risk="low for the result; FP8 variants are another matter",
    )


def attention_tiling(*, factor: float = 1.5) -> Lever:
    """A better tiled attention kernel: its arithmetic `factor` times faster, at most at the peak [1]."""
    require_positive_number("factor", factor)
    return Lever(
        id="attention_tiling",
        name=f"attention kernel tiling, {factor:g} times the arithmetic rate",
        acts_on=(Group.ATTENTION_CORE,),
        relieves=(Resource.COMPUTE,),
        apply=_faster(("attention_forward", "attention_backward", "attention_tuned"), factor, "attention kernels"),
        cost="months of kernel work for each chip and head width",
        risk="a vendor's next release may make it obsolete",
    )


def gemm_tuning(*, factor: float = 1.15) -> Lever:
    """Better tiles and shapes for the large matmuls: `factor` times the rate, at most the peak [1]."""
    require_positive_number("factor", factor)
    return Lever(
        id="gemm_tuning",
        name=f"matmul tiling and shapes, {factor:g} times the rate",
        acts_on=MATMULS,
        relieves=(Resource.COMPUTE,),
        apply=_faster(("gemm",), factor, "matmuls"),
        cost="weeks: autotuning, shapes that fill the tiles after sharding",
        risk="low; the gain shrinks as the library improves",
    )


def mlp_fusion() -> Lever:
    """The activation function in the epilogue of the up projection."""
    return _fusion_lever("mlp_fusion", "MLP kernel fusion", (Fusion.MLP,))


def fused_norms() -> Lever:
    """Each norm in the kernel of the residual before it."""
    return _fusion_lever("fused_norms", "fused residual and norm", (Fusion.NORMS,))


def fewer_memory_hops() -> Lever:
    """Every element-wise step inside a neighbour: both fusions at once."""
    return _fusion_lever("fewer_memory_hops", "fewer trips through memory: all fusions", tuple(Fusion))


def cuda_graphs() -> Lever:
    """One captured graph instead of a launch for every kernel."""
    return Lever(
        id="cuda_graphs",
        name="CUDA graphs",
        acts_on=EVERYTHING,
        relieves=(Resource.LATENCY, Resource.COMMUNICATION),  # the rounds of collectives wait for the host as well
        apply=_capture,
        cost="days: static shapes, a graph for each batch size",
        risk="memory for the graphs; what changes from step to step must stay outside",
    )


def _fuse_attention(scenario: Scenario) -> Scenario | NotApplicable:
    if scenario.attention is not Attention.UNFUSED:
        return NotApplicable(reason="Attention is fused already.")
    return replace(scenario, attention=Attention.FUSED)


def _tune_attention(scenario: Scenario) -> Scenario | NotApplicable:
    if scenario.attention is Attention.TUNED:
        return NotApplicable(reason="The kernel is written for the chip already.")
    reached = scenario.efficiency
    if scenario.attention is Attention.FUSED and reached.attention_forward >= reached.attention_tuned:
        return NotApplicable(reason="No kernel for the chip is taken to be faster than the one it has.")
    return replace(scenario, attention=Attention.TUNED)


def _faster(names: tuple[str, ...], factor: float, what: str) -> Change:
    def change(scenario: Scenario) -> Scenario | NotApplicable:
        given = scenario.efficiency
        reached = {name: min(getattr(given, name) * factor, 1.0) for name in names}
        if all(reached[name] <= getattr(given, name) for name in names):
            return NotApplicable(reason=f"The {what} are taken to run at the full peak.")
        return replace(scenario, efficiency=_named_given(given, reached))

    return change


def _named_given(efficiency: Efficiency, changes: dict[str, float]) -> Efficiency:
    return replace(efficiency, name="given", **changes)


def _fusion_lever(lever_id: str, name: str, fusions: tuple[Fusion, ...]) -> Lever:
    def change(scenario: Scenario) -> Scenario | NotApplicable:
        fused = {*scenario.fusion, *fusions}
        if fused == set(scenario.fusion):
            return NotApplicable(reason="These kernels are fused already.")
        return replace(scenario, fusion=tuple(fusion for fusion in Fusion if fusion in fused))

    return Lever(
        id=lever_id,
        name=name,
        acts_on=(Group.NORMS,),
        relieves=(Resource.MEMORY, Resource.LATENCY),
        apply=change,
        cost="a compiler pass, or days for a kernel by hand",
        risk="low; the fused kernel must not cost the matmul its tiles",
    )


def _capture(scenario: Scenario) -> Scenario | NotApplicable:
    if scenario.launch is Launch.GRAPH:
        return NotApplicable(reason="The step is one captured graph already.")
    return replace(scenario, launch=Launch.GRAPH)
