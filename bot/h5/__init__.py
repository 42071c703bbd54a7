"""Pages for a phone, opened from the chat by a one-time link: registration, one's own data and dates, 榜单 and bids.

Here live their routes, guard and templates; what they do lives in services, what officials see in bot/console.
"""
