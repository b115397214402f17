"""Archives one large recording from a carrier into a bucket, both on loopback; says what it took.

`python -m tests.infra.large_recording MEGABYTES S3-URL BUCKET`: prints the status in the register,
and by how many MiB the memory of this process grew.
"""

import resource
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from app.adapters import aws
from app.adapters.memory import MemoryNotices, MemoryRegister, MemoryTimers
from app.adapters.s3 import S3Recordings
from app.adapters.system import SystemClock
from app.adapters.twilio.account import Account
from app.adapters.twilio.recorder import TwilioRecorder
from app.ports import CallRecord, RecordingJob
from app.service.recordings import RecordingArchiver
from app.web import uncounted

RATE = 32_000  # bytes a second: two channels of 16 bits at 8 kHz
PIECE = bytes(1 << 20)


def serve(sizes: dict[str, int]) -> int:
    """A carrier that has recordings of so many bytes, by their sids; its port."""

    class Carrier(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

        def do_DELETE(self) -> None:  # the server's own name
            self.send_response(204)
            self.end_headers()

        def do_GET(self) -> None:
            size = sizes[self.path.rpartition("/")[2].removesuffix(".wav")]
            self.send_response(200)
            self.send_header("Content-Type", "audio/x-wav")
            self.send_header("Content-Length", str(size))
            self.end_headers()
            self.wfile.write(header(size))
            for start in range(44, size, len(PIECE)):
                self.wfile.write(PIECE[: size - start])

    server = HTTPServer(("127.0.0.1", 0), Carrier)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def header(size: int) -> bytes:
    form = struct.pack("<IHHIIHH", 16, 1, 2, 8000, RATE, 4, 16)
    data = struct.pack("<I", size - 44)
    return b"RIFF" + struct.pack("<I", size - 8) + b"WAVEfmt " + form + b"data" + data


def main(megabytes: int, s3_url: str, bucket: str) -> None:
    sizes = {"RE1": 40 * RATE + 44, "RE2": megabytes * 1_000_000 // RATE * RATE + 44}
    carrier = f"http://127.0.0.1:{serve(sizes)}"
    clock, register = SystemClock(), MemoryRegister()
    now = clock.now()
    register.put_head(CallRecord("c1", "+44", "", "+44", now, ended=now))
    s3 = aws.client("s3", aws.AwsEndpoint("eu-central-1", s3_url), read_seconds=60)
    archiver = RecordingArchiver(
        recorder=TwilioRecorder(account=Account("AC1", "SK1", "secret", carrier), clock=clock),
        recordings=S3Recordings(s3, bucket),
        register=register,
        timers=MemoryTimers(),
        notices=MemoryNotices(),
        clock=clock,
        forget=True,
        count=uncounted,
    )
    peaks = []
    for sid, size in sizes.items():  # the first one imports and connects everything
        seconds = size // RATE
        archiver.archive(RecordingJob("c1", sid, "conversation", "completed", seconds, 2))
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    whole = register.get("c1")
    statuses = [record.status for record in whole.recordings] if whole else []
    sys.stdout.write(" ".join([*statuses, str(peaks[1] - peaks[0])]))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
