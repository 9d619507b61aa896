"""What a desk asks of its store about exports."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from store_client.calls import Calls, parameters, word
from store_client.contract.export import EXPECTED_BYTES, TAR, ExportKind, ExportManifest
from store_client.errors import BadAnswer
from store_client.export import Told, receive
from store_client.transport import Call

STALL_S = 60.0


class ExportCalls(Calls):
    def export(
        self,
        store: str,
        cameras: Sequence[str],
        since: datetime,
        until: datetime,
        kind: ExportKind,
        folder: Path,
        told: Told,
        *,
        faces: str | None = None,
    ) -> ExportManifest:
        """Writes what was recorded in [since, until) to ``folder``, which must not be there yet, whole or not at all.
        ``told``: how much is done (0 to 1), every now and then; what it raises ends the export.

        It takes as long as something comes, and is not tried again. Raises FacesNeeded without a grant where faces
        would be seen, NotFound where nothing was recorded, OSError where it cannot be written."""
        query = {"from": since, "to": until, "cameras": ",".join(cameras), "kind": kind, "faces": faces}
        call = Call("GET", f"/v1/stores/{word(store)}/export", parameters(query), accept=TAR)

        def take(headers: Mapping[str, str], parts: Iterator[bytes]) -> ExportManifest:
            expected = headers.get(EXPECTED_BYTES.lower(), "")
            if not (expected.isascii() and expected.isdigit()):
                raise BadAnswer("an export does not say how long it is")
            return receive(parts, int(expected), folder, told)

        return self._read(call, take, STALL_S)
