"""A data folder is never worked on by a program that is older than what has worked there before."""

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

import store_server.storage
from store_server.folder import FORM, DataFolder
from store_server.options import Unusable


def test_a_newer_folder_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    later = f'{{"form": {FORM + 1}, "program": "9.1.0"}}'
    (tmp_path / "form.json").write_text(later, encoding="utf-8")
    for _ in range(2):  # the first has let go of the folder
        with pytest.raises(Unusable, match=r"--data: version 9\.1\.0 of this program has worked .* start that one"):
            DataFolder(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"form.json", "lock"}
    assert (tmp_path / "form.json").read_text(encoding="utf-8") == later


@pytest.mark.parametrize("stamp", [None, '{"form": 1, "program": "0.0.1"}', "damaged", '{"form": "5"}', "\udcff"])
def test_an_older_folder_is_taken_over_and_marked(tmp_path: Path, stamp: str | None) -> None:
    if stamp is not None:
        (tmp_path / "form.json").write_bytes(stamp.encode(errors="surrogateescape"))
    DataFolder(tmp_path).close()
    assert f'"form": {FORM}' in (tmp_path / "form.json").read_text(encoding="utf-8")
    DataFolder(tmp_path).close()


def test_every_migration_makes_another_form() -> None:
    """For the broker works on the folder before anybody asks the database."""
    config = Config()
    config.set_main_option("script_location", str(Path(store_server.storage.__file__).parent / "migrations"))
    head = ScriptDirectory.from_config(config).get_current_head()
    assert head is not None
    assert int(head) <= FORM
