"""`python -m bench [cycle|upload|large|plain|sweep|growth|slow|browser|client]`: all of it, or one part."""

import argparse
import os
import sys
import time

from bench import browser, client, cycle, growth, large, plain, servers, slow, sweep, upload

PARTS = {
    "cycle": cycle.run,
    "upload": upload.run,
    "large": large.run,
    "plain": plain.run,
    "sweep": sweep.run,
    "growth": growth.run,
    "slow": slow.run,
    "browser": browser.run,
    "client": client.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, help="only this one")
    chosen = parser.parse_args().part
    began, load = time.monotonic(), os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load before the start {load:.1f}")
    is_good = True
    for name in [chosen] if chosen else PARTS:
        with servers.place() as place:
            is_good &= PARTS[name](place)
    outcome = "every bar reached" if is_good else "NOT every bar reached"
    print(f"{time.monotonic() - began:.0f} s in all; {outcome}")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
