"""Phone pages opened from the chat by a one-time link: registration, own data and dates, 榜单 and bids.

Routes, guard and templates are here; acts are in services, what officials see in bot/console.
"""
