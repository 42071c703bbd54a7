"""宁专通's one entry: hands over to the command line in bot/cli."""

import sys

from bot.cli.commands import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
