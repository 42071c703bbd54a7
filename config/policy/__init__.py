"""The policy as data: its words verbatim, its items and the closed list of facts.

Another city is another folder beside nanjing-srdi; no code names a city.
"""
