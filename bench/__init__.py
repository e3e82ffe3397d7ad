"""What we measure, and how to run it: `make bench`, or `python -m bench cycle|upload|sweep`.

Every figure stands beside a floor of the same run on the same machine, so that figures can be compared.
"""
