"""Acts around a case: appointments, fees, delivery, ratings."""

from proofless.counter.services.appointments import (
    NewWindow,
    book,
    call,
    cancel,
    miss,
    remind,
    serve,
    set_window,
)
from proofless.counter.services.delivering import arrive, choose_delivery, hand_over, post
from proofless.counter.services.fees import record_fee, void_fee, waive_fee
from proofless.counter.services.rating import close_follow_up, note_contact, rate

__all__ = [
    "NewWindow",
    "arrive",
    "book",
    "call",
    "cancel",
    "choose_delivery",
    "close_follow_up",
    "hand_over",
    "miss",
    "note_contact",
    "post",
    "rate",
    "record_fee",
    "remind",
    "serve",
    "set_window",
    "void_fee",
    "waive_fee",
]
