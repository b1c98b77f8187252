import gzip
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.web.staticfiles import Assets, folder_fingerprint

STATIC = Path(__file__).parents[2] / "static"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "vendor").mkdir()
    (tmp_path / "app.css").write_text("a{}")
    (tmp_path / "vendor" / "big.js").write_text("big()")
    (tmp_path / "vendor" / "big.js.gz").write_bytes(gzip.compress(b"big()"))
    return tmp_path


@pytest.fixture
def served(folder):
    assets = Assets(folder)
    app = FastAPI()
    app.mount("/static", assets)
    return assets, TestClient(app, headers={"accept-encoding": "identity"})


def test_the_hashed_address_is_kept_for_a_year(served):
    assets, client = served
    response = client.get(assets.path_of("app.css"))
    assert (response.text, response.headers["content-type"]) == ("a{}", "text/css; charset=utf-8")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/static/app.css", "/static/0123456789ab/app.css"], ids=["no hash", "an old hash"])
def test_another_address_gets_the_file_but_not_the_year(served, path):
    response = served[1].get(path)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-cache")


def test_the_hash_changes_with_any_file(folder):
    before = folder_fingerprint(folder)
    assert folder_fingerprint(folder) == before
    (folder / "vendor" / "big.js").write_text("bigger()")
    assert folder_fingerprint(folder) != before


def test_a_compressed_file_is_served_to_those_who_take_it(served):
    assets, client = served
    path = assets.path_of("vendor/big.js")
    plain, packed = client.get(path), client.get(path, headers={"accept-encoding": "br, gzip"})
    assert (plain.text, packed.text) == ("big()", "big()")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert {plain.headers["vary"], packed.headers["vary"]} == {"Accept-Encoding"}
    assert packed.headers["content-type"] == "text/javascript; charset=utf-8"


def test_an_unchanged_file_is_not_sent_again(served):
    assets, client = served
    path = assets.path_of("app.css")
    etag = client.get(path).headers["etag"]
    response = client.get(path, headers={"if-none-match": etag})
    assert (response.status_code, response.content) == (304, b"")


@pytest.mark.parametrize("path", ["/static/", "/static/none.js", "/static/%2e%2e/secret", "/static/vendor"])
def test_nothing_else_is_served(served, path):
    assert served[1].get(path).status_code == 404


def test_a_misspelt_name_is_found_when_the_page_is_made(served):
    with pytest.raises(ValueError, match=r"no static file 'app\.ccs'"):
        served[0].path_of("app.ccs")


def test_the_vendored_archives_hold_the_files_beside_them():
    archives = list(STATIC.rglob("*.gz"))
    assert archives
    for archive in archives:
        assert gzip.decompress(archive.read_bytes()) == archive.with_suffix("").read_bytes()


def test_every_vendored_folder_keeps_its_licence():
    folders = [path for path in (STATIC / "vendor").iterdir() if path.is_dir()]
    assert folders
    assert all((folder / "LICENSE").is_file() for folder in folders)
