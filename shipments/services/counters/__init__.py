"""Keeping the counters: the triggers that change them, the sweep, and the nightly comparison."""
