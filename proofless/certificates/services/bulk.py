"""Many certificates at once: the steps of one by one, with a transaction and an fsync for each chunk."""

import gc
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import cast

from django.db import connections

from proofless import ledger
from proofless.certificates.services.drafting import NewCertificate, draft_all
from proofless.certificates.services.issuing import CertificateIssued, enter_library
from proofless.certificates.services.preparing import seal_drafts
from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, Refusal

CHUNK = 500
Report = Callable[[int], None]


def issue_many(
    *, actor: Actor, wishes: Iterable[NewCertificate], report: Report | None = None
) -> list[CertificateIssued]:
    """Prepare and issue, in the order given; ``report`` gets the number issued after every chunk.

    A chunk is one transaction: of a chunk whose process dies nothing is issued, and its sealed bytes are
    orphans for the sweep, so no intent has to be kept apart. Raises what ``prepare_certificate`` raises;
    chunks before stay.
    """
    issued: list[CertificateIssued] = []
    for chunk in _chunks(wishes):
        issued += _issue_chunk(actor, chunk)
        if report:
            report(len(issued))
    return issued


def _issue_chunk(actor: Actor, wishes: Sequence[NewCertificate]) -> list[CertificateIssued]:
    drafts = draft_all(actor=actor, wishes=wishes)
    with ledger.act(None, actor) as act:
        return enter_library(seal_drafts(drafts, actor=actor, act=act), act=act)


def issue_in_processes(
    *, actor: Actor, wishes: Iterable[NewCertificate], processes: int = 2, report: Report | None = None
) -> list[CertificateIssued]:
    """Like ``issue_many``, its chunks shared among forked processes (see ``issue_stream``). Results in the order
    given.
    """
    if processes <= 1:
        return issue_many(actor=actor, wishes=wishes, report=report)
    chunks: dict[int, list[CertificateIssued]] = {}
    done = 0
    for number, issued in issue_stream(actor=actor, wishes=wishes, processes=processes):
        chunks[number] = issued
        done += len(issued)
        if report:
            report(done)
    return [one for number in sorted(chunks) for one in chunks[number]]


def issue_stream(
    *, actor: Actor, wishes: Iterable[NewCertificate], processes: int
) -> Iterator[tuple[int, list[CertificateIssued]]]:
    """(chunk number, issued) as forked processes finish their chunks: memory does not grow with the batch.

    Every process walks all wishes and issues each n-th chunk: a generator is walked by each on its own, so it
    must read no database. Not inside an act. When one process fails the others stop at their next chunk and
    its error is raised; chunks issued before stay issued.
    """
    # A connection cannot be shared across a fork: parent and children each open their own again.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    pipes: list[Connection] = []
    children = []
    for number in range(processes):
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_work, args=(theirs, actor, wishes, number, processes), daemon=True)
        child.start()
        theirs.close()
        pipes.append(ours)
        children.append(child)
    try:
        yield from _gather(pipes)
    finally:
        for pipe in pipes:
            pipe.close()
        for child in children:
            child.join()


def _work(
    pipe: Connection, actor: Actor, wishes: Iterable[NewCertificate], mine: int, processes: int
) -> None:
    """A child's work: (chunk number, issued) for every n-th chunk, then (-1, []); an error is a triple."""
    # What the parent made lives as long as the child: looked through at every collection, it costs a twentieth.
    gc.freeze()
    _forget_connections()
    try:
        for number, chunk in enumerate(_chunks(wishes)):
            if number % processes == mine:
                pipe.send((number, _issue_chunk(actor, chunk)))
        pipe.send((-1, []))
    except BrokenPipeError:
        return
    except Exception as error:
        pipe.send(_message_of(error))
    finally:
        connections.close_all()


def _forget_connections() -> None:
    """A child opens its own: one the parent kept elsewhere, as under a running event loop, is not the child's to use,
    nor to close.
    """
    for connection in connections.all(initialized_only=True):
        del connections[connection.alias]


def _message_of(error: Exception) -> tuple[str, str, dict[str, object]]:
    """An error as plain values: a refusal's keyword arguments would not survive pickling."""
    if isinstance(error, Refusal):
        return error.code.name, error.message, error.detail
    return "", f"{type(error).__name__} while issuing", {}


def _gather(pipes: Sequence[Connection]) -> Iterator[tuple[int, list[CertificateIssued]]]:
    open_pipes = list(pipes)
    while open_pipes:
        for pipe in cast(list[Connection], wait(open_pipes)):
            try:
                message = pipe.recv()
            except EOFError:
                raise RuntimeError("an issuing process ended early") from None
            if len(message) == 3:
                raise _error_of(*message)
            number, issued = message
            if number < 0:
                open_pipes.remove(pipe)
            else:
                yield number, issued


def _error_of(code: str, text: str, detail: dict[str, object]) -> Exception:
    return Refusal(text, code=ErrorCode[code], **detail) if code else RuntimeError(text)


def _chunks(wishes: Iterable[NewCertificate]) -> Iterator[list[NewCertificate]]:
    stream = iter(wishes)
    while chunk := list(islice(stream, CHUNK)):
        yield chunk
