"""Levers on the work itself: how many sequences share a step, and what the backward pass makes again."""

from dataclasses import replace

from app.engine.arguments import refuse_below_one
from app.engine.groups import Group, Resource
from app.engine.laws.speculation import tokens_per_verification
from app.engine.levers.lever import EVERYTHING, WAITS, Change, Lever, NotApplicable
from app.engine.scenario import Scenario
from app.engine.step import BUBBLE
from app.engine.workload import Decode, Prefill, Recompute, Training

_BUBBLE = (BUBBLE,)


def bigger_batch() -> Lever:
    """Twice the sequences in a serving step, as continuous batching keeps slots full (Yu et al. 2022, Orca)."""
    return Lever(
        id="bigger_batch",
        name="twice the batch (continuous batching)",
        acts_on=EVERYTHING,
        relieves=(Resource.MEMORY, Resource.COMMUNICATION, Resource.LATENCY),
        apply=_more_sequences,
        cost="KV cache for twice the sequences",
        risk="each sequence waits longer for its tokens; KV reads are not amortised",
        spares=((Group.ATTENTION_CORE, Resource.MEMORY),),
        fills_waves=True,
    )


def bigger_global_batch() -> Lever:
    """Twice the micro-batches before an optimizer step: the update and the gradients' all-reduce once for both."""
    return Lever(
        id="bigger_global_batch",
        name="twice the gradient accumulation",
        acts_on=(Group.OPTIMIZER, Group.COMMUNICATION),
        relieves=(Resource.MEMORY, Resource.COMMUNICATION, Resource.LATENCY),
        apply=_more_micro_batches,
        cost="none in memory",
        risk="beyond the critical batch the tokens teach less",
        also=_BUBBLE,
    )


def speculative_decoding(*, k: int = 4, acceptance: float = 0.8, draft_cost: float = 0.0) -> Lever:
    """`k` drafted tokens verified in one step (Leviathan et al. 2023).

    `acceptance` is the chance that one is kept [0..1], `draft_cost` the time to draft one, in plain decode steps [1].
    """
    refuse_below_one(k=k)
    return Lever(
        id="speculative_decoding",
        name=f"speculative decoding, {k} drafts at {acceptance:.0%} acceptance",
        acts_on=EVERYTHING,
        relieves=(Resource.MEMORY, Resource.COMMUNICATION, Resource.LATENCY),
        apply=_verification(k),
        cost="a draft model to train, hold and run; its time is the argument draft_cost",
        risk="a busy server is bound by compute, where rejected drafts are wasted work",
        kept=tokens_per_verification(acceptance=acceptance, n_drafted=k) / (k + 1),
        extra_steps=k * draft_cost,
        fills_waves=True,
    )


def selective_recompute() -> Lever:
    """Only the attention core made again in the backward pass, not whole layers (Korthikanti et al. 2022)."""
    return _recompute_lever("selective_recompute", "selective recomputation", Recompute.SELECTIVE)


def no_recompute() -> Lever:
    """Nothing made again: all activations are kept."""
    return _recompute_lever("no_recompute", "no recomputation", Recompute.NONE)


def _more_sequences(scenario: Scenario) -> Scenario | NotApplicable:
    work = scenario.workload
    match work:
        case Training():
            return NotApplicable(reason="A training step is made bigger by accumulating gradients.")
        case Decode() if work.chunk_len > 0:
            return NotApplicable(reason="The step carries a chunk of a prompt, and its tokens are not like the others.")
        case Prefill() | Decode():
            return replace(scenario, workload=replace(work, batch=2 * work.batch))


def _more_micro_batches(scenario: Scenario) -> Scenario | NotApplicable:
    work = scenario.workload
    if not isinstance(work, Training):
        return NotApplicable(reason="Serving has no gradients to accumulate.")
    return replace(scenario, workload=replace(work, n_micro_batches=2 * work.n_micro_batches))


def _verification(k: int) -> Change:
    def change(scenario: Scenario) -> Scenario | NotApplicable:
        work = scenario.workload
        if not isinstance(work, Decode):
            return NotApplicable(reason=f"Only decoding speculates, and this is {scenario.phase}.")
        if work.new_tokens > 1:
            return NotApplicable(reason=f"Each step verifies {work.new_tokens:g} tokens of a sequence already.")
        if work.chunk_len > 0:
            return NotApplicable(reason="The step carries a chunk of a prompt, which no draft shortens.")
        return replace(scenario, workload=replace(work, new_tokens=k + 1))

    return change


def _recompute_lever(lever_id: str, name: str, wanted: Recompute) -> Lever:
    order = (Recompute.NONE, Recompute.SELECTIVE, Recompute.FULL)

    def change(scenario: Scenario) -> Scenario | NotApplicable:
        work = scenario.workload
        if not isinstance(work, Training):
            return NotApplicable(reason="Only training keeps activations for a backward pass.")
        if order.index(work.recompute) <= order.index(wanted):
            return NotApplicable(reason=f"Recomputation is {work.recompute} already.")
        return replace(scenario, workload=replace(work, recompute=wanted))

    return Lever(
        id=lever_id,
        name=name,
        acts_on=tuple(group for group in EVERYTHING if group not in (Group.HEAD, Group.EMBEDDING, Group.OPTIMIZER)),
        relieves=WAITS,
        apply=change,
        cost="memory for the activations that are kept",
        risk="they may not fit: see whether the changed scenario does",
        whole=True,
    )
