"""Mistakes in reading a profile."""

from typing import Any

from app.bank.red.mutation import Mutation, Setting, method, mutation
from app.profile.accounting import Accounts, GroupTime, Overlap


def _by_calls(books: Accounts) -> tuple[float, ...]:
    rows = books.profile.rows
    return tuple(row.calls * books.profile.busy_s / sum(one.calls for one in rows) for row in rows)


def _without_overlap(books: Accounts) -> Overlap:
    total_s = sum(moment.time_s for moment in books.profile.moments)
    return Overlap(total_s=total_s, hidden_s=0.0, exposed_s=total_s)


def _property(owner: type, name: str, wrong: Any) -> Setting:  # noqa: ANN401 - a function of the owner
    return Setting(owner=owner, name=name, wrong=property(wrong))


PROFILE_MUTATIONS: tuple[Mutation, ...] = (
    mutation(
        "profile-share-of-busy",
        "a share of the busy time taken for one of the step",
        method(GroupTime, "share", lambda one: one.share_of_busy),
    ),
    mutation("profile-no-idle", "gaps without a kernel forgotten", method(Accounts, "idle_share", lambda _: 0.0)),
    mutation("profile-by-calls", "launches counted instead of their time", _property(Accounts, "row_s", _by_calls)),
    mutation(
        "profile-all-exposed",
        "everything that runs taken for exposed",
        _property(Accounts, "overlap", _without_overlap),
    ),
)
