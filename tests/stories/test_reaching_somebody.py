"""Stories of callers who want to speak to somebody, and of agents who answer or do not."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from app.domain import agent as a
from app.domain.nodes.queue import Queue
from tests.stories.company import DIRECT, MAIN, PLAN, POLISH, SALES
from tests.stories.office import Office


def test_a_caller_chooses_deliveries_and_talks_to_the_agent_who_is_ready(office: Office) -> None:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(MAIN)
    caller.hears("For deliveries, press 1")
    caller.presses("1")
    offer = anna.rings()
    anna.answers()

    assert (offer.caller, offer.choices) == (caller.number, ("Deliveries",))
    caller.talks_to(anna)
    office.passes(42)
    anna.hangs_up()
    caller.is_cut_off()
    anna.is_in(a.WrapUp)
    head = caller.record.head
    assert (head.outcome, head.agents, head.talked_seconds) == ("answered", ("anna",), 42)


def test_a_caller_waits_with_music_until_somebody_is_ready(office: Office) -> None:
    """F15: a caller waits and an agent becomes ready, so there is an offer."""
    caller, anna = office.caller(), office.agent("anna")

    caller.dials(MAIN)
    caller.presses("1")
    caller.hears("All our colleagues are talking")
    office.passes(45)
    caller.waits()
    anna.is_ready()
    anna.answers()

    caller.talks_to(anna)
    assert caller.record.head.outcome == "in progress"
    caller.hangs_up()
    anna.is_cut_off()
    assert caller.record.head.waited_seconds == 45


def test_the_words_of_a_queue_come_once_a_minute(office: Office) -> None:
    """The music goes on between them: words each 15 s are heard as a broken record."""
    caller = office.caller()
    caller.dials(MAIN)
    caller.presses("1")
    asked = office.network.clock.now()

    office.passes(250)

    seconds = caller.heard_at("All our colleagues are talking", asked)
    assert 4 <= len(seconds) <= 5
    assert seconds[0] < 2
    assert all(60 <= later - earlier < 80 for earlier, later in pairwise(seconds))


def test_a_two_level_menu_leads_to_claims_and_only_its_agents_ring(office: Office) -> None:
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    ben.is_ready()

    caller.dials(MAIN)
    caller.presses("2")
    caller.hears("For claims, press 1")
    caller.presses("1")

    anna.is_quiet()
    assert ben.rings().choices == ("More", "Claims")
    ben.answers()
    caller.talks_to(ben)
    assert caller.call.recording is None  # claims are not recorded
    ben.hangs_up()


def test_a_caller_goes_back_in_the_menu_and_chooses_again(office: Office) -> None:
    caller = office.caller()

    caller.dials(MAIN)
    caller.presses("2")
    caller.presses("9")
    caller.hears("For deliveries, press 1")
    caller.presses("1")

    caller.waits()
    caller.hangs_up()
    assert caller.record.head.outcome == "abandoned"


def test_a_caller_types_an_extension_and_reaches_its_owner(office: Office) -> None:
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    ben.is_ready()
    anna.is_ready()

    caller.dials(MAIN)
    caller.presses("3")
    caller.hears("Type the extension")
    caller.presses("208")

    ben.is_quiet()
    anna.answers()
    caller.talks_to(anna)
    caller.hangs_up()


def test_a_direct_number_rings_its_owner_alone_and_then_takes_a_message(office: Office) -> None:
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    ben.is_ready()

    caller.dials(DIRECT)
    ben.is_quiet()
    anna.is_quiet()
    office.passes(60)

    caller.hears("Please leave a message")
    ben.is_quiet()
    caller.hangs_up()


def test_a_polish_number_speaks_polish(office: Office) -> None:
    caller, anna = office.caller("+48600000118"), office.agent("anna")

    caller.dials(POLISH)
    caller.hears("Prosimy czekać")
    anna.is_ready()
    anna.answers()

    caller.talks_to(anna)
    caller.hangs_up()


def test_the_agent_who_has_been_idle_longest_is_asked_first(office: Office) -> None:
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    ben.is_ready()
    office.passes(10)
    anna.is_ready()

    caller.dials(SALES)

    ben.rings()
    anna.is_quiet()
    ben.answers()
    ben.hangs_up()


def test_an_agent_who_declines_is_not_asked_again_and_the_next_one_is(office: Office) -> None:
    """F13."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    office.passes(1)
    ben.is_ready()

    caller.dials(SALES)
    anna.declines()

    anna.is_quiet()
    anna.is_in(a.Ready)
    ben.answers()
    caller.talks_to(ben)
    caller.hangs_up()


def test_an_agent_who_declined_is_asked_again_after_the_cool_down(
    office: Office,
) -> None:
    """D1: time alone changes the answer, and nobody has to do anything for it."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.declines()
    office.passes(50)
    anna.is_quiet()
    office.passes(15)

    anna.answers()
    caller.talks_to(anna)
    caller.hangs_up()


def test_a_missed_call_goes_to_the_next_agent_and_makes_the_first_away(office: Office) -> None:
    """F14: visible, with the reason, and reversible."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    office.passes(1)
    ben.is_ready()

    caller.dials(SALES)
    anna.rings()
    office.passes(21)

    anna.is_quiet()
    presence = anna.presence
    assert isinstance(presence, a.Away)
    assert (presence.reason, presence.automatic) == ("missed a call", True)
    ben.answers()
    caller.talks_to(ben)
    ben.hangs_up()
    anna.is_ready()
    anna.is_in(a.Ready)


def test_an_agent_who_missed_a_call_and_comes_back_gets_it_if_nobody_else_is_free(
    office: Office,
) -> None:
    """F13, F15: the agent is there, the caller waits, and no cool-down stands between them."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()

    caller.dials(SALES)
    anna.rings()
    office.passes(21)
    anna.is_in(a.Away)
    anna.is_ready()
    anna.rings()

    ben.is_ready()
    anna.declines()
    ben.answers()
    caller.talks_to(ben)
    caller.hangs_up()


def test_an_agent_who_missed_a_call_and_comes_back_is_asked_after_a_free_one(
    office: Office,
) -> None:
    """F13: the call goes to somebody who has not missed it; the next call may come to her."""
    caller, second = office.caller(), office.caller("+447700900002")
    anna, ben = office.agent("anna"), office.agent("ben")
    anna.is_ready()

    caller.dials(SALES)
    anna.rings()
    office.passes(21)
    ben.is_ready()
    anna.is_ready()
    anna.is_quiet()
    second.dials(SALES)

    assert ben.rings().id == caller.call.id
    assert anna.rings().id == second.call.id
    ben.answers()
    anna.answers()
    caller.talks_to(ben)
    caller.hangs_up()
    second.hangs_up()


def test_a_queue_chooses_by_its_own_strategy(office: Office) -> None:
    """Who has had a call today comes after who has had none, however long idle."""
    first, second = office.caller(), office.caller("+447700900002")
    anna, ben = office.agent("anna"), office.agent("ben")
    sales = replace(PLAN.node("sales", Queue), strategy="fewest calls today")
    office.publishes(replace(PLAN, sha="b" * 64, nodes={**PLAN.nodes, "sales": sales}))
    anna.is_ready()

    first.dials(SALES)
    anna.answers()
    first.hangs_up()
    office.passes(60)
    ben.is_ready()
    second.dials(SALES)

    anna.is_quiet()
    ben.answers()
    second.talks_to(ben)
    second.hangs_up()
    today = office.services.ports.agents.get("anna").today
    assert (today.calls, today.talk_seconds) == (1, 0)


def test_two_callers_and_one_agent_are_served_in_turn(office: Office) -> None:
    """F2: N callers, one agent, exactly one offer."""
    first, second, anna = office.caller("+447700900001"), office.caller(), office.agent("anna")

    first.dials(SALES)
    office.passes(3)
    second.dials(SALES)
    anna.is_ready()
    assert anna.rings().caller == first.number
    anna.answers()
    first.talks_to(anna)
    office.passes(3)
    second.hears_music()
    anna.hangs_up()
    office.passes(31)  # the wrap-up

    assert anna.rings().caller == second.number
    anna.answers()
    second.talks_to(anna)
    second.hangs_up()


def test_one_caller_and_two_agents_only_one_of_whom_may_answer(office: Office) -> None:
    """F1: the loser is told, and stays free."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    ben.is_ready()

    caller.dials(SALES)
    offer = anna.rings()
    refusal = ben.tries_to_accept(offer)
    anna.answers()

    assert "gone" in refusal
    caller.talks_to(anna)
    ben.is_in(a.Ready)
    caller.hangs_up()


def test_a_declined_call_waits_on_when_the_decliner_goes_home(office: Office) -> None:
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()

    caller.dials(SALES)
    anna.declines()
    anna.goes_home()
    caller.waits()
    office.passes(5)
    ben.is_ready()

    ben.answers()
    caller.talks_to(ben)
    caller.hangs_up()


def test_an_agent_who_wants_a_break_gets_it_after_the_call(office: Office) -> None:
    """F18, F19."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    anna.takes_a_break("lunch")
    anna.is_in(a.OnCall)
    caller.hangs_up()
    anna.is_in(a.WrapUp)
    office.passes(31)

    presence = anna.presence
    assert isinstance(presence, a.Away)
    assert presence.reason == "lunch"


def test_a_laptop_that_is_closed_gets_no_calls(office: Office) -> None:
    """F20: no sign of life, so away, with the reason."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    anna.closes_the_laptop()
    office.passes(110)
    caller.dials(SALES)

    anna.is_quiet()
    presence = anna.presence
    assert isinstance(presence, a.Away)
    assert presence.reason == "desk lost"
    caller.waits()
    caller.hangs_up()


def test_after_the_wrap_up_the_next_caller_rings_by_itself(office: Office) -> None:
    """F17: the deadline is stored, and somebody looks at it."""
    first, second, anna = office.caller(), office.caller("+447700900002"), office.agent("anna")
    anna.is_ready()

    first.dials(SALES)
    anna.answers()
    second.dials(SALES)
    first.hangs_up()
    office.passes(29)
    anna.is_quiet()
    office.passes(2)

    anna.rings()
    second.hangs_up()
    anna.is_quiet()
    anna.is_in(a.Ready)


def test_an_agent_may_end_the_wrap_up_early(office: Office) -> None:
    first, second, anna = office.caller(), office.caller("+447700900002"), office.agent("anna")
    anna.is_ready()

    first.dials(SALES)
    anna.answers()
    second.dials(SALES)
    anna.hangs_up()
    anna.is_ready()

    anna.answers()
    second.talks_to(anna)
    second.hangs_up()
    assert first.record.head.outcome == second.record.head.outcome == "answered"
