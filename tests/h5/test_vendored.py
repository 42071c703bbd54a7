"""Third-party files are unchanged."""

import hashlib
from pathlib import Path

STATIC = Path(__file__).parents[2] / "bot" / "h5" / "static"


def test_vendored_files_are_unchanged() -> None:
    for line in (STATIC / "SHA256SUMS").read_text("ascii").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest
