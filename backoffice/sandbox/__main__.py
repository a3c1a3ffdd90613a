"""`python -m backoffice.sandbox --port 8901 --state DIR [--seed N] [--complaints 300]`.

Prints one line, `sandbox: http://127.0.0.1:PORT`, when it is ready. `--port 0` takes a free port.
`--seed` and `--complaints` matter only where DIR holds no state yet.
"""

import argparse
import ipaddress
import signal
import sys
import threading
from pathlib import Path

from backoffice.sandbox.clock import Clock, real_now
from backoffice.sandbox.consumidor_gov.seed.plant import plant
from backoffice.sandbox.consumidor_gov.service import ConsumidorGov
from backoffice.sandbox.server import Sandbox, Server
from backoffice.sandbox.state import State


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    state = State(
        options.state,
        lambda db: plant(db, now=real_now(), seed=options.seed, complaints=options.complaints),
    )
    clock = Clock(state)
    sandbox = Sandbox(state, clock, [ConsumidorGov(state, clock)])
    try:
        server = Server((options.host, options.port), sandbox)
    except OSError as error:
        print(
            f"sandbox: cannot listen on {options.host}:{options.port}: {error.strerror}",
            file=sys.stderr,
        )
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sandbox.stopping.set())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    host, port = server.server_address[:2]
    print(f"sandbox: http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
    sandbox.stopping.wait()
    server.shutdown()
    server.server_close()
    state.close()
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m backoffice.sandbox")
    parser.add_argument("--host", type=_loopback, default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8901, help="0: any free port")
    parser.add_argument("--state", type=Path, required=True, help="directory of the persisted state")
    parser.add_argument("--seed", type=int, default=1, help="of the complaints invented at first start")
    parser.add_argument("--complaints", type=int, default=300, help="how many to invent")
    return parser.parse_args(arguments)


def _loopback(text: str) -> str:
    """The sandbox's control API asks for no password, so it never listens beyond this machine."""
    if text == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(text).version == 4 and ipaddress.ip_address(text).is_loopback:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is not a loopback address (127.0.0.1)")


if __name__ == "__main__":
    sys.exit(main())
