"""Counts what holds and what doesn't, for the checks of pages."""

import sys

passed, failed = 0, 0


def expect(what, holds):
    """Counts a check, and says which one failed."""
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what}", file=sys.stderr)


def finish():
    """Prints the counts; ends with 1 where a check failed."""
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
