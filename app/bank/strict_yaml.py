"""YAML read strictly: plain values only, no field twice, and errors of one line that name the place."""

from collections.abc import Hashable
from typing import Any

import yaml

# libyaml's parser is ten times faster, and a bank is read at every start; not every wheel of PyYAML brings it.
_DEEPEST = 100
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadYaml(ValueError):
    """Why a text is not readable, in one line."""


def read_yaml(text: str) -> Any:  # noqa: ANN401 - whatever the text holds
    """The value that a YAML or JSON text holds; field names are text, as in JSON."""
    try:
        _refuse_deep(text)
        return yaml.load(text, Loader=_Strict)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        raise BadYaml(f"{line}not readable as YAML or JSON: {_reason(error)}") from None


class _Strict(_Loader):  # type: ignore[misc]  # chosen at run time
    """Refuses a field that is given twice, where YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        self.flatten_mapping(node)
        built: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _at(key_node, "a field name is not text")
            name = key_node.value
            if name in built:
                raise _at(key_node, f"the field {name!r} is given twice")
            built[name] = self.construct_object(value_node, deep=deep)
        return built


def _refuse_deep(text: str) -> None:
    # Building is recursive, in libyaml beyond what Python can catch; its events are not.
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise ValueError(f"nested too deep in line {line}")


def _at(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


def _as_text(_: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(node.value)


# A date in a question is a text; YAML's own type for it has no place in JSON.
_Strict.add_constructor("tag:yaml.org,2002:timestamp", _as_text)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deep"
    return " ".join(str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).split())
