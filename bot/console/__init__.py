"""The officials' console in the browser: pages over the services, for phone and PC.

No SQL, no decisions about money or eligibility, no route outside routes.py.
"""
