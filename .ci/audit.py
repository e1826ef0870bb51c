"""Ask pip-audit for known faults in everything that locks/ names. Ends with 0 only if it was asked, and knows of none."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

PIP_AUDIT = ".venv/audit/bin/pip-audit"


def main() -> int:
    locks = [word for lock in sorted(Path("locks").glob("*.txt")) for word in ("-r", str(lock))]
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run([PIP_AUDIT, "--strict", "--disable-pip", "--require-hashes", "--format", "json", "--output", str(report), *locks], check=False)
        if not report.exists():  # it writes one whenever it came to an end; whether faults were found, its exit status cannot tell from failing
            sys.stderr.write("\nThe audit did NOT happen: pip-audit could not get its data (see above). Whether these versions have known faults is not known.\n")
            return 2
        found = json.loads(report.read_text(encoding="utf-8"))["dependencies"]
    faults = [(package, fault) for package in found for fault in package.get("vulns", ())]
    for package, fault in faults:
        sys.stdout.write(f"{package['name']} {package['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version yet'}\n")
    sys.stdout.write(f"{len(found)} packages were looked up, {len(faults)} known faults.\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
