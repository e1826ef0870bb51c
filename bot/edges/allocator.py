"""glibc's malloc, told to give large blocks back."""

import ctypes
from contextlib import suppress

_MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of malloc.h."""

_LARGE = 2**20
"""Bytes."""


def give_back_large_blocks() -> None:
    """From now on each block of a megabyte or more is memory of its own, which the computer has again when it is freed.

    By itself glibc raises that limit to the largest block that was ever freed, and then keeps such blocks in the heap of whatever thread asked
    for them. Vector indexes come and go by the thousand, made in one thread and freed in another: 64 MB of them took 200. Other C libraries
    have no such call, and are left as they are.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
