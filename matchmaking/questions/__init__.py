"""Which item or topic a free question means.

Pure: text in, a reading with its certainty out.
"""
