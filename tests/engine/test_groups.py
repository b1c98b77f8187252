from app.engine.groups import GROUP_LABELS, RESOURCE_LABELS, Group, Resource


def test_every_group_and_every_resource_has_a_label():
    assert set(GROUP_LABELS) == set(Group)
    assert set(RESOURCE_LABELS) == set(Resource)


def test_labels_tell_groups_apart():
    assert len(set(GROUP_LABELS.values())) == len(GROUP_LABELS)
    assert len(set(RESOURCE_LABELS.values())) == len(RESOURCE_LABELS)
