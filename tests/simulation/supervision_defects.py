"""Planted defects of supervision (docs/rules.md, R14)."""

from __future__ import annotations

from tests.simulation.planted import Defect

SUPERVISION_DEFECTS = (
    Defect(
        "a supervisor comes in unmuted",
        "app/domain/view.py",
        "            return replace(_join(call, leg_id, music=False), muted=True)",
        "            return _join(call, leg_id, music=False)",
        laws=(
            "tests/domain/test_laws_of_a_supervision.py::test_each_document_lets_a_supervisor_in_muted_and_an_agent_not",
        ),
    ),
    Defect(
        "everybody hears a supervisor who coaches",
        "app/adapters/twilio/carrier.py",
        "limit, muted=False, coaching=True, call_sid_to_coach=target.sid",
        "limit, muted=False, coaching=False",
    ),
    Defect(
        "a supervisor is held after the conversation",
        "app/domain/colleague.py",
        "        if who not in people:\n",
        "        if who not in people and transition.call.agent is not None:\n",
        laws=(
            "tests/domain/test_laws_of_a_supervision.py::test_who_supervises_has_no_other_call_and_nobody_is_held_by_one_that_is_over",
        ),
    ),
    Defect(
        "a supervisor stays in the room after the conversation",
        "app/domain/transition.py",
        '            return "listen" if away is not None else "talk" if mode == "barge" else mode\n'
        "        case _:\n"
        '            return "out"\n',
        '            return "listen" if away is not None else "talk" if mode == "barge" else mode\n'
        "        case _:\n"
        '            return "listen"\n',
        laws=(
            "tests/domain/test_laws_of_a_supervision.py::test_a_supervisor_is_in_the_room_for_the_supervision_alone",
        ),
    ),
    Defect(
        "a supervisor who is to listen again is not muted",
        "app/domain/reconcile.py",
        '    ("listen", "talk"): "mute",',
        '    ("listen", "gone"): "mute",',
        laws=(
            "tests/domain/test_laws_of_a_supervision.py::test_who_is_to_be_heard_by_nobody_is_muted_at_once",
        ),
    ),
)
