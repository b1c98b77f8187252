"""What the engine knows by slug: transformers and accelerators. Unknown is an error, never a default."""

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from app.engine.catalog.hardware import HARDWARE as _HARDWARE_ROWS
from app.engine.catalog.models import MODELS as _MODEL_ROWS
from app.engine.hardware import Hardware
from app.engine.transformer import Transformer

__all__ = ["HARDWARE", "MODELS", "accelerator", "near_misses", "transformer"]

MODELS: dict[str, Transformer] = {slug: replace(row, slug=slug) for slug, row in _MODEL_ROWS.items()}
HARDWARE: dict[str, Hardware] = {slug: replace(row, slug=slug) for slug, row in _HARDWARE_ROWS.items()}

# Other spellings that can mean only one row.
_ALIASES = {
    "v100": "v100-32gb-sxm",
    "v100-sxm2": "v100-32gb-sxm",
    "h200": "h200-sxm",
    "b200": "b200-sxm",
    "b300": "b300-sxm",
    "deepseek-r1": "deepseek-v3",
    "deepseek-v3-671b": "deepseek-v3",
    "gpt2": "gpt2-small",
    "mistral-7b-v0.1": "mistral-7b",
}


def transformer(slug: str) -> Transformer:
    """The transformer of that slug; ValueError with near misses when there is none."""
    return MODELS[_known("model", slug, MODELS)]


def accelerator(slug: str) -> Hardware:
    """The accelerator of that slug; ValueError with near misses when there is none."""
    return HARDWARE[_known("hardware", slug, HARDWARE)]


def near_misses(word: str, known: Iterable[str]) -> str:
    """The ending of an error about an unknown name: "; did you mean a, b?" or nothing."""
    close = get_close_matches(word.lower(), list(known), n=3, cutoff=0.5)
    return f"; did you mean {', '.join(close)}?" if close else ""


def _known(field: str, slug: str, rows: dict[str, Transformer] | dict[str, Hardware]) -> str:
    name = _ALIASES.get(slug, slug)
    if name in rows:
        return name
    starts = sorted(row for row in rows if row.startswith(slug.lower()))[:4]
    hint = f"; did you mean {', '.join(starts)}?" if starts else near_misses(slug, rows)
    raise ValueError(f"{field}: {slug!r} is not in the catalogue{hint}")
