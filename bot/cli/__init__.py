"""The command line: one command a file, each with `arguments(parser)` and `main(args) -> exit code`.

Machine-readable output is JSON lines on standard output; words for people go to standard error.
"""
