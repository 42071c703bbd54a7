"""The command line: one command per file, each with `arguments(parser)` and `main(args) -> exit code`.

Machine-readable output is JSON lines on standard output; text for people goes to standard error.
"""
