"""WeChat platform simulator, built only from the protocol's rules, with phones in the browser.

Imports nothing of ours, so that a bug of ours cannot cancel itself out. Loopback only.
"""
