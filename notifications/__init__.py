"""Who must be told what and when, and the outbox that sends it.

No aiohttp and no wechatpy: channels come in through the protocol of reach.py.
"""
