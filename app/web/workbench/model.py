"""A model in an address: its slug in the catalogue, or its shape as compact JSON; and a config.json as pasted."""

import json
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any

from app.engine.huggingface import transformer_from_huggingface
from app.engine.transformer import Transformer

_LONGEST_NAME = 60
_LEFT_OUT = ("slug", "source")


def model_from_text(text: str) -> str | dict[str, Any]:
    """A slug as it is, a shape as the mapping that the engine reads; ValueError says what is wrong."""
    if not text.startswith("{"):
        return text
    return _mapping(text)


def model_from_config(text: str) -> str:
    """The shape that a Hugging Face config.json describes, as the address holds it."""
    config = _mapping(text)
    return shape_text(transformer_from_huggingface(config))


def shape_text(model: Transformer) -> str:
    """A model's shape as compact JSON, defaults left out."""
    return json.dumps(_shape(model), separators=(",", ":"))


# Private


def _mapping(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("model: this is not JSON; paste the whole config.json, from brace to brace") from None
    if not isinstance(found, dict):
        raise ValueError("model: a config.json is an object with fields, in braces")
    return found


def _shape(value: Any) -> dict[str, Any]:  # noqa: ANN401 - a Transformer or a part of one
    shape: dict[str, Any] = {}
    for field in fields(value):
        item = getattr(value, field.name)
        if not field.init or field.name in _LEFT_OUT or (field.default is not MISSING and item == field.default):
            continue
        if is_dataclass(item):
            shape[field.name] = _shape(item)
        elif isinstance(item, StrEnum):
            shape[field.name] = str(item)
        else:
            shape[field.name] = item[:_LONGEST_NAME] if isinstance(item, str) else item
    return shape
