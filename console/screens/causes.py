"""Why a device is not as it should be, and why evidence is lacking, in the words of who reads it."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from store_client.contract.cause import Cause
from store_client.contract.evidence import Lacking
from store_client.contract.live import Device


def tr(text: str) -> str:
    return QCoreApplication.translate("causes", text)


def device_words(device: Device) -> str:
    """Empty while all is well."""
    return causes_words(device.causes, device.detail)


def lacking_words(lacking: Lacking) -> str:
    return causes_words([lacking.cause] if lacking.cause is not None else [], lacking.detail)


def causes_words(causes: Sequence[Cause], detail: str) -> str:
    """``detail``, as the store wrote it, where this desk does not know a code or its facts."""
    try:
        return ", ".join(cause_words(cause) for cause in causes) or detail
    except (KeyError, TypeError, ValueError):
        return detail


def cause_words(cause: Cause) -> str:
    """Raises KeyError for a code or a fact that this desk does not know."""
    return (_plain()[cause.code] if cause.code in _plain() else _counted(cause)).format(**_facts(cause))


def _facts(cause: Cause) -> dict[str, str]:
    """Numbers as they are written here."""
    locale = QLocale()
    return {
        name: fact if isinstance(fact, str) else locale.toString(float(fact), "g", 3)
        for name, fact in cause.facts.items()
    }


def _plain() -> dict[str, str]:
    return {
        "wrong_password": tr("does not accept the name or the password"),
        "not_found": tr("has nothing at this address"),
        "refuses_pictures": tr("refuses to send pictures: {status}"),
        "nobody_listens": tr("does not answer: nobody listens there"),
        "no_answer": tr("does not answer"),
        "silent": tr("sent nothing for {seconds} s"),
        "stream_ended": tr("the stream ended"),
        "no_file": tr("cannot be opened: there is no such file, or it may not be read"),
        "no_video": tr("sends what is no picture"),
        "other_form": tr("its pictures have changed their form"),
        "decoder_ended": tr("its decoder ended"),
        "wrong_address": tr("the address is none of a camera: {address}"),
        "other_rate": tr("says {said_hz} pictures a second and sends {hz}"),
        "behind": tr("{seconds} s behind"),
        "creeps": tr("{grams} g in a minute"),
        "noise": tr("σ {grams} g"),
        "never_changes": tr("never changes"),
        "no_reading": tr("no reading"),
        "unreported": tr("its gondola says nothing of it"),
        "nothing_told": tr("the sensors told nothing that this trip took or put back"),
        "damaged": tr("what was kept cannot be read"),
        "not_seen": tr("no pictures were kept: the store did not run then, or they were too old"),
        "nobody_saw": tr("no camera that may have seen the place had a picture of that moment"),
        "pictures_gone": tr("the pictures were too old and are gone"),
        "plate_unread": tr("{seconds} of {of} s of plate {plate} were not read"),
        "nobody_tracked": tr("{seconds} of {of} s without anybody's position"),
        "readings_gone": tr("no readings were kept: they did not come in time, or were too old"),
        "positions_gone": tr("no positions were kept: they did not come in time, or were too old"),
        "level_unknown": tr("the level before the step was not known"),
        "no_planogram": tr("no planogram held at that moment"),
        "store_fault": tr("a fault of the store: {what}"),
    }


def _counted(cause: Cause) -> str:
    count = int(cause.facts["count"])
    translate = QCoreApplication.translate
    words = {
        "no_pictures_among": translate("causes", "%n part(s) that are no pictures", None, count),
        "broken_pictures": translate("causes", "%n picture(s) of the last {seconds} s came broken", None, count),
        "lost": translate("causes", "%n message(s) lost", None, count),
        "repeated": translate("causes", "%n message(s) repeated", None, count),
        "out_of_order": translate("causes", "%n message(s) out of order", None, count),
        "unreadable": translate("causes", "%n message(s) unreadable", None, count),
        "other_version": translate("causes", "%n message(s) of another version", None, count),
        "impossible_time": translate("causes", "%n message(s) with an impossible time", None, count),
    }
    return words[cause.code]
