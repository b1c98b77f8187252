"""A candidate who looks everywhere, and banks whose keys are marked or exchanged."""

import contextlib
import itertools
import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import yaml
from starlette.routing import Mount

from app.bank.read import FILES
from app.config import Settings
from app.engine.queries.ask import QUERIES
from app.grading.predicates import is_pattern
from app.main import create_app
from app.web.deps import Now

ROOT = Path(__file__).parents[2]
KEY = "request.app.state.bank.practice.question('where-175b').key."
HTMX = {"hx-request": "true"}
JSON = {"accept": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": "multipart/form-data; boundary=x"}
GRADED = (
    "The MLP binds: 65 % of the FLOPs. Attention dominates: 60 %. I would write the kernels, or rather not.",
    " ".join(f"The ceiling is {1 + n / 100:.2f}x, the MLP {n} %, the core {n} %." for n in range(1, 60)),
    "x" * 20_001,
)
"""Sent for a grade before the lock: both sides at once, every number there is, and too much."""
AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
OPEN_PAGES = ("/practice", "/practice/mixed", "/mocks", "/numbers", "/progress", "/progress/export", "/progress/delete")
STEPS = ("", "/prediction", "/open-book", "/hint", "/draft", "/answer", "/explore", "/follow-up", "/meant", "/dispute")
TOKEN = re.compile(r"canary[0-9a-f]{12}")
LINK = re.compile(r'(?:href|src|action|formaction|hx-get|data-autosave)="(/[^"#]*)"')


@dataclass(frozen=True, slots=True)
class Seen:
    """One response as it reached the candidate: status, headers with cookies, body."""

    where: str
    text: str


@dataclass(slots=True)
class Crawl:
    """All that a candidate was sent."""

    candidate: object
    seen: list[Seen] = field(default_factory=list)
    visited: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self):
        self.candidate.http.event_hooks = {"response": [self.record]}

    def record(self, response):
        response.read()
        headers = "".join(f"{name}: {value}\n" for name, value in response.headers.multi_items())
        body = response.content.decode("utf-8", "replace")
        request = response.request
        part = " (block)" if "hx-request" in request.headers else ""
        where = f"{len(self.seen)} {request.method} {request.url.raw_path.decode()}{part}"
        self.seen.append(Seen(where, f"{response.status_code}\n{headers}\n{body}"))
        self.visited.add((request.method, request.url.path))

    def before_the_lock(self):
        """Every route in every state before the answer is locked, and the errors of each."""
        self._anonymous()
        attempt = self.candidate.start()
        self._everywhere(attempt)
        self.candidate.predict(attempt, component="", number="abc")
        self.candidate.predict(attempt)
        self.candidate.predict(attempt, component="head")
        self._everywhere(attempt)
        self.candidate.draft(attempt, "The MLP binds, as far as I see.", 0)
        self._everywhere(attempt)
        self.candidate.http.post(f"{attempt}/open-book", data={"text": "I look it up.", "revision": "1"})
        self._everywhere(attempt)
        self.candidate.hand_in(attempt, "The MLP binds, I say.")
        self._everywhere(attempt)
        self._unreadable(attempt)
        self._own_data()
        self._static()
        self._follow_links()
        return attempt

    def briefly(self):
        """A few pages before the lock, for leaks that are on all of them."""
        self.candidate.http.get("/practice")
        attempt = self.candidate.start()
        self.candidate.http.get(attempt)
        self.candidate.predict(attempt)
        self.candidate.http.get(attempt)
        return attempt

    def _anonymous(self):
        http, question = self.candidate.http, self.candidate.question
        for path in ("/", "/?guess=mlp", "/?guess=mlp&seq_len=8192", "/?guess=no&seq_len=-1", question, *OPEN_PAGES):
            http.get(path)
            http.get(path, headers=HTMX)
        for path in ("/nothing", "/q/nothing", "/attempts/nothing", "/static/nothing", "/api/nothing", "/docs"):
            for method in ("GET", "POST", "HEAD", "DELETE"):
                http.request(method, path)
        for method in ("GET", "HEAD"):
            http.request(method, "/api/v1/openapi.json")
        for query in QUERIES:  # the engine is open to everybody: it knows no question
            http.post(f"/api/v1/{query.name}", json=query.example)
            http.post(f"/api/v1/{query.name}", json={"question": self.candidate.question_id})
            http.post(f"/api/v1/{query.name}", content=b"{")
        for path in ("/workbench", "/workbench/figure.svg", "/workbench/table.csv", "/workbench/report.md"):
            http.get(path)
            http.get(f"{path}?b.hardware=h200-sxm&tp=7", headers=HTMX)
        http.post("/workbench/model", data={"config": "{"})
        self._profiles()
        for path in ("/mocks/nothing", "/numbers/nothing"):
            http.get(path)
            http.post(path, data={"place": "0", "guess": "1"})
        http.post("/mocks/nothing/end")
        http.post("/progress/delete")  # while there is nothing: later it would take the crawl's own cookie
        http.post("/mocks", data={"n": "99"})
        for name in (question.rpartition("/")[2], self.candidate.question_id, "nothing"):
            for text in GRADED:
                http.post(f"/api/v1/grade/{name}", json={"text": text})
            http.post(f"/api/v1/grade/{name}", json={"words": "x"})
        http.post("/q/nothing/attempts")
        http.post(f"{question}/attempts", headers={"sec-fetch-site": "cross-site"})
        self._everywhere("/attempts/nothing")

    def _profiles(self):
        """What a stranger can do with profiles: they know no question."""
        http = self.candidate.http
        http.get("/profile")
        for path in ("/profile", "/profile/again", "/profile/nothing/delete"):
            http.post(
                path, data={"summary": "{"}, files={"file": ("x.csv", b"kernel,calls,time_us\ngemm,1,2\n", "text/csv")}
            )
        http.get("/profile/nothing")

    def _own_data(self):
        """Progress, the export with attempts in it, a file brought back, a mock and a round of estimates."""
        http = self.candidate.http
        history = http.get("/progress/export").content
        for content in (history, b"{}"):
            http.post("/progress/import", files={"file": ("x.json", content, "application/json")})
        http.post("/progress/interview", data={"interview_on": "2026-12-10"})
        mock = http.post("/mocks", data={"n": "2", "tools": "open"}).headers.get("location")  # a bank of one has none
        for attempt in re.findall(r'href="(/attempts/[^"]+)"', http.get(mock).text) if mock else ():
            self.candidate.predict(attempt)
            self._everywhere(attempt)
        estimates = http.post("/numbers").headers["location"]
        http.get(estimates)
        http.post(estimates, data={"place": "0", "guess": "no"})
        for path in OPEN_PAGES:
            http.get(path)

    def _unreadable(self, attempt):
        self.candidate.http.post(f"{attempt}/draft", content=b"x" * 1_100_000, headers=FORM)
        self.candidate.http.post(f"{attempt}/answer", content=b"no multipart", headers=MULTIPART)

    def _everywhere(self, attempt):
        """Every route of an attempt, without moving it on."""
        http = self.candidate.http
        for suffix in ("", "/explore", "/dispute", "/dispute.md"):
            for query in ("", *self._settings(), "?seq_len=abc&attention=magic&speedup=x"):
                http.get(attempt + suffix + query)
                http.get(attempt + suffix + query, headers=HTMX)
        for suffix in STEPS:
            for method in (
                "HEAD",
                "PUT",
                "DELETE",
                "OPTIONS",
                *(["GET"] if suffix not in ("/open-book", "/hint") else []),
            ):
                http.request(method, attempt + suffix)
            http.post(attempt + suffix, headers={"origin": "https://elsewhere.example"})
        for suffix in ("explore", "follow-up", "meant", "dispute"):
            http.post(f"{attempt}/{suffix}", data={"claim": "0", "text": "x"})
            http.post(f"{attempt}/{suffix}", data={"claim": "0", "text": "x"}, headers=HTMX)
        http.post(f"{attempt}/hint", data={"taken": "7"})
        http.post(f"{attempt}/prediction", data={"component": "main.bottleneck.component"})
        http.post(f"{attempt}/answer", data={"text": " "})
        http.post(f"{attempt}/answer", data={"text": "x" * 20_001})
        for accept in ({}, JSON):
            for form in (
                {"text": "other", "revision": "99"},
                {"text": "y" * 100_001, "revision": "0"},
                {"revision": "z"},
            ):
                http.post(f"{attempt}/draft", data=form, headers=accept)

    def _settings(self):
        """All sliders at their first stop, and all at their last."""
        public = self.candidate.app.state.bank.practice.question(self.candidate.question_id).public
        stops = [(slider.name, slider.choices or (slider.low, slider.high)) for slider in public.sliders]
        for end in (0, -1):
            yield "?" + urlencode({name: values[end] for name, values in stops})

    def _static(self):
        assets = next(route.app for route in self.candidate.app.routes if isinstance(route, Mount))
        for path in sorted(assets.root.rglob("*")):
            if path.is_file():
                self.candidate.http.get(assets.path_of(path.relative_to(assets.root).as_posix()))

    def _follow_links(self):
        links = {link for seen in list(self.seen) for link in LINK.findall(seen.text)}
        for link in sorted(links - {path for _, path in self.visited}):
            self.candidate.http.get(link.replace("&amp;", "&"))

    def unvisited(self):
        """The routes of the app that no request reached."""
        return {
            f"{method} {pattern.pattern}"
            for method, pattern in _routes(self.candidate.app.routes)
            if not any(method == verb and pattern.match(path) for verb, path in self.visited)
        }


def _routes(routes):
    for route in routes:
        if hasattr(route, "original_router"):  # how FastAPI keeps a router that was included
            yield from _routes(route.original_router.routes)
        elif isinstance(route, Mount):
            yield "GET", route.path_regex
        else:
            yield from ((method, route.path_regex) for method in route.methods)


@pytest.fixture(scope="module")
def open_bank(tmp_path_factory, visitor):
    """Opens an app on a bank, its clock standing still, and gives a crawl of it; `plant` may change the app first."""
    home = tmp_path_factory.mktemp("databases")

    def opened(questions, question_id="where-175b", plant=None, **settings):
        ids = itertools.count()
        fixed.setattr("secrets.token_urlsafe", lambda _: f"id{next(ids):020}")  # chance would make two crawls differ
        url = f"sqlite:///{home / uuid4().hex}.sqlite3"
        app = create_app(Settings(database_url=url, questions=questions, **settings))
        app.dependency_overrides[Now.__metadata__[0].dependency] = lambda: AT
        if plant is not None:
            plant(app)
        candidate = visitor(app, question_id)
        running.enter_context(candidate.http)  # one event loop for the whole crawl; its end closes the database
        return Crawl(candidate)

    with contextlib.ExitStack() as running, pytest.MonkeyPatch.context() as fixed:
        for page in ("mocks", "numbers", "results"):
            fixed.setattr(f"app.web.pages.{page}.randbelow", lambda _: 7)
        yield opened


class Files:
    """The files of one question in a bank that may be changed, as mappings."""

    def __init__(self, folder):
        self.folder = folder
        self.question, self.key, self.rubric, self.variants, self.samples = (
            yaml.safe_load((folder / f"{name}.yaml").read_text()) for name in FILES
        )

    def write(self):
        for name in FILES:
            (self.folder / f"{name}.yaml").write_text(yaml.safe_dump(getattr(self, name), sort_keys=False))


@pytest.fixture(scope="session")
def edited_templates():
    """Copies the templates with other text in them; `key` in it is the key, which no view has."""

    def edited(folder, *edits):
        shutil.copytree(ROOT / "templates", folder)
        for name, old, new in edits:
            written = (folder / name).read_text()
            assert old in written, f"{name} has no {old!r}"
            (folder / name).write_text(written.replace(old, re.sub(r"\bkey\.", KEY, new), 1))
        return folder

    return edited


def _copied(bank_folder, folder, question_id):
    shutil.copytree(bank_folder, folder)
    (place,) = folder.glob(f"*/{question_id}")
    return folder, Files(place)


@pytest.fixture
def copied(tmp_path):
    """Copies a bank under a name; gives the copy's folder and the files of one question in it."""
    return lambda bank_folder, name, question_id: _copied(bank_folder, tmp_path / name, question_id)


@pytest.fixture(scope="session")
def marked_bank():
    """Copies a bank with a random token in every string of a key and a rubric; and says what each token marks."""

    def mark(bank_folder, folder, question_id="where-175b"):
        folder, files = _copied(bank_folder, folder, question_id)
        tokens = {}
        files.key = _marked_key(files, tokens)
        files.rubric = _marked_rubric(files.rubric, tokens)
        files.variants = _marked_texts(files.variants, "variants", ("prompt", "ask", "says"), tokens)
        files.samples = _marked_texts(files.samples, "samples", ("text", "changed"), tokens)
        files.write()
        return folder, tokens

    return mark


def _token(tokens, place):
    token = f"canary{uuid4().hex[:12]}"
    tokens[token] = place
    return token


def _marked_key(files, tokens):
    def mark(place, text):
        return f"{text} {_token(tokens, place)}."

    key = {name: value if name in KEY_GRAMMAR else _each_string(value, mark, name) for name, value in files.key.items()}
    key |= {name: f"{key[name]}-{_token(tokens, f'slug.{name}')}" for name in ("trap_id", "lever")}
    if "second_reader" in key:
        differences = key["second_reader"]["differences"]
        key["second_reader"] |= {"differences": mark("second_reader.differences", differences)}
    names = {name: f"{name}_{_token(tokens, f'scenarios.{name}')}" for name in key.get("scenarios", {})}
    files.rubric, files.variants = (_renamed_scenarios(one, names) for one in (files.rubric, files.variants))
    key = _renamed_scenarios(key, names)
    if names:
        key["scenarios"] = {names[name]: fields for name, fields in key["scenarios"].items()}
    return key


KEY_GRAMMAR = ("claims", "bottleneck", "predicted_number", "scenarios", "flips", "assumptions", "laws", "law_sliders")
KEY_GRAMMAR += ("trap_id", "lever", "second_reader")
"""Fields of a key that hold names of facts and of catalogue rows, where a sentence with a token would be an error."""


def _marked_texts(written, name, fields, tokens):
    """A list of variants or samples with a token in each text."""
    marked = [
        {
            field: f"{value} {_token(tokens, f'{name}.{index}.{field}')}." if field in fields else value
            for field, value in one.items()
        }
        for index, one in enumerate(written[name])
    ]
    return {name: marked}


def _each_string(value, change, place):
    match value:
        case str():
            return change(place, value)
        case list():
            return [_each_string(item, change, f"{place}.{index}") for index, item in enumerate(value)]
        case dict():
            return {name: _each_string(item, change, f"{place}.{name}") for name, item in value.items()}
    return value


def _renamed_scenarios(value, names):
    match value:
        case str():
            for old, new in names.items():
                value = re.sub(rf"(?<![\w.]){re.escape(old)}\.(?=[a-z_]+)", f"{new}.", value)
            return value
        case list():
            return [_renamed_scenarios(item, names) for item in value]
        case dict():
            return {
                _renamed_scenarios(name, names): names.get(item, item)
                if name == "scenario" and isinstance(item, str)
                else _renamed_scenarios(item, names)
                for name, item in value.items()
            }
    return value


def _marked_rubric(rubric, tokens):
    names = {name: f"{name}_{_token(tokens, f'predicates.{name}')}" for name in rubric["predicates"]}

    def renamed(condition):
        match condition:
            case str():
                return names.get(condition, condition)
            case list():
                return [renamed(item) for item in condition]
            case dict():
                return {name: renamed(item) for name, item in condition.items()}
        return condition

    def heard(value):
        """A predicate that listens for words listens for a token as well."""
        words = {name: [*value[name], _token(tokens, "predicates.says")] for name in ("says",) if name in value}
        return {**value, **words}

    marked = {
        **rubric,
        "id": f"{rubric['id']} {_token(tokens, 'rubric.id')}",
        "aliases": {"mlp": [_token(tokens, "aliases")], **rubric.get("aliases", {})},
        "examples": [*rubric.get("examples", ()), _token(tokens, "examples")],
        "predicates": {
            names[name]: heard(value) if is_pattern(value) else renamed(value)
            for name, value in rubric["predicates"].items()
        },
        "caps": [
            {
                **cap,
                **{name: renamed(cap[name]) for name in ("when", "unless") if name in cap},
                "words": f"{cap['words']} {_token(tokens, f'caps.{index}')}",
            }
            for index, cap in enumerate(rubric.get("caps", ()))
        ],
    }
    if "answer" in rubric:
        return {**marked, "answer": {part: renamed(listed) for part, listed in rubric["answer"].items()}}
    axes = {
        axis: {
            level: {"when": renamed(written), "words": _token(tokens, f"axes.{axis}.{level}")}
            for level, written in ladder.items()
        }
        for axis, ladder in rubric["axes"].items()
    }
    return {**marked, "axes": axes}
