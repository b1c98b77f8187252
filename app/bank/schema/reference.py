"""The reference of all fields, as Markdown: docs/questions.md ends in it, and a test compares."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from app.bank.schema import SCHEMAS
from app.bank.schema.bank import StepForm, TopicForm
from app.bank.schema.form import Form

FILES: dict[str, tuple[type[Form], str]] = {
    "question.yaml": (SCHEMAS["question"], "the public half"),
    "key.yaml": (SCHEMAS["key"], "the secret half"),
    "variants.yaml": (SCHEMAS["variants"], "follow-ups, secret until they are played"),
    "samples.yaml": (SCHEMAS["samples"], "labelled answers, secret"),
    "topics.yaml": (TopicForm, "of a bank, a list"),
    "path.yaml": (StepForm, "of a bank, a list"),
    "claims.yaml": (SCHEMAS["claims"], "of a bank: what is commonly published"),
    "bank.yaml": (SCHEMAS["bank"], "of a private folder"),
}


def reference() -> str:
    """A heading and a table for each file, then for each form that stands inside others."""
    seen: list[type[Form]] = []
    lines: list[str] = []
    for file, (form, words) in FILES.items():
        lines += [f"### {file}: {words}", "", *_table(form, seen), ""]
    lines += ["### Parts of them", ""]
    for form in seen:  # it grows while it is read
        lines += [f"**{_short(form)}.** {form.__doc__}", "", *_table(form, seen), ""]
    return "\n".join(lines)


def _table(form: type[Form], seen: list[type[Form]]) -> Iterator[str]:
    yield "| field | holds | meaning |"
    yield "|---|---|---|"
    for name, field in form.model_fields.items():
        seen += [inner for inner in _forms_in(field.annotation) if inner not in seen]
        needed = "" if field.is_required() else " (optional)"
        meaning = " ".join((field.description or "").split()).replace("|", "\\|")
        yield f"| `{field.alias or name}` | {_holds(field.annotation)}{needed} | {meaning} |"


def _forms_in(annotation: Any) -> Iterator[type[Form]]:  # noqa: ANN401 - whatever a field is annotated with
    if isinstance(annotation, type) and issubclass(annotation, Form):
        yield annotation
    for part in get_args(annotation):
        yield from _forms_in(part)


def _holds(annotation: Any) -> str:  # noqa: ANN401 - as above
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _holds(parts[0])
    if origin in (Union, UnionType):
        return " or ".join(_holds(part) for part in parts if part is not type(None))
    if origin is list:
        return f"list of {_holds(parts[0])}"
    if origin is dict:
        return "mapping" if parts[1] is Any else f"mapping to {_holds(parts[1])}"
    if origin is tuple:
        return "two numbers"
    if parts:  # Literal
        return ", ".join(f"`{part}`" for part in parts)
    if issubclass(annotation, Form):
        return _short(annotation)
    if hasattr(annotation, "__members__"):
        return ", ".join(f"`{member}`" for member in annotation)
    return {str: "text", int: "whole number", float: "number", bool: "true or false"}[annotation]


def _short(form: type[Form]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", form.__name__.removesuffix("Form")).lower()
