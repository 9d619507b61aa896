"""What ``python -m store_server`` accepts, and how it says what it does not."""

from pathlib import Path

import pytest

from store_server.options import AddedCamera, Unusable, WantedUser, parse


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"")
    return path


def test_what_is_left_out_has_a_usual_value(tmp_path: Path) -> None:
    options = parse(["--data", str(tmp_path)])
    assert (options.scenario, options.recording, options.is_hardware) == ("steady", None, False)
    assert (options.host, options.port, options.speed, options.seed) == ("127.0.0.1", 0, 1.0, 1)
    assert options.is_demo


def test_all_options_together(tmp_path: Path, film: Path) -> None:
    text = f"--data {tmp_path} --http [::1]:8080 --database sqlite:///x --nats nats://u:p@h:1 --recording {tmp_path}"
    cameras = ["--camera", f"aisle={film}", "--camera", "door=rtsp://user:pass@10.0.0.1/stream?a=b"]
    options = parse([*text.split(), "--loop", "--seed", "7", "--speed", "2.5", *cameras])
    assert (options.host, options.port, options.nats) == ("::1", 8080, "nats://u:p@h:1")
    assert (options.scenario, options.recording, options.is_looping) == (None, tmp_path, True)
    assert options.cameras == (
        AddedCamera("aisle", str(film)),
        AddedCamera("door", "rtsp://user:pass@10.0.0.1/stream?a=b"),
    )


def test_users_of_real_hardware() -> None:
    users = ["--user", "ada=supervisor", "--user", "bob=agent"]
    options = parse(["--data", "D", "--hardware", *users, "--app", "pocket", "--app", "pocket"])
    assert options.apps == ("pocket",)
    assert options.users == (WantedUser("ada", "supervisor"), WantedUser("bob", "agent"))
    assert not options.is_demo


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "required: --data"),
        ("--data=", "--data: it is empty"),
        ("--data D --scenario party", "invalid choice: 'party'"),
        ("--data D --speed 0", "--speed: not a number above 0"),
        ("--data D --speed -1", "--speed: not a number above 0"),
        ("--data D --speed nan", "--speed: not a number above 0"),
        ("--data D --speed fast", "--speed: not a number above 0"),
        ("--data D --seed x", "--seed"),
        ("--data D --recording no/such", "--recording: no such folder: 'no/such'"),
        ("--data D --scenario rush --hardware", "not allowed with"),
        ("--data D --scenario rush --recording .", "not allowed with"),
        ("--data D --app pocket", "--app: a simulated"),
        ("--data D --hardware --app a/b", "--app: not a name"),
        ("--data D --loop", "--loop: only a recording"),
        ("--data D --hardware --speed 2", "--speed: real hardware"),
        ("--data D --http 8080", "--http: not HOST:PORT"),
        ("--data D --http 127.0.0.1:99999", "--http: not HOST:PORT"),
        ("--data D --http 0.0.0.0:80", "on the loopback only"),
        ("--data D --nats http://x", "--nats: not the address of a NATS server"),
        ("--data D --camera aisle", "--camera: not NAME=URL"),
        ("--data D --camera =x.mp4", "--camera: not NAME=URL"),
        ("--data D --camera a/b=x.mp4", "--camera: not NAME=URL"),
        ("--data D --camera a=no-such.mp4", "--camera: no such file: 'no-such.mp4'"),
        ("--data D --camera a=ftp://x/y", "--camera: neither a file nor an address of HTTP or RTSP"),
        ("--data D --camera a=rtsp://h/1 --camera a=rtsp://h/2", "two cameras of the same name"),
        ("--data D --user ada=agent", "--user: a simulated or recorded store"),
        ("--data D --hardware --user ada", "--user: not NAME=ROLE"),
        ("--data D --hardware --user ada=king", "--user: no such role: 'king' (there are staff, reviewer, agent"),
        ("--data D --hardware --user a=agent --user a=admin", "--user: two users of the same name"),
        ("--data D --sped 1", "unrecognized arguments: --sped"),
        ("--data D more", "unrecognized arguments: more"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(given: str, said: str) -> None:
    with pytest.raises(Unusable) as refused:
        parse(given.split())
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "camera", ["till=ftp://ada:s3cret@camera/live", "rtsp://ada:s3cret@camera/live", "t=rtsp://a:s3cret@"]
)
def test_a_cameras_password_is_in_no_message(camera: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable) as refused:
        parse(["--data", str(tmp_path), "--camera", camera])
    assert "s3cret" not in str(refused.value)
    options = parse(["--data", str(tmp_path), "--camera", "till=rtsp://ada:s3cret@camera/live"])
    assert "s3cret" not in repr(options)
