"""`python -m bot.sandbox JOB MEGABYTES SECONDS GIVEN`: one job over standard input, within these limits.

Exit 0: the result is on standard output. Exit 3: an InputError as JSON. Anything else: it crashed or was killed.
"""

import json
import os
import resource
import sys

from bot.sandbox.jobs import JOBS
from config.errors import InputError

REFUSED = 3


def main(job: str, megabytes: str, seconds: str, given: str) -> int:
    """Run the job and write its result."""
    limits = {
        resource.RLIMIT_AS: int(megabytes) * 2**20,
        resource.RLIMIT_CPU: int(seconds),
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        resource.setrlimit(what, (most, most))
    # Chat requests have priority.
    os.nice(10)
    try:
        made, code = JOBS[job](sys.stdin.buffer.read(), given), 0
    except InputError as error:
        made, code = json.dumps({"code": error.code, "details": error.details}).encode(), REFUSED
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
