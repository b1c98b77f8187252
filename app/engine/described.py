"""Models and chips as plain mappings: by slug, by their numbers, or like a row of the catalogue with some changed."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

from app.engine.catalog import accelerator, near_misses, transformer
from app.engine.dtypes import DType
from app.engine.fields import Written, number, one_line, one_of
from app.engine.hardware import Hardware
from app.engine.huggingface import is_huggingface_config, transformer_from_huggingface
from app.engine.transformer import Biases, Experts, LatentAttention, Transformer


def read_model(given: object) -> Transformer:
    """A transformer by slug, by its widths, by a Hugging Face config, or `like` a slug with some widths changed."""
    match given:
        case str():
            return transformer(given)
        case Mapping() if is_huggingface_config(given):
            return transformer_from_huggingface(given)
        case Mapping():
            base = transformer(str(given["like"])) if "like" in given else None
            rest = {name: value for name, value in given.items() if name != "like"}
            return _built(Transformer, rest, "model", _MODEL_READERS, base)
    raise ValueError(f"model: {given!r} is neither a slug, a mapping of widths nor a Hugging Face config")


def read_hardware(given: object) -> Hardware:
    """An accelerator by slug, by its facts, or `like` a slug with some facts changed."""
    match given:
        case str():
            return accelerator(given)
        case Mapping():
            base = accelerator(str(given["like"])) if given.get("like") else None
            return _built(Hardware, given, "hardware", _HARDWARE_READERS, base)
    raise ValueError(f"hardware: {given!r} is neither a slug nor a mapping of facts")


_MODEL_READERS: dict[str, Callable[[Any], object]] = {
    "experts": lambda value: None if value is None else _built(Experts, value, "model.experts", {}),
    "latent": lambda value: None if value is None else _built(LatentAttention, value, "model.latent", {}),
    "biases": lambda value: one_of("model.biases", value, Biases),
}
_HARDWARE_READERS: dict[str, Callable[[Any], object]] = {
    "peak_flops": lambda value: _peaks(value),
    "notes": lambda value: _texts(value),
}


def _count(name: str, value: object) -> object:
    """Widths and numbers of layers are whole, however they are written."""
    if isinstance(value, float):
        if not value.is_integer():
            raise ValueError(f"{name}: {value} is not a whole number")
        return int(value)
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"hardware.notes: {value!r} is not a list of texts")
    return tuple(value)


def _peaks(value: object) -> dict[DType, float]:
    if not isinstance(value, Mapping):
        raise ValueError(f"hardware.peak_flops: {value!r} is not a mapping like {{bf16: 9.89e+14}}")
    return {one_of("hardware.peak_flops", name, DType): number(value, name, None) for name in value}


Built = TypeVar("Built", Transformer, Hardware, Experts, LatentAttention)


def _built(
    kind: type[Built],
    given: Written,
    path: str,
    readers: Mapping[str, Callable[[Any], object]],
    base: Built | None = None,
) -> Built:
    if not isinstance(given, Mapping):
        raise ValueError(f"{path}: {given!r} is not a mapping of fields")
    known = {field.name: field for field in fields(kind) if field.init}
    for name, value in given.items():
        if name not in known:
            raise ValueError(f"{path}.{one_line(name)}: not a field{near_misses(str(name), known)}")
        expected = {bool: "true or false", str: "text"}.get(known[name].type)  # type: ignore[arg-type]
        if expected and not isinstance(value, known[name].type):  # type: ignore[arg-type]
            raise ValueError(f"{path}.{name}: {value!r} is not {expected}")
    start: dict[str, Any] = {"name": "as described"} if "name" in known else {}
    if base is not None:
        start = {name: getattr(base, name) for name in known if name != "slug"}
        start["name"] = f"{start['name']}, changed"
    values = {name: readers[name](value) if name in readers else value for name, value in given.items()}
    if kind is not Hardware:
        values = {name: _count(f"{path}.{name}", value) for name, value in values.items()}
    try:
        return kind(**{**start, **values})
    except TypeError as error:
        raise ValueError(f"{path}: {str(error).split('() ')[-1]}") from None
    except ValueError as error:
        raise ValueError(f"{path}.{error}") from None


def plain(value: object) -> object:
    """A word as text; a whole number without its point, so that equal scenarios are written alike."""
    if isinstance(value, StrEnum):
        return str(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def described(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the engine's frozen values
    """Every field of a frozen value as a plain mapping; reading it back gives an equal value."""
    written: dict[str, Any] = {}
    for field in fields(value):
        item = getattr(value, field.name)
        if field.name == "slug" or not field.init:
            continue
        if isinstance(item, (Experts, LatentAttention)):
            item = described(item)
        elif isinstance(item, Mapping):
            item = {str(name): number for name, number in item.items()}
        written[field.name] = list(item) if isinstance(item, tuple) else plain(item)
    return written
