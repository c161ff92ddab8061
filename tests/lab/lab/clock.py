"""A clock that can be set, for programs that are started with it (tests/unit/resolver/clock.c)."""

import itertools

_numbers = itertools.count()


class Clock:
    """What time it is for them is off by as many seconds as told."""

    def __init__(self, build, directory):
        """BUILD: the directory where it is built. DIRECTORY: for its file."""
        library = build / "tests/unit/resolver/.libs/clock.so"
        if not library.exists():
            raise AssertionError(f"there is no {library}: make tests/unit/resolver/clock.la")
        self.file = directory / f"clock-{next(_numbers)}"
        self.environment = {"LAB_CLOCK": str(self.file), "LD_PRELOAD": str(library)}
        self.set(0)

    def set(self, offset):
        new = self.file.with_suffix(".new")
        new.write_text(str(int(offset)))
        new.rename(self.file)
