"""Each kind of atelier, as an animator lives it: by the screen of the hub, by buttons alone, and without a network."""


def stays(end, name):
    """The stays of this party: atelier and state."""
    return [(stay["atelier"], stay["state"]) for stay in end["journeys"][name]["stays"]]


def test_at_the_arcade_one_scan_is_enough(play):
    def story(hall):
        hall.came(ada=1, bo=1, cleo=1)
        hall.scan("ada")
        hall.later(1)
        hall.scan("bo")
        hall.sees(inside="ada bo")
        hall.later(4)  # a game takes five minutes; nobody scans when it is over
        hall.sees(inside="bo")
        hall.later(2)
        hall.sees()
        hall.scan("cleo")
        hall.later(2)
        hall.press("done")  # cleo had enough
        hall.sees()
        hall.press("undo")  # no, that was somebody else
        hall.sees(inside="cleo")

    end = play("arcade", story)
    assert stays(end, "ada") == [("arcade", "done")]
    assert stays(end, "cleo") == [("arcade", "in")]


def test_families_queue_for_the_headsets_and_are_called(play):
    def story(hall):
        hall.came(ada=1, bo=1, cleo=2, dan=1, eve=1)
        hall.scan("ada", "bo", "cleo", "dan")
        hall.sees(waiting="ada bo cleo dan")
        hall.press("next")  # two headsets, so two are called
        hall.sees(waiting="cleo dan", called="ada bo")
        hall.later(1)
        hall.press("absent", "bo")  # bo went to the buffet
        hall.sees(waiting="cleo dan", called="ada")
        hall.press("next")  # ada is in; one headset is free, and cleo's two take it in turns
        hall.sees(waiting="dan", called="cleo", inside="ada")
        hall.scan("bo")  # back, and at the end of the queue
        hall.sees(waiting="dan bo", called="cleo", inside="ada")
        hall.scan("cleo")  # she was called: the scanner of the queue knows
        hall.sees(waiting="dan bo", inside="ada cleo")
        hall.later(3)
        hall.press("done")
        hall.sees(waiting="dan bo", inside="cleo")
        hall.press("done")  # too early: cleo is still in
        hall.press("undo")
        hall.sees(waiting="dan bo", inside="cleo")
        hall.press("close")  # the last ones for today
        hall.sees(waiting="dan bo", inside="cleo", status="closed")
        hall.later(4)
        hall.press("done")
        hall.press("next")
        hall.sees(called="dan bo", status="closed")
        hall.press("enter", "dan")
        hall.press("leave", "bo")  # bo changed his mind
        hall.sees(inside="dan", status="closed")

    end = play("headsets", story)
    assert stays(end, "ada") == [("headsets", "done")]
    assert stays(end, "bo") == [("headsets", "left"), ("headsets", "left")]
    assert stays(end, "eve") == []
    headsets = next(here for here in end["board"]["ateliers"] if here["id"] == "headsets")
    assert (headsets["status"], headsets["done"]["parties"], headsets["left"]["parties"]) == ("closed", 2, 2)


def test_the_robots_start_and_end_together(play):
    def story(hall):
        hall.came(ada=3, bo=2, cleo=4, dan=1)
        hall.scan("ada", "bo", "cleo", "dan")
        hall.press("start")  # eight places: cleo's four do not fit any more, dan does
        hall.sees(waiting="cleo", inside="ada bo dan")
        hall.later(0.05)
        hall.press("start")  # the button bounced
        hall.sees(waiting="cleo", inside="ada bo dan")
        hall.later(5)
        hall.press("pause")  # a robot has lost a wheel
        hall.sees(waiting="cleo", inside="ada bo dan", status="paused")
        hall.later(2)
        hall.press("resume")
        hall.sees(waiting="cleo", inside="ada bo dan")
        hall.later(13)
        hall.press("done")
        hall.sees(waiting="cleo")
        hall.press("start")
        hall.sees(inside="cleo")
        hall.later(19)
        hall.scan("ada")  # once more, please
        hall.press("start")  # the next batch ends the one before
        hall.sees(inside="ada")

    end = play("robots", story)
    assert stays(end, "ada") == [("robots", "done"), ("robots", "in")]
    assert stays(end, "cleo") == [("robots", "done")]


def test_a_start_too_early_is_taken_back_whole(play):
    def story(hall):
        hall.came(ada=2, bo=2, cleo=2)
        hall.scan("ada", "bo")
        hall.press("start")
        hall.sees(inside="ada bo")
        hall.press("undo")
        hall.sees(waiting="ada bo")
        hall.scan("cleo")
        hall.press("undo")  # cleo's scan, which was the last thing done
        hall.sees(waiting="ada bo")
        hall.press("undo")  # and then the one before
        hall.sees(waiting="ada")

    play("robots", story)


def test_the_talk_begins_late_because_its_animator_says_so(play):
    def until(clock):
        def story(hall):
            hall.came(ada=2, bo=1, cleo=1)
            hall.until("14:20")
            hall.scan("ada", "bo")
            hall.sees(waiting="ada bo")
            hall.until("14:28")
            hall.press("shift", by=10)
            hall.press("shift", by=5)
            hall.press("undo")  # ten are enough
            hall.until("14:35")  # by the timetable of this morning it would have begun
            hall.sees(waiting="ada bo")
            hall.scan("cleo")
            hall.until(clock)

        return play("talk", story)

    def states(end):
        return {stays(end, name)[0][1] for name in ("ada", "bo", "cleo")}

    assert states(until("14:39")) == {"queued"}
    begun = until("14:41")
    assert states(begun) == {"in"}
    assert begun["journeys"]["ada"]["stays"][0]["inferred"] == ["enter"]  # nobody had to press anything
    over = until("15:11")
    assert states(over) == {"done"}
    talk = next(here for here in over["board"]["ateliers"] if here["id"] == "talk")
    assert talk["next_session_ms"] % 3_600_000 == 30 * 60_000  # the second one is as planned


def test_the_tournament_has_its_players_back(play):
    def story(hall):
        hall.came(ada=1, bo=1, cleo=1, dan=1, eve=1)
        hall.scan("ada", "bo", "cleo", "dan", "eve")
        hall.press("start")
        hall.sees(waiting="eve", inside="ada bo cleo dan")
        hall.later(10)
        hall.press("done")
        hall.sees(waiting="eve")
        hall.scan("ada", "cleo")  # through to the next round
        hall.sees(waiting="eve ada cleo")
        hall.press("start")
        hall.sees(inside="eve ada cleo")
        hall.later(10)
        hall.scan("ada")  # the final; the round is over when it starts
        hall.press("start")
        hall.sees(inside="ada")
        hall.later(10)
        hall.press("done")
        hall.sees()

    end = play("kart", story)
    assert stays(end, "ada") == [("kart", "done")] * 3
    assert stays(end, "cleo") == [("kart", "done")] * 2
    kart = next(here for here in end["board"]["ateliers"] if here["id"] == "kart")
    assert kart["done"]["parties"] == 8
