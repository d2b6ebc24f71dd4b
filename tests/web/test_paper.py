"""The rack of sheets, in a rehearsal."""

import dataclasses
import os

import pytest
from PIL import Image

from kiosk.web.app import create_app


def put(house, name, at_s):
    path = house.sheets / f"{name}.png"
    Image.new("L", (60, 90), 255).save(path)
    os.utime(path, (at_s, at_s))


def test_the_newest_sheet_comes_first_and_new_ones_come_by_themselves(house, open_page):
    page = open_page(house.url + "/paper", 1280, 800)
    assert "Rien n’est encore sorti" in page.text_content("#none")
    put(house, "0001", 1000)
    put(house, "0002", 2000)
    page.wait_for_function("() => document.querySelectorAll('#rack img').length === 2")
    assert page.is_hidden("#none")
    images = page.eval_on_selector_all(
        "#rack img", "all => all.map(each => [each.getAttribute('src'), each.alt])"
    )
    assert images == [
        ["/paper/0002.png", "Feuille de route imprimée, la plus récente"],
        ["/paper/0001.png", "Feuille de route imprimée, la 2e en partant de la plus récente"],
    ]
    page.wait_for_function("() => [...document.images].every(each => each.complete && each.naturalWidth)")


@pytest.mark.parametrize("name", ["..%2fjournal", ".hidden", "0001%00", "notes", "-x", "a" * 200])
def test_only_the_pictures_of_the_folder_are_given(house, name):
    put(house, "0001", 1000)
    (house.sheets / "notes.txt").write_text("no picture")
    (house.sheets / ".hidden.png").write_bytes(b"x")
    assert house.ask("GET", "/paper/0001.png")[1]["content-type"] == "image/png"
    assert house.ask("GET", f"/paper/{name}.png")[0] == 404


def test_no_more_than_the_last_sheets_are_shown(house):
    for number in range(30):
        put(house, f"{number:04}", 1000 + number)
    page = house.ask("GET", "/paper")[2].decode()
    assert page.count('<img src="/paper/') == 24
    assert "/paper/0029.png" in page
    assert house.ask("GET", "/paper/0000.png")[0] == 404


def test_there_is_no_rack_outside_a_rehearsal(house):
    put(house, "0001", 1000)
    app = create_app(dataclasses.replace(house.services, sheets=None))
    client = app.test_client()
    assert client.get("/paper").status_code == 404
    assert client.get("/paper/0001.png").status_code == 404
    assert "/paper" not in client.get("/").text
    assert "Répétition" not in client.get("/flow").text
