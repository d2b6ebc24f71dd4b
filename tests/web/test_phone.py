"""The page /phone from outside: who is sent where, what a browser may do there, and whose pictures are read."""

import io
import json
import random
import re
from dataclasses import replace

import pytest
import qrcode
from PIL import Image

from firmware.wire import signature
from kiosk.web import app as web_app
from kiosk.web.reader import MOST_BYTES, MOST_SIDE, Busy, NotAPicture, Reader
from kiosk.web.services import Services

STATION = "vr"


def client(house, **changed):
    services: Services = replace(house.services, **changed)
    made = web_app.create_app(services)
    return made.test_client()


def jpeg(image):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def seen(text, side=480):
    """A badge on a table, a little askew."""
    code = qrcode.make(text).get_image().convert("L").resize((side // 2, side // 2))
    table = Image.new("L", (side, side), 120)
    table.paste(code.rotate(8, expand=True, fillcolor=255), (side // 5, side // 5))
    return table


def headers(house, body, station=STATION):
    signed = signature.sign(house.logs[STATION].keys.up, body)
    return {"Content-Type": "image/jpeg", "Ronde-Station": station, signature.HEADER: signed}


def read(house, body, **changed):
    status, _, answer = house.ask("POST", "/phone/read", body, headers(house, body) | changed)
    return status, json.loads(answer)


def test_plain_http_is_sent_to_https_and_says_so_where_there_is_none(house):
    pages = client(house, https_port=8443)
    answer = pages.get("/phone", headers={"Host": "accueil.local:8080"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://accueil.local:8443/phone")
    answer = pages.get("/phone", headers={"Host": "[fd00::1]:8080"})
    assert answer.headers["Location"] == "https://[fd00::1]:8443/phone"
    none = client(house).get("/phone")
    assert none.status_code == 200
    assert "https_port" in none.text and "<script" not in none.text


def test_the_camera_is_for_this_page_only(house):
    pages = client(house, https_port=8443)
    secure = {"base_url": "https://accueil.local:8443"}
    for path, camera in (
        ("/phone", "camera=(self)"),
        ("/flow", "camera=()"),
        ("/phone/phone.css", "camera=()"),
    ):
        policy = pages.get(path, **secure).headers["Permissions-Policy"]
        assert policy.startswith(camera)
        assert "microphone=()" in policy


def test_the_page_and_its_modules_are_all_there_and_nothing_else(house):
    pages = client(house, https_port=8443)
    worker = pages.get("/phone/worker.js", base_url="https://accueil.local:8443")
    assert worker.headers["Service-Worker-Allowed"] == "/phone"
    told = json.loads(re.match(r"self\.RONDE = (\{.*\});\n", worker.text)[1])
    assert {"/phone", "/phone/phone/page.js", "/phone/wire/booth.js", "/phone/view.js"} <= set(told["files"])
    sources = {}
    for path in told["files"]:
        answer = pages.get(path, base_url="https://accueil.local:8443")
        assert answer.status_code == 200, path
        sources[path] = answer.text
    for path, source in sources.items():
        for wanted in re.findall(r'^import [^"]*"(\.[^"]+)"', source, re.MULTILINE):
            folder = path.rsplit("/", 1)[0]
            while wanted.startswith("../"):
                folder, wanted = folder.rsplit("/", 1)[0], wanted.removeprefix("../")
            assert f"{folder}/{wanted.removeprefix('./')}" in sources, f"{path} asks for {wanted}"
    for path in ("/phone/../hub.toml", "/phone/phone.py", "/phone/phone/nothing.js"):
        assert pages.get(path, base_url="https://accueil.local:8443").status_code == 404


def test_the_certificate_is_handed_out_where_there_is_one(house):
    answer = client(house, https_port=8443, authority=b"DER").get("/phone/ca.crt")
    assert (answer.data, answer.mimetype) == (b"DER", "application/x-x509-ca-cert")
    assert client(house).get("/phone/ca.crt").status_code == 404


def test_a_picture_of_a_station_is_read(house):
    assert read(house, jpeg(seen("CKFPRJSTBNGHLVXD"))) == (200, {"texts": ["CKFPRJSTBNGHLVXD"]})
    assert read(house, jpeg(Image.new("L", (480, 480), 90))) == (200, {"texts": []})


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"Ronde-Station": "nobody"}, 401, "unknown_station"),
        ({signature.HEADER: "0" * 64}, 403, "bad_signature"),
        ({signature.HEADER: ""}, 403, "bad_signature"),
    ],
)
def test_nobody_elses_picture_is_read(house, changed, status, error):
    answer = read(house, jpeg(seen("CKFPRJSTBNGHLVXD")), **changed)
    assert (answer[0], answer[1]["error"]) == (status, error)


def test_what_is_no_picture_is_refused(house):
    chance = random.Random(5)
    good = jpeg(seen("CKFPRJSTBNGHLVXD"))
    png = io.BytesIO()
    seen("CKFPRJSTBNGHLVXD").save(png, "PNG")
    bad = [b"", b"junk", png.getvalue(), good[:40], jpeg(Image.new("L", (MOST_SIDE + 1, 10)))]
    for body in bad:
        assert read(house, body)[0] == 400, body[:20]
    for _ in range(40):  # a spoilt one is read or refused, and never a fault of ours
        spoilt = bytearray(good)
        for _ in range(chance.randrange(1, 30)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        assert read(house, bytes(spoilt))[0] in (200, 400)
    too_big = good + b"\0" * MOST_BYTES
    assert house.ask("POST", "/phone/read", too_big, headers(house, too_big))[0] == 413
    assert (
        house.ask("POST", "/phone/read", good, headers(house, good) | {"Content-Type": "image/png"})[0] == 415
    )


def test_a_reader_takes_so_many_at_once_and_gives_its_places_back():
    reader = Reader()
    held = [reader._places.acquire(blocking=False) for _ in range(2)]
    with pytest.raises(Busy):
        reader.texts(jpeg(seen("CKFPRJSTBNGHLVXD")))
    for _ in held:
        reader._places.release()
    for _ in range(5):
        with pytest.raises(NotAPicture):
            reader.texts(b"junk")
    assert reader.texts(jpeg(seen("CKFPRJSTBNGHLVXD"))) == ["CKFPRJSTBNGHLVXD"]
