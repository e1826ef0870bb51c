"""The ``oldfriend`` command."""

import os
import sys
from contextlib import suppress


def main() -> None:
    """Run it and end the process. Everything that was opened is closed by then; a library that is still being loaded in
    a thread is not waited for."""
    code = 130
    try:
        from bot.commands import app

        app(prog_name="oldfriend")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        pass  # Ctrl-C before the command had begun, or again while it was ending
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed, or nobody reads it any more
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
