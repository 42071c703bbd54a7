"""Which item or topic a question in free words means.

Pure: words in, a reading with its certainty out.
"""
