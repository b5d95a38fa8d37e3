# How long does one step of a peer take? A line of JSON for each row.
import json
import statistics
import sys
import time

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1


def report(peer, row, step, steps_per_call=1, samples=5, least=0.2):
    """The median of a few samples, each of at least `least` seconds, in seconds per step."""
    step()  # what happens only once is not measured
    seconds = []
    for _ in range(samples):
        calls, start = 0, time.perf_counter()
        while time.perf_counter() - start < least:
            step()
            calls += 1
        seconds.append((time.perf_counter() - start) / calls / steps_per_call)
    print(json.dumps({"peer": peer, "row": row, "threads": THREADS, "seconds": statistics.median(seconds)}), flush=True)
