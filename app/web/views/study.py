"""What the engine says about a situation beyond one step: what would help, what binds where, why. Never neutral."""

from dataclasses import dataclass

from app.engine.analysis import Analysis
from app.web.views.bottleneck_map import MapView, map_view, usual_axes
from app.web.views.derivation import DerivationRow, worked_lines
from app.web.views.levers import LeversView, levers_view
from app.web.views.readings import ordered_groups
from app.web.views.roofline import RooflineView, roofline_view


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyView:
    """The panels below the instrument."""

    levers: LeversView
    map: MapView
    roofline: RooflineView
    derivation: tuple[DerivationRow, ...]
    convention: str


def study_view(analysis: Analysis, *, axes: tuple[str, str] | None = None) -> StudyView:
    """Everything that is computed around one analysis; the map over `axes`, or the two usual ones of the phase."""
    groups = ordered_groups(analysis)
    scenario = analysis.scenario
    return StudyView(
        levers=levers_view(analysis),
        map=map_view(scenario, groups, axes=axes or usual_axes(scenario.phase)),
        roofline=roofline_view(analysis, groups),
        derivation=worked_lines(analysis),
        convention=scenario.conventions.label,
    )
