"""The WeChat protocol: signatures, encryption, messages, replies, the platform's API.

The only folder that uses wechatpy; knows nothing of firms or policy.
"""
