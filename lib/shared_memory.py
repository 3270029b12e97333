"""Memory that a program and its children share after a fork, until one of them writes to it."""

import gc
import resource
import sys


def freeze_before_fork() -> None:
    """Call it in the parent when everything is loaded. May be repeated.

    A collection in a child would write to every object that is there now, and so copy all of it. Source: gc.freeze in
    the documentation of Python.
    """
    gc.collect()
    gc.freeze()


def peak_memory() -> int:
    """The most memory that this process had so far, in kilobytes, with what it shares. A child begins at its parent's.

    Source: getrusage(2); macOS counts bytes.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
