"""A shop that sells, disputes and refunds as fast as it can, until it is killed: ``python -m tests.desk.busy_shop FOLDER RUN``.

Run 0, 1, 2 … begins an hour later each. Prints one line for each thing done.
"""

import sys
from pathlib import Path

from store_client.contract.case import CaseRequest, ClaimedLine, DecidedLine, DecisionRequest
from store_server.desk.sandbox import Temper
from tests.desk.shop import OATS, SECOND, SOAP, START, Clock, Shop, agent, once

NERVOUS = Temper(
    failing=0.05, silent=0.2, reversing=0.1, fastest_us=SECOND // 10, slowest_us=SECOND, reversed_us=45 * SECOND
)
HOUR = 3_600 * SECOND


def main() -> None:
    folder, run = Path(sys.argv[1]), int(sys.argv[2])
    shop = Shop(f"sqlite:///{folder / 'store.db'}", folder, Clock(START + run * HOUR), NERVOUS)
    for turn in range(10_000):
        clerk = agent(f"clerk-{turn}")  # nobody's limit is to stop the money
        receipt = shop.sell((OATS, 3), (SOAP, 1), token=f"tok-{run}-{turn}")
        case = shop.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 1)]), clerk, once())
        case = shop.cases.claim(case.id, clerk, case.version, once())
        if case.lease is None:
            raise RuntimeError("claimed without a lease")
        lines = [DecidedLine(1, turn % 3), DecidedLine(2, 0)]
        request = DecisionRequest(lease=case.lease.token, reason="not_taken", lines=lines)
        shop.cases.decide(case.id, request, clerk, case.version, once())
        shop.settlement.step()
        sys.stdout.write(f"{case.number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
