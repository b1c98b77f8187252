"""Modules and annotations, and what they make of the kernels inside them."""

import pytest

from app.engine.groups import Group
from app.profile.kinds import Kind
from app.profile.scope_rules import ANNOTATION_RULES, MODULE_RULES, Role, group_in


@pytest.mark.parametrize(
    ("rules", "rule", "example"),
    [
        (rules, rule, example)
        for rules in (MODULE_RULES, ANNOTATION_RULES)
        for rule in rules
        for example in rule.examples
    ],
)
def test_each_rule_is_the_first_to_know_its_examples(rules, rule, example):
    assert next(one for one in rules if one.pattern.search(example)).role is rule.role


@pytest.mark.parametrize(
    ("role", "kind", "group"),
    [
        (Role.MLP, Kind.GEMM, Group.MLP),
        (Role.MLP, Kind.ACTIVATION, None),
        (Role.ATTENTION, Kind.GEMM, Group.PROJECTIONS),
        (Role.ATTENTION, Kind.BATCHED_GEMM, Group.ATTENTION_CORE),
        (Role.ATTENTION, Kind.SOFTMAX, Group.ATTENTION_CORE),
        (Role.ATTENTION, Kind.UNKNOWN, Group.ATTENTION_CORE),
        (Role.EXPERTS, Kind.GEMM, Group.EXPERTS),
        (Role.EXPERTS, Kind.SOFTMAX, Group.ROUTER),
        (Role.OPTIMIZER, Kind.ELEMENTWISE, Group.OPTIMIZER),
        (Role.OPTIMIZER, Kind.COMMUNICATION, None),
        (Role.HEAD, Kind.GEMM, Group.HEAD),
        (Role.TOP_LINEAR, Kind.GEMM, Group.HEAD),
        (Role.NONE, Kind.GEMM, None),
    ],
)
def test_a_scope_speaks_of_what_its_role_covers_and_no_more(role, kind, group):
    assert group_in(role, kind) is group
