"""Messages of the chat: inbound, router, conversation, and the dialogs by noun.

A dialog says what to ask and what an answer means; what it does is a service.
"""
