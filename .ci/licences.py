"""Name, version and licence of everything that is installed here, a line each."""

import sys
from importlib.metadata import Distribution, distributions

_PREFIX = "License :: "


def licence(found: Distribution) -> str:
    """As its makers say it: the expression, else the classifiers, else the first line of the old field."""
    said = found.metadata
    expression = said.get("License-Expression")
    classifiers = [line.removeprefix(_PREFIX).removeprefix("OSI Approved :: ") for line in said.get_all("Classifier") or () if line.startswith(_PREFIX)]
    plain = (said.get("License") or "").strip().splitlines()
    return expression or "; ".join(classifiers) or (plain[0] if plain else "not said")


def main() -> None:
    rows = {(found.metadata["Name"] or "?").lower(): (found.metadata["Name"], found.version, licence(found)) for found in distributions()}
    for _, (name, version, terms) in sorted(rows.items()):
        sys.stdout.write(f"{name} {version}: {terms}\n")


if __name__ == "__main__":
    main()
