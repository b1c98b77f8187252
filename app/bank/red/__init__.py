"""Known-wrong formulas, put into the engine one at a time: a claim that none of them breaks checks nothing."""

from app.bank.red.laws import LAW_MUTATIONS
from app.bank.red.models import MODEL_MUTATIONS
from app.bank.red.mutation import Mutation, put_in
from app.bank.red.profiles import PROFILE_MUTATIONS
from app.bank.red.readings import READINGS
from app.bank.red.systems import SYSTEM_MUTATIONS

MUTATIONS: tuple[Mutation, ...] = (
    *MODEL_MUTATIONS,
    *SYSTEM_MUTATIONS,
    *LAW_MUTATIONS,
    *PROFILE_MUTATIONS,
    *READINGS,
)

__all__ = ["MUTATIONS", "Mutation", "put_in"]
