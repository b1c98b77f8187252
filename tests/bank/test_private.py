"""Private folders: their prefix, the same checks, and rooms-only questions that practice does not know."""

import shutil
from pathlib import Path

import pytest

from app.bank.errors import BadQuestion
from app.bank.load import PrivateFolder, load_bank
from app.config import BadSettings, Settings, private_folders
from app.main import create_app

BANK = "prefix: acme\ntitle: Questions of a team\nuse: {}\n"
SECRET = "acmesecret00"


@pytest.fixture
def private(folder, tmp_path):
    """A private folder with one question, for practice unless said otherwise."""

    def made(*, use="practice", question_id="acme-where", public_id=SECRET, topic="training", name="private"):
        home = tmp_path / name
        place = shutil.copytree(folder, home / topic / question_id)
        written = (place / "question.yaml").read_text()
        written = written.replace("id: where-175b", f"id: {question_id}", 1).replace("q7m4c2xk9d", public_id)
        (place / "question.yaml").write_text(written)
        (home / "bank.yaml").write_text(BANK.format(use))
        return home

    return made


def ids(shelf):
    return [question.public.id for question in shelf.questions]


@pytest.mark.parametrize(
    ("use", "rooms_only", "in_practice"),
    [("practice", False, True), ("practice", True, False), ("rooms-only", False, False), ("rooms-only", True, False)],
)
def test_a_private_question_is_in_practice_only_if_folder_and_operator_both_let_it(
    questions, private, use, rooms_only, in_practice
):
    bank = load_bank(questions, private=[PrivateFolder(folder=private(use=use), rooms_only=rooms_only)])
    assert ids(bank.rooms) == ["where-175b", "acme-where"]
    assert ids(bank.practice) == (["where-175b", "acme-where"] if in_practice else ["where-175b"])


def test_what_is_for_rooms_only_cannot_be_found_by_any_lookup_of_practice(questions, private):
    shelf = load_bank(questions, private=[PrivateFolder(folder=private(use="rooms-only"))]).practice
    assert shelf.question("acme-where") is None
    assert shelf.served(SECRET) is None
    assert SECRET not in {public.public_id for public in shelf.public}
    with pytest.raises(KeyError):
        shelf.canonical("acme-where")


def test_the_bank_itself_finds_nothing_without_a_shelf(bank):
    assert [name for name in ("question", "served", "public", "canonical", "questions") if hasattr(bank, name)] == []


def test_a_rooms_only_question_does_not_exist_for_a_visitor(database_url, questions, private, visitor):
    settings = Settings(database_url=database_url, questions=questions, question_dirs=f"{private()}:rooms-only")
    app = create_app(settings)
    candidate = visitor(app)
    assert candidate.http.get(f"/q/{SECRET}").status_code == 404
    assert candidate.http.post(f"/q/{SECRET}/attempts").status_code == 404
    assert candidate.http.get(f"/q/{SECRET}").text == candidate.http.get("/q/neverexisted").text
    for path in ("/", "/practice"):
        assert SECRET not in candidate.http.get(path).text
    app.state.database.close()


def test_a_topic_that_only_rooms_use_is_not_shown(questions, private):
    home = private(use="rooms-only", topic="robots")
    (home / "topics.yaml").write_text("- {id: robots, title: Robots}\n")
    bank = load_bank(questions, private=[PrivateFolder(folder=home)])
    assert [topic.id for topic in bank.topics] == ["training"]
    home = private(topic="robots", name="open")
    (home / "topics.yaml").write_text("- {id: robots, title: Robots}\n")
    bank = load_bank(questions, private=[PrivateFolder(folder=home)])
    assert [topic.id for topic in bank.topics] == ["training", "robots"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"question_id": "where"}, "private/training/where: id: does not start with acme-, the prefix in bank.yaml"),
        ({"public_id": "secretacme00"}, "public_id: does not start with acme, the prefix in bank.yaml"),
        ({"topic": "robots"}, "topics.yaml: robots: a folder that topics.yaml does not list; add a row for it"),
        ({"use": "sometimes"}, "private/bank.yaml: use: Input should be 'practice' or 'rooms-only'"),
        ({"question_id": "acme-mlp"}, "training/acme-mlp/question.yaml: id: 'mlp' gives the key away"),
        ({"public_id": "acme"}, "training/acme-where/question.yaml: public_id: String should match pattern"),
    ],
)
def test_the_same_checks_hold_and_the_prefix_besides(questions, private, made, said):
    with pytest.raises(BadQuestion) as refused:
        load_bank(questions, private=[PrivateFolder(folder=private(**made))])
    assert any(said in line for line in refused.value.problems), refused.value.problems


def test_a_folder_without_its_bank_file_is_named(questions, private):
    home = private()
    (home / "bank.yaml").unlink()
    with pytest.raises(BadQuestion, match=r"bank\.yaml: no such file; add it"):
        load_bank(questions, private=[PrivateFolder(folder=home)])


def test_a_folder_that_is_not_there_is_named(questions, tmp_path):
    with pytest.raises(BadQuestion, match="nowhere: not a folder of questions"):
        load_bank(questions, private=[PrivateFolder(folder=tmp_path / "nowhere")])


# The setting


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("", []),
        ("{a}", [("a", False)]),
        ("{a}:rooms-only", [("a", True)]),
        ("{a}:practice,{b}:rooms-only", [("a", False), ("b", True)]),
        ("{a}:rooms-only:{b}", [("a", True), ("b", False)]),
        (" {a} , {b} ", [("a", False), ("b", False)]),
    ],
)
def test_the_setting_lists_folders_with_commas_or_colons(tmp_path, written, found):
    places = {name: tmp_path / name for name in "ab"}
    for place in places.values():
        place.mkdir()
    read = private_folders(Settings(question_dirs=written.format(**places)))
    assert [(place.folder.name, place.rooms_only) for place in read] == found


@pytest.mark.parametrize("written", ["/nowhere", "rooms-only", "{a}:sometimes"])
def test_a_setting_that_names_no_folder_is_refused(tmp_path, written):
    with pytest.raises(BadSettings, match=r"CHOKEPOINT_QUESTION_DIRS: .* is not a folder"):
        private_folders(Settings(question_dirs=written.format(a=Path(tmp_path))))
