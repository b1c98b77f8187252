"""Where questions lie: the folders of the settings, and the one of a question's id."""

from pathlib import Path

from app.cli.reading import BadInput
from app.config import private_folders, settings_from_environment


def question_folders() -> tuple[Path, ...]:
    """The folder of every question, drafts and private ones included."""
    settings = settings_from_environment()
    banks = (settings.questions, *(place.folder for place in private_folders(settings)))
    return tuple(sorted(place.parent for bank in banks for place in bank.glob("*/*/question.yaml")))


def question_folder(question_id: str) -> Path:
    """The folder of that question; BadInput lists those that there are."""
    places = question_folders()
    found = next((place for place in places if place.name == question_id), None)
    if found is None:
        raise BadInput(
            f"QUESTION_ID: {question_id!r} is not in the bank; there are {', '.join(place.name for place in places)}"
        )
    return found
