import pytest

from firmware.wire import enrolment, schema
from firmware.wire.errors import Malformed, UnknownVersion


def test_the_golden_line_reads_as_it_always_did(golden):
    case = golden("enrolment")
    found = enrolment.decode(f"  {case['line']}\n")
    assert found.encode() == case["line"]
    assert (found.hub, found.station, found.atelier) == (case["hub"], case["station"], case["atelier"])
    assert list(found.steps) == case["steps"]
    assert (found.device_key.hex(), found.event_key.hex()) == (case["device_key"], case["event_key"])


def line(value):
    import base64

    return enrolment.PREFIX + base64.urlsafe_b64encode(schema.canonical(value)).decode()


@pytest.mark.parametrize("text", ["", "RONDE1.", "RONDE2.AAAA", "RONDE1.é", "RONDE1.AA", "RONDE1.!!!!"])
def test_what_is_no_enrolment_is_refused(text):
    with pytest.raises(Malformed):
        enrolment.decode(text)


def test_an_unknown_version_is_refused():
    with pytest.raises(UnknownVersion):
        enrolment.decode(line({"v": 2}))


def test_a_cut_line_is_refused(golden):
    whole = golden("enrolment")["line"]
    for length in range(len(whole)):
        with pytest.raises(Malformed):
            enrolment.decode(whole[:length])
