"""What is checked, and what comes of it, as TAP."""

import threading

_lock = threading.Lock()
_count = _failures = 0


def check(good, about, detail=""):
    """One line, and DETAIL when it is not good. Any thread may call."""
    global _count, _failures
    with _lock:
        _count += 1
        _failures += not good
        print(f"{'ok' if good else 'not ok'} {_count} - {about}")
        if not good:
            print("".join(f"# {line}\n" for line in str(detail).splitlines()), end="")
        print(end="", flush=True)


def note(text):
    with _lock:
        print(f"# {text}", flush=True)


def conclude():
    """The plan, the sum, and the exit status."""
    print(f"1..{_count}\n{_count - _failures} passed, {_failures} failed")
    return 1 if _failures else 0
