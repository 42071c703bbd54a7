"""Every face that people meet: WeChat, console, command line, simulator; and the journeys.

A journey is a service function; faces call services. No SQL and no judgement of policy live here.
"""
