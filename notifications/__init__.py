"""Notices: who gets what and when, and the outbox that sends it.

No aiohttp and no wechatpy: channels are passed in via the protocol of channels.py.
"""
