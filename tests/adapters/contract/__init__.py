"""One suite a port, run on memory and on the real adapter: fakes that cannot lie.

What the local AWS does not show, so that no suite can prove it there (ministack 1.5.33): it does
one thing at a time, so TransactionConflict and throttling never happen (a stub says them in
test_lost_answers); its indexes are never behind; it trusts every key but in signed links.
moto 5.2.5 neither checks nor keeps SHA-256 checksums, and its DynamoDB is not isolated: it serves
S3 and SQS only.
"""
