"""Every route of the hub, and what it answers to each role."""

from kiosk.web import kiosks
from kiosk.web.roles import Role

# What is answered to: a stranger on the network, an animator, an organiser, and at the hub's own screen, where nobody
# came in. "pin" and "phrase": led (303) to where that is entered. What is posted is empty, with the token of the
# session: 400, 404, 409 and 415 are said by the route itself.
TABLE = """
GET  /                                          200 200 200 200
POST /api/enrol                                 415 415 415 415
GET  /api/floor                                 200 200 200 200
GET  /api/health                                200 200 200 200
POST /api/passages                              415 415 415 415
POST /api/plan                                  415 415 415 415
GET  /atelier                                   200 200 200 200
GET  /atelier/<id>/                             200 200 200 200
GET  /atelier/<id>/<path:name>                  200 200 200 200
POST /atelier/<id>/act                          401 400 400 401
GET  /atelier/<id>/events                       200 200 200 200
GET  /atelier/<id>/plan                         200 200 200 200
GET  /atelier/<id>/state                        200 200 200 200
GET  /door                                      403 403 403 200
GET  /door/<path:_>                             403 403 403 404
POST /door/<path:_>                             403 403 403 404
POST /door/again                                403 403 403 303
POST /door/another                              403 403 403 303
GET  /door/apart                                403 403 403 303
POST /door/apart                                403 403 403 303
GET  /door/back                                 403 403 403 200
POST /door/back                                 403 403 403 200
GET  /door/badge.svg                            403 403 403 404
POST /door/calm                                 403 403 403 303
GET  /door/dreams                               403 403 403 303
POST /door/dreams                               403 403 403 303
POST /door/end                                  403 403 403 303
GET  /door/events                               403 403 403 200
GET  /door/family                               403 403 403 303
POST /door/family                               403 403 403 303
GET  /door/group                                403 403 403 303
POST /door/group                                403 403 403 303
GET  /door/guest                                403 403 403 303
GET  /door/help                                 403 403 403 303
POST /door/help                                 403 403 403 303
POST /door/help/end                             403 403 403 303
GET  /door/help/status                          403 403 403 200
GET  /door/language                             403 403 403 200
POST /door/language                             403 403 403 303
POST /door/missing                              403 403 403 303
GET  /door/notice                               403 403 403 200
GET  /door/people                               403 403 403 303
POST /door/people                               403 403 403 303
GET  /door/people/sure                          403 403 403 303
POST /door/people/sure                          403 403 403 303
POST /door/photographed                         403 403 403 303
POST /door/reprint                              403 403 403 303
GET  /door/said                                 403 403 403 200
POST /door/scanned                              403 403 403 303
GET  /door/sheet                                403 403 403 303
GET  /door/sheet/status                         403 403 403 200
GET  /door/sure                                 403 403 403 303
POST /door/sure                                 403 403 403 303
GET  /door/unread                               403 403 403 303
GET  /door/voice/<name>.wav                     403 403 403 404
GET  /door/wishes                               403 403 403 303
POST /door/wishes                               403 403 403 303
GET  /express                                   pin 200 200 pin
POST /express                                   pin 409 409 pin
GET  /express/find                              pin 200 200 pin
POST /express/help                              pin 303 303 pin
GET  /express/now                               pin 200 200 pin
GET  /express/party/<int:number>                pin 404 404 pin
POST /express/party/<int:number>                pin 404 404 pin
GET  /express/party/<int:number>/badge          pin 404 404 pin
GET  /express/party/<int:number>/code.svg       pin 404 404 pin
GET  /flow                                      phrase phrase 200 phrase
GET  /flow/acts                                 phrase phrase 200 phrase
GET  /flow/ages.csv                             phrase phrase 200 phrase
POST /flow/announce                             phrase phrase 409 phrase
GET  /flow/atelier/<atelier>                    phrase phrase 200 phrase
POST /flow/atelier/<atelier>                    phrase phrase 400 phrase
GET  /flow/charts.zip                           phrase phrase 200 phrase
GET  /flow/charts/<name>.<ending>               phrase phrase 404 phrase
POST /flow/do                                   phrase phrase 400 phrase
GET  /flow/events                               phrase phrase 200 phrase
GET  /flow/figures.csv                          phrase phrase 200 phrase
GET  /flow/find                                 phrase phrase 303 phrase
GET  /flow/lines                                phrase phrase 200 phrase
GET  /flow/party/<int:number>                   phrase phrase 404 phrase
POST /flow/party/<int:number>                   phrase phrase 400 phrase
POST /flow/undo                                 phrase phrase 409 phrase
GET  /kiosk                                     pin 200 200 303
POST /kiosk                                     pin 400 400 303
GET  /kiosk/change                              pin 200 200 pin
POST /kiosk/end                                 pin 303 303 pin
GET  /paper                                     phrase phrase 200 phrase
GET  /paper/<name>.png                          phrase phrase 404 phrase
GET  /passphrase                                200 200 200 200
POST /passphrase                                403 403 403 403
POST /passphrase/end                            303 303 303 303
GET  /passphrase/first                          404 404 404 303
POST /passphrase/first                          404 404 404 303
GET  /phone                                     200 200 200 200
GET  /phone/<path:name>                         200 200 200 200
GET  /phone/ca.crt                              404 404 404 404
POST /phone/read                                415 415 415 415
GET  /phone/worker.js                           200 200 200 200
GET  /pin                                       200 200 200 200
POST /pin                                       400 400 400 400
POST /pin/end                                   303 303 303 303
GET  /screen                                    200 200 200 200
GET  /screen/events                             200 200 200 200
GET  /static/<path:filename>                    200 200 200 200
GET  /stations                                  phrase phrase 200 200
POST /stations/pair                             phrase phrase 400 400
GET  /stations/pairing/<station>                phrase phrase 404 404
POST /stations/pairing/<station>/cancel         phrase phrase 303 303
GET  /stations/pairing/<station>/code.svg       phrase phrase 404 404
GET  /stations/pairing/<station>/phone.svg      phrase phrase 404 404
GET  /stations/pairing/<station>/state          phrase phrase 404 404
GET  /stations/state                            phrase phrase 200 200
"""
SAMPLES = {
    "_": "sample",
    "atelier": "vr",
    "ending": "svg",
    "filename": "ronde.css",
    "id": "vr",
    "name": "sample",
    "number": "1",
    "station": "vr",
}
NAMES = {"/atelier/<id>/<path:name>": "station.js", "/phone/<path:name>": "phone.css"}
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
LOGINS = {"/pin": "pin", "/passphrase": "phrase"}


def lines():
    for line in TABLE.strip().splitlines():
        method, rule, *answers = line.split()
        yield (method, rule), tuple(answers)


def routes(house):
    """The path of each route, filled in, by its method and its rule."""
    return {
        (method, rule.rule): rule.build(
            {name: SAMPLES[name] for name in rule.arguments}
            | ({"name": NAMES[rule.rule]} if rule.rule in NAMES else {})
        )[1]
        for rule in house.app.url_map.iter_rules()
        for method in rule.methods & METHODS
    }


def answered(house, method, path, headers, port=None, app=None):
    """The answer to an empty request; what streams is not read to its end."""
    client = (app or house.app).test_client(use_cookies=False)
    answer = client.open(
        path, method=method, headers=headers, base_url=f"http://127.0.0.1:{port or house.port}"
    )
    answer.close()
    return answer


def found(answer):
    to = answer.headers.get("Location", "").partition("?")[0]
    return LOGINS.get(to, str(answer.status_code)) if answer.status_code == 303 else str(answer.status_code)


def columns(house):
    """For each column of the table: what its requests carry, and the listener that takes them."""
    return (
        ({}, house.port),
        (house.enter(Role.ANIMATOR), house.port),
        (house.enter(Role.ORGANISER), house.port),
        ({}, house.door_port),
    )


def of_a_kiosk(house):
    """What a browser elsewhere carries that was made the second kiosk."""
    return {"Cookie": f"{kiosks.COOKIE}=2.{house.services.access.seal('kiosk 2')}"}
