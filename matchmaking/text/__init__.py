"""Words, spelling, numbers and sums as people write them in Chinese.

Pure, and linear in the length of what was typed.
"""
