"""An atelier where nobody is scanned in or out: families scan themselves into the queue, the animator presses."""

import pytest

from kiosk.demo.rehearsal import Rehearsal


@pytest.fixture(scope="module")
def played(tmp_path_factory, village_file):
    folder = tmp_path_factory.mktemp("buttons")
    pressed = village_file.read_text("utf-8").replace(
        'steps = ["arrive", "call", "enter", "leave"]', 'steps = ["arrive"]\nbuttons = true'
    )
    event = folder / "village.toml"
    event.write_text(pressed, "utf-8")
    with Rehearsal(event, folder / "day", speed=800, seed=4, people=60) as rehearsal:
        rehearsal.start()
        rehearsal.differences = rehearsal.play()
    return rehearsal


def test_hub_and_families_agree_about_who_was_pressed_in_and_out(played):
    assert played.event.steps_at["drone"] == {"arrive", "enter", "leave"}
    assert played.differences == []
    assert {look.differences for look in played.looks} <= {()}


def test_each_turn_was_pressed_and_none_inferred(played):
    turns = [
        stay
        for journey in played.journeys
        for stay in journey["stays"]
        if stay["atelier"] == "drone" and stay["state"] == "done"
    ]
    assert turns
    assert not any(stay["inferred"] for stay in turns)
