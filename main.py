"""Entry point of 宁专通: passes control to the command line in bot/cli."""

import sys

from bot.cli.commands import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
