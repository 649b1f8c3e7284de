"""Waiting for a condition within a bound, never for a fixed time."""

import time

# Short enough to measure a recovery of two seconds, long enough to leave the cores to the server.
POLL_SECONDS = 0.01


def until(condition, seconds, what):
    """Returns the first true value of `condition`; fails, saying `what`, after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(POLL_SECONDS)
