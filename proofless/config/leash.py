"""牵绳: run a program so that it ends when the process that started it ends, however that happens.

``python -I -S leash.py PARENT SIGNAL UID PROGRAM ARGUMENT…`` — run as a script, before anything is imported.
UID ``-`` keeps the user; otherwise the program runs as that user and group with no others. The kernel forgets
the death signal when the user changes, so it is asked for last; a parent that died before that is noticed by
its changed id.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def become(user: int) -> None:
    os.setgroups([])
    os.setgid(user_group(user))
    os.setuid(user)


def user_group(user: int) -> int:
    import pwd

    return pwd.getpwuid(user).pw_gid


def main(parent: str, signal: str, user: str, *program: str) -> None:
    if user != "-":
        become(int(user))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(1)
    os.execvp(program[0], program)


if __name__ == "__main__":
    main(*sys.argv[1:])
