"""The demo's passwords stand in the README: they open an account in the local box, nowhere else."""

from hashlib import sha256

# Of the hashes of switchroom.yaml; a test holds this list to that file.
_FINGERPRINTS = frozenset(
    {
        "9cc4f746e1517c9b",
        "410164623d467b1b",
        "62b9842c27bd2d94",
        "0c946d3378fb48b7",
        "6d35e8183d02e49b",
        "b2609454262e97e5",
        "6fb8e92b980cceb3",
        "4300964fd26dd934",
        "63b7a1825188f640",
    }
)


def is_of_the_demo(password_hash: str | None) -> bool:
    return password_hash is not None and fingerprint(password_hash) in _FINGERPRINTS


def fingerprint(password_hash: str) -> str:
    return sha256(password_hash.encode()).hexdigest()[:16]
