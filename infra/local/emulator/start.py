"""Starts MiniStack with our patches, in the foreground, until SIGTERM or SIGINT.

Usage: python infra/local/emulator/start.py, with MiniStack's own settings in the environment and those of settings.py.
"""

import sys
from pathlib import Path

# Run as a script, so that `emulator` is importable from wherever it is started.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from emulator.patching import Misfit
from emulator.settings import InvalidSettings, Settings

CANNOT_START = 2


def main() -> None:
    try:
        settings = Settings.take_from_environment()
        # Imported late: MiniStack reads its settings when it is imported.
        from emulator.patches import all as patches

        patches.apply(settings)
    except (InvalidSettings, Misfit) as problem:
        print(f'emulator: cannot start: {problem}', file=sys.stderr)
        raise SystemExit(CANNOT_START) from None

    from ministack import app

    app.main()


if __name__ == '__main__':
    main()
