"""All interfaces (WeChat, console, command line, simulator) and the use cases.

A use case is a service function; interfaces call services. No SQL and no policy decisions here.
"""
