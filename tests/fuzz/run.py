"""`make fuzz`: atheris, which looks at what the code does with its input, drives one target.

    make fuzz ARGS="frames --minutes 10"

What breaks something is written to the corpus folder, `.data/fuzz/<target>`, which the next run begins with.
"""

import argparse
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["server.core.realtime", "server.core.messages"]):
    from tests.fuzz.targets import SEEDS, targets


def main() -> None:
    parser = argparse.ArgumentParser(prog="make fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", choices=sorted(SEEDS))
    parser.add_argument("--minutes", type=float, default=1)
    options = parser.parse_args()
    corpus = Path(".data/fuzz") / options.target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[options.target]):
        (corpus / f"seed-{number}").write_bytes(seed)
    seconds = max(1, round(options.minutes * 60))
    with targets() as all_:
        atheris.Setup(
            [
                sys.argv[0],
                f"-max_total_time={seconds}",
                "-max_len=4096",
                f"-artifact_prefix={corpus}/",
                str(corpus),
            ],
            all_[options.target],
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
