"""Runs one act of key custody again and again, killed before or after its n-th step on disk, and looks what
is left. Started as a program by test_key_custody: only a process of its own may be forked and killed."""

import itertools
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from proofless.gm import Locked, keybackup, keystore, sm3
from proofless.gm.keystore import SoftKeyStore

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
STEPS = ("fsync", "link", "open", "replace", "unlink")


def kill_at(number: int, after: bool) -> None:
    """Make this process die at its number-th step, as by a power cut (no `finally` runs)."""
    counter = itertools.count(1)

    def stepping(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            if (at := next(counter)) == number and not after:
                os._exit(9)
            result = real(*arguments, **options)
            if at == number:
                os._exit(9)
            return result

        return step

    for name in STEPS:
        setattr(os, name, stepping(getattr(os, name)))


def survives(act: Callable[[], Any], number: int, after: bool) -> bool:
    """Whether the act came to its end before the n-th step."""
    child = os.fork()
    if child == 0:
        kill_at(number, after)
        act()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def every_cut(folder: Path, made: Path, act: Callable[[Path], Any], look: Callable[[Path], None]) -> int:
    """Cut the act at every step, each time on a fresh copy; the number of cuts."""
    for number in itertools.count(1):
        done = []
        for after in (False, True):
            home = folder / f"{number}-{after}"
            shutil.copytree(made, home)
            done.append(survives(lambda home=home: act(home), number, after))
            look(home)
            shutil.rmtree(home)
        if all(done):
            return number - 1
    raise AssertionError


def publics(store: SoftKeyStore) -> dict[str, bytes]:
    return {key_id: store.key(key_id).public_key.raw for key_id in store.key_ids()}


def tidy(store_path: Path) -> None:
    names = {file.name for file in store_path.iterdir()}
    assert not [name for name in names if "next" in name or name.count(".") > 1], names


def rotation(folder: Path) -> int:
    made = folder / "made"
    store = SoftKeyStore(made, OLD)
    expected = {key_id: store.generate(key_id).public_key.raw for key_id in ("housing", "health", "tax")}

    def look(home: Path) -> None:
        opened = []
        for kek in (OLD, NEW):
            try:
                opened.append(SoftKeyStore(home, kek))
            except Locked:
                continue
        assert len(opened) == 1 and publics(opened[0]) == expected
        tidy(home)
        opened[0].rotate(bytes(32))
        assert publics(SoftKeyStore(home, bytes(32))) == expected

    return every_cut(folder, made, lambda home: keystore.rotate_kek(home, OLD, NEW), look)


def rotation_of_the_file(folder: Path) -> int:
    made = folder / "made"
    store = keystore.open_with_file(made / "keys", made / "kek")
    expected = {key_id: store.generate(key_id).public_key.raw for key_id in ("housing", "health")}

    def look(home: Path) -> None:
        assert publics(keystore.open_with_file(home / "keys", home / "kek")) == expected
        tidy(home / "keys")
        assert not (home / "kek.next").exists()

    return every_cut(folder, made, lambda home: keystore.rotate_kek_file(home / "keys", home / "kek"), look)


def restoring(folder: Path) -> int:
    # The password's slowness is not under test, and would be paid at every cut.
    keybackup.stretch = lambda password, salt: sm3.digest(password.encode() + salt)
    made = folder / "made"
    store, target = SoftKeyStore(folder / "first", OLD), SoftKeyStore(made, NEW)
    expected = {key_id: store.generate(key_id).public_key.raw for key_id in ("housing", "health")}
    assert not publics(target)
    keybackup.backup(store, folder / "backup", "口令")

    def look(home: Path) -> None:
        opened = SoftKeyStore(home, NEW)
        assert publics(opened).items() <= expected.items()
        keybackup.restore(folder / "backup", "口令", opened)
        assert publics(SoftKeyStore(home, NEW)) == expected
        tidy(home)

    def act(home: Path) -> None:
        keybackup.restore(folder / "backup", "口令", SoftKeyStore(home, NEW))

    return every_cut(folder, made, act, look)


if __name__ == "__main__":
    scene, place = sys.argv[1:]
    print({"rotation": rotation, "file": rotation_of_the_file, "restoring": restoring}[scene](Path(place)))
