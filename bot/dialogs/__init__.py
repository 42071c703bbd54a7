"""What is said in the chat: one journey of messages a file.

A dialog reads a message and its state, calls services, and returns a reply; it opens no transaction.
"""
