"""Ways to reach a person outside WeChat: mail and SMS.

Each is a channel of notifications/. What is said, and to whom, is decided there.
"""
