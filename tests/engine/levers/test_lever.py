import pytest

from app.engine.groups import Group, Resource
from app.engine.levers import lever
from app.engine.levers.lever import Lever, NotApplicable


def made(**changes):
    given = {
        "id": "one",
        "name": "one",
        "acts_on": (Group.MLP, Group.ATTENTION_CORE),
        "relieves": (Resource.MEMORY,),
        "apply": lambda scenario: NotApplicable(reason="Never."),
        "cost": "none",
        "risk": "none",
    }
    return Lever(**(given | changes))


def test_it_touches_what_it_acts_on_of_what_it_relieves_but_for_what_it_spares():
    one = made(spares=((Group.ATTENTION_CORE, Resource.MEMORY),))
    assert one.touches(Group.MLP, Resource.MEMORY)
    assert not one.touches(Group.MLP, Resource.COMPUTE)
    assert not one.touches(Group.HEAD, Resource.MEMORY)
    assert not one.touches(Group.ATTENTION_CORE, Resource.MEMORY)


@pytest.mark.parametrize(
    "changes", [{"kept": 0}, {"slowed_by": -1}, {"extra_steps": -0.1}], ids=["kept", "slowed_by", "extra_steps"]
)
def test_impossible_terms_are_named(changes):
    with pytest.raises(ValueError, match=next(iter(changes))):
        made(**changes)


def test_batching_spares_the_reads_of_the_cache():
    assert not lever("bigger_batch").touches(Group.ATTENTION_CORE, Resource.MEMORY)
    assert lever("bigger_batch").touches(Group.MLP, Resource.MEMORY)
