"""Chinese text: words, spelling, numbers and sums as people write them.

Pure, and linear in the input length.
"""
