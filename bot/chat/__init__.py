"""Chat messages: inbound, router, conversation, and the dialogs by noun.

A dialog decides what to ask and how to read an answer; acts are done by services.
"""
