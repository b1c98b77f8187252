"""What an active question must have, beyond what every form asks: hints, variants, samples, a second reader, a flip."""

from collections.abc import Iterator

from app.bank.samples import SampleKind
from app.bank.schema.key import KeyForm
from app.bank.schema.question import QuestionForm
from app.bank.schema.samples import SamplesForm
from app.bank.schema.variants import VariantsForm

HINTS, VARIANTS, SAMPLES = 3, 2, 5


def missing(
    question: QuestionForm, key: KeyForm, variants: VariantsForm, samples: SamplesForm
) -> Iterator[tuple[str, str, str]]:
    """File, place and remedy of each part that an active question lacks; a draft may lack them all."""
    if question.status != "active":
        return
    draft = "or leave the question a draft"
    if len(key.hints) < HINTS:
        yield "key", "hints", f"{len(key.hints)} of at least {HINTS}; add some, {draft}"
    if key.second_reader is None:
        yield "key", "second_reader", f"missing; have a second person work it from the prompt alone, {draft}"
    if not key.flips and not question.qualitative:
        yield "key", "flips", f"none; say where the answer turns, {draft}"
    if question.scenarios and key.assumptions is None:
        yield "key", "assumptions", f"missing; say what the verdict was tried against, {draft}"
    if len(variants.variants) < VARIANTS:
        yield "variants", "variants", f"{len(variants.variants)} of at least {VARIANTS}; add some, {draft}"
    elif not any(variant.flips for variant in variants.variants):
        yield "variants", "variants", f"none flips the answer; add one that does, {draft}"
    if len(samples.samples) < SAMPLES:
        yield "samples", "samples", f"{len(samples.samples)} of at least {SAMPLES}; add some, {draft}"
    kinds = {sample.kind for sample in samples.samples}
    if lacking := [kind for kind in SampleKind if kind not in kinds]:
        yield "samples", "samples", f"no answer of the kind {', '.join(lacking)}; write one, {draft}"
