"""The policy as data: verbatim text, items and the closed list of facts.

Another city is another folder beside nanjing-srdi; no code names a city.
"""
