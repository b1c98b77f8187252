"""Levers on the design of the model: another model, to be trained again."""

from dataclasses import replace

from app.engine.arguments import refuse_below_one
from app.engine.groups import Group, Resource
from app.engine.levers.lever import Change, Lever, NotApplicable
from app.engine.scenario import Scenario
from app.engine.transformer import Experts, LatentAttention

_KEYS = (Group.PROJECTIONS, Group.ATTENTION_CORE, Group.NORMS, Group.OPTIMIZER, Group.COMMUNICATION)
_TRAINED_AGAIN = "a training run, or a long conversion"


def sliding_window(*, window: int = 4096) -> Lever:
    """Every layer sees the last `window` tokens only [token]."""
    refuse_below_one(window=window)
    return Lever(
        id="sliding_window",
        name=f"sliding window of {window:,} tokens in every layer",
        acts_on=(Group.ATTENTION_CORE,),
        relieves=(Resource.COMPUTE, Resource.MEMORY, Resource.CAPACITY),
        apply=_windowed(window),
        cost=_TRAINED_AGAIN,
        risk="what lies further back is out of reach: recall over long contexts suffers",
    )


def gqa(*, n_kv_heads: int = 8) -> Lever:
    """Grouped-query attention with `n_kv_heads` (Ainslie et al. 2023)."""
    refuse_below_one(n_kv_heads=n_kv_heads)
    return Lever(
        id="gqa",
        name=f"grouped-query attention with {n_kv_heads} KV heads",
        acts_on=_KEYS,
        relieves=(Resource.COMPUTE, Resource.MEMORY, Resource.COMMUNICATION, Resource.CAPACITY),
        apply=_grouped(n_kv_heads),
        cost=_TRAINED_AGAIN,
        risk="a little quality; the core's FLOPs stay as they are",
    )


def mla() -> Lever:
    """Multi-head latent attention in DeepSeek's proportions: latents of 4 heads' width, rotary half a head's."""
    return Lever(
        id="mla",
        name="multi-head latent attention",
        acts_on=_KEYS,
        relieves=(Resource.COMPUTE, Resource.MEMORY, Resource.COMMUNICATION, Resource.CAPACITY),
        apply=_latent,
        cost=_TRAINED_AGAIN,
        risk="absorbed decoding does many times the arithmetic for each cached byte",
    )


def moe(*, n_experts: int = 8, n_active_experts: int = 2) -> Lever:
    """The MLP cut into `n_experts` of equal width, of which a token meets `n_active_experts`: as many parameters."""
    refuse_below_one(n_experts=n_experts, n_active_experts=n_active_experts)
    return Lever(
        id="moe",
        name=f"mixture of experts: the MLP in {n_experts} parts, {n_active_experts} for each token",
        acts_on=(Group.MLP, Group.NORMS, Group.OPTIMIZER),
        relieves=(Resource.COMPUTE, Resource.MEMORY),
        apply=_routed(n_experts, n_active_experts),
        cost=_TRAINED_AGAIN,
        risk="fewer FLOPs for a token cost quality at equal size; a batch touches every expert's weights",
    )


def _windowed(window: int) -> Change:
    def change(scenario: Scenario) -> Scenario | NotApplicable:
        model, keys = scenario.model, scenario.forward.n_keys
        if keys <= window:
            return NotApplicable(
                reason=f"The last token meets {keys:,.0f} keys, no more than the window of {window:,}."
            )
        if model.window is not None and model.window <= window and model.n_window_layers == model.n_layers:
            return NotApplicable(reason=f"{model.name} has a window of {model.window:,} in every layer.")
        changed = replace(model, window=window, n_window_layers=model.n_layers, slug="", name=f"{model.name}, windowed")
        return replace(scenario, model=changed)

    return change


def _grouped(n_kv_heads: int) -> Change:
    def change(scenario: Scenario) -> Scenario | NotApplicable:
        model = scenario.model
        if model.latent is not None:
            return NotApplicable(reason=f"{model.name} caches latents, not heads.")
        if model.n_kv_heads <= n_kv_heads:
            return NotApplicable(reason=f"{model.name} has {model.n_kv_heads} KV heads already.")
        changed = replace(model, n_kv_heads=n_kv_heads, slug="", name=f"{model.name}, grouped queries")
        return replace(scenario, model=changed)

    return change


def _latent(scenario: Scenario) -> Scenario | NotApplicable:
    model = scenario.model
    if model.latent is not None:
        return NotApplicable(reason=f"{model.name} has latent attention already.")
    width = model.d_head
    # DeepSeek-V2 (arXiv 2405.04434, section 3.1.2): heads of 128, latents of 512, 64 rotary values beside them.
    latent = LatentAttention(q_lora_rank=0, kv_lora_rank=4 * width, d_nope=width, d_rope=width // 2, d_v=width)
    changed = replace(
        model,
        latent=latent,
        d_head=latent.d_nope + latent.d_rope,
        n_kv_heads=model.n_heads,
        slug="",
        name=f"{model.name}, latent attention",
    )
    return replace(scenario, model=changed)


def _routed(n_experts: int, n_active_experts: int) -> Change:
    def change(scenario: Scenario) -> Scenario | NotApplicable:
        model = scenario.model
        if model.experts is not None:
            return NotApplicable(reason=f"{model.name} has experts already.")
        if model.d_ff % n_experts:
            return NotApplicable(reason=f"{n_experts} experts do not divide an MLP of width {model.d_ff}.")
        part = model.d_ff // n_experts
        experts = Experts(n_experts=n_experts, n_active_experts=n_active_experts, d_ff_expert=part)
        return replace(scenario, model=replace(model, experts=experts, slug="", name=f"{model.name}, routed"))

    return change
