"""Acts of notices: telling, reading, reminding, messages and one-time codes."""

from proofless.notices.services.choosing import Due, choose, remind
from proofless.notices.services.following import follow_chain
from proofless.notices.services.messaging import dispatch_waiting
from proofless.notices.services.passcodes import send_passcode, use_passcode
from proofless.notices.services.reading import mark_all_read, mark_read

__all__ = [
    "Due",
    "choose",
    "dispatch_waiting",
    "follow_chain",
    "mark_all_read",
    "mark_read",
    "remind",
    "send_passcode",
    "use_passcode",
]
