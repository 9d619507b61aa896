"""What a desk asks of its store about cameras: pictures now and then, clips, and leave to see faces."""

from datetime import datetime
from pathlib import Path

from store_client.calls import FILE_S, Calls, parameters, word
from store_client.clip import Clip, clip_of, pictures_of
from store_client.contract.faces import FacesGrant, FacesRequest
from store_client.contract.recording import Recording
from store_client.pictures import Picture, Pictures, live_url, picture_of, picture_url, replay_url
from store_client.transport import Call

JPEG, PARTS, MP4 = "image/jpeg", "multipart/x-mixed-replace", "video/mp4"


class CameraCalls(Calls):
    """``faces``: the id of a grant; without one, heads are made unrecognisable in every picture."""

    def picture(
        self, camera: str, *, width: int | None = None, faces: str | None = None, timeout: float | None = None
    ) -> Picture:
        """The picture as it is now. Raises Unavailable for a camera that is lost."""
        query = parameters({"width": width, "faces": faces})
        answer = self._send(Call("GET", f"/v1/cameras/{word(camera)}/picture", query, accept=JPEG), timeout)
        return picture_of(answer.headers, answer.body)

    def picture_at(
        self,
        camera: str,
        at: datetime,
        *,
        width: int | None = None,
        faces: str | None = None,
        timeout: float | None = None,
    ) -> Picture:
        """The recorded picture that was shown at a moment. Raises NotFound where nothing was recorded."""
        query = parameters({"at": at, "width": width, "faces": faces})
        answer = self._send(Call("GET", f"/v1/cameras/{word(camera)}/picture", query, accept=JPEG), timeout)
        return picture_of(answer.headers, answer.body)

    def recording(self, camera: str, since: datetime, until: datetime, *, timeout: float | None = None) -> Recording:
        """From when to when there are pictures, and where in [since, until)."""
        query = {"from": since, "to": until}
        return self._get(f"/v1/cameras/{word(camera)}/recording", Recording, timeout, **query)

    def clip(
        self,
        camera: str,
        since: datetime,
        until: datetime,
        path: Path,
        *,
        faces: str | None = None,
        timeout: float = FILE_S,
    ) -> Clip:
        """Writes the pictures taken in [since, until), at most an hour, to ``path`` as an MP4, whole or not at all.

        Raises FacesNeeded without a grant, since they are not coded anew; NotFound where nothing was recorded, OSError
        where it cannot be written."""
        query = parameters({"from": since, "to": until, "faces": faces})
        call = Call("GET", f"/v1/cameras/{word(camera)}/clip", query, accept=MP4)
        return clip_of(self._save(call, path, timeout).headers)

    def previews(
        self,
        camera: str,
        since: datetime,
        until: datetime,
        every_s: float,
        *,
        width: int | None = None,
        faces: str | None = None,
        timeout: float | None = None,
    ) -> list[Picture]:
        """Small pictures over [since, until), ``every_s`` apart or more; none where nothing was recorded."""
        query = parameters({"from": since, "to": until, "every": every_s, "width": width, "faces": faces})
        answer = self._send(Call("GET", f"/v1/cameras/{word(camera)}/previews", query, accept=PARTS), timeout)
        return pictures_of(answer.headers, answer.body)

    def pictures(self, camera: str, *, width: int | None = None) -> Pictures:
        """The camera's live stream, opened when it is first read; a process of its own can open ``live_url`` itself."""
        return Pictures(self.pictures_url(camera, width=width), self.sessions.bearer(), trust=self._trust)

    def pictures_url(
        self, camera: str, *, width: int | None = None, every: int | None = None, faces: str | None = None
    ) -> str:
        """The address of the camera's live stream; ``every``: each so many-th picture alone."""
        return live_url(str(self._transport.address), camera, width, every=every, faces=faces)

    def replay_url(
        self,
        camera: str,
        since: datetime,
        speed: float = 1.0,
        *,
        width: int | None = None,
        faces: str | None = None,
    ) -> str:
        """The address of a stream of what was recorded from ``since`` on, ``speed`` (0.25 to 16) times as fast."""
        return replay_url(str(self._transport.address), camera, since, speed, width=width, faces=faces)

    def picture_url(self, camera: str, at: datetime, *, width: int | None = None, faces: str | None = None) -> str:
        """The address of the recorded picture that was shown at a moment."""
        return picture_url(str(self._transport.address), camera, at, width=width, faces=faces)

    def grant_faces(self, store: str, request: FacesRequest, *, timeout: float | None = None) -> FacesGrant:
        """Leave to see faces, for this session. Raises WrongPassword, Locked, NotPermitted."""
        return self._do("POST", f"/v1/stores/{word(store)}/faces", FacesGrant, timeout, body=request)
