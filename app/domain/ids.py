"""The form of each id that a request may name: declared once, for routes, forms and the plan.

Whatever is of another form was never given out by us, so it is refused before anything is read.
"""

import re

AGENT_ID = "[a-z0-9_]{1,40}"
CALL_ID = "[0-9A-Za-z]{1,64}"
LEG_ID = rf"(?:{AGENT_ID}\.)?[0-9]{{1,9}}"  # "1" of the caller, "2" of an offer, "anna.3"
SHOWN_CALL = f"(?:{CALL_ID})?"  # of a request that may name none
SHOWN_LEG = f"(?:{LEG_ID})?"  # a page after a call shows none
SID = "[A-Z]{2}[0-9A-Za-z]{1,64}"  # of a leg, a room or a recording at the carrier
TAB_ID = "[a-z0-9]{1,32}"  # of a browser's tab: a part of the identity at the carrier
NONCE = "[0-9A-Za-z]{1,64}"
CURSOR = "[0-9A-Za-z:.+#_-]{1,200}"  # a place in a list: the key of its last row
TARGET = "[^\x00-\x1f]{1,80}"  # the name of a node of the plan, as its author chose it
SOUND_ID = "[0-9A-Za-z]{1,64}"  # a content hash


def is_id(form: str, text: str) -> bool:
    """Whether `text` has that form: one of this page."""
    return re.fullmatch(form, text, re.ASCII) is not None
