"""Uploaded files are read in a separate, killable process with limits on time and memory.

A job is a pure function over the file's bytes, identified by name. The process has no socket, lock, key or setting of
ours.
"""
