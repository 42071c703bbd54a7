"""Files that people send are read in a process of their own, bounded in time and memory, that may be ended.

A job is a pure function over the file's bytes, known by its name. No socket, lock, key or setting of ours is in there.
"""
