"""What we are made of and what we hand out: locks, licences, bills of materials, known holes, releases.

No part of the product: nothing here runs on a server or with the client.
"""
