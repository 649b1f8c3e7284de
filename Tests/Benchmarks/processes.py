"""Servers under load: what they use, and how they are let to take it."""

import time

# Who measures is one guest at one address.
LIMITS = [
    word for name in ("perEmail", "perLink", "perAddressAndLink")
    for word in ("--set", f"limits.{name}PerHour=1000000")]


def processor_seconds(process):
    """User and system time that a process has used, all of its threads together, ended ones too: the clock
    that clock_getcpuclockid(3) would name."""
    return time.clock_gettime((~process << 3) | 2)
