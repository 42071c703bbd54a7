"""The WeChat platform, played from the protocol's rules alone, with phones in the browser.

Imports nothing of ours, so that a mistake of ours cannot cancel itself out. Loopback only.
"""
