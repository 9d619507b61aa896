"""What needs a person, in the words of the desk: what it is, why it matters, what to do."""

from PySide6.QtCore import QCoreApplication

from store_client.contract.live import Alert


def tr(text: str) -> str:
    return QCoreApplication.translate("alerts", text)


def _camera_advice(alert: Alert) -> str:
    advice = {
        "wrong_password": tr("Tell the store the name and the password that the camera accepts."),
        "not_found": tr("Check its address: the camera answers, and has no pictures there."),
        "wrong_address": tr("Check its address."),
        "no_file": tr("Check the name of the file, and that the store may read it."),
        "refuses_pictures": tr("Look whether too many watch it, and whether it lets the store do so."),
        "no_video": tr("Check its address and its settings: it answers, and sends no pictures."),
        "nobody_listens": tr(
            "Check its address, and that its stream is switched on: its machine answers, and nobody listens there."
        ),
    }
    return advice.get("" if alert.cause is None else alert.cause.code, tr("Check its power and its cable."))


def alert_words(alert: Alert, name: str) -> tuple[str, str, str]:
    """(what, consequence, action). ``name``: of the device. A kind that this desk does not know is shown as the store wrote
    it; so is what the store says beyond these words, and names no cause for, in the strip's tool tip."""
    words = {
        "sensors_silent": (
            tr("No sensor of the store is heard"),
            tr("What is taken now is not charged, and nobody is tracked."),
            tr("Check the power and the network of the sensors; let nobody in until they are back."),
        ),
        "gondola_unheard": (
            tr("{0} has not been heard since the start").format(name),
            tr("What is taken there is not charged."),
            tr("Connect its controller, or take it out of the planogram."),
        ),
        "gondola_silent": (
            tr("{0} has stopped weighing").format(name),
            tr("What is taken there is not charged."),
            tr("Check the power and network of its controller; watch the shelf until it is back."),
        ),
        "camera_lost": (
            tr("Camera {0} gives no picture").format(name),
            tr("Nobody sees what happens there, and doubtful lines cannot be looked at."),
            _camera_advice(alert),
        ),
        "tracker_lost": (
            tr("People are no longer tracked"),
            tr("Nothing that is taken can be told whose it is; receipts will be doubtful."),
            tr("Restart the tracker; let shoppers in one at a time until it is back."),
        ),
        "clock_off": (
            tr("The clock of {0} is wrong").format(name),
            tr("Its readings are moved to the store's time, and are less sure."),
            tr("Set its clock, or let it follow a time server."),
        ),
        "plates_dead": (
            tr("Dead plates at {0}").format(name),
            tr("What is taken from there is not noticed."),
            tr("Clean or replace them; the shelves' list names them."),
        ),
        "not_writing": (
            tr("Carts and receipts cannot be written"),
            tr("Shoppers can go on, but no receipt is issued; nothing is lost while the store keeps running."),
            tr("Make room on the store's disk."),
        ),
        "not_keeping": (
            tr("Live data are not kept"),
            tr("What happens now is shown, but cannot be looked at again."),
            tr("Make room on the store's disk."),
        ),
        "not_recording": (
            tr("Pictures are not recorded"),
            tr("What the cameras see now is shown, but cannot be looked at again."),
            tr("Make room on the store's disk."),
        ),
        "recording_behind": (
            tr("The disk is too slow for the cameras"),
            tr("Some of their pictures are not recorded; disputes may lack their clips."),
            tr("Close other programs on the store's machine, or give recordings a faster disk."),
        ),
        "late": (
            tr("The store falls behind its sensors"),
            tr("Carts and receipts come late; if it goes on, sensor messages will be left out."),
            tr("Close other programs on the store's machine."),
        ),
        "overloaded": (
            tr("The store falls behind its sensors"),
            tr("Sensor messages are left out; carts may miss what was taken."),
            tr("Close other programs on the store's machine."),
        ),
        "fault": (
            tr("A step of the store's own failed"),
            tr("A cart may miss what was taken; the rest goes on."),
            tr("Send the store's log to its maker."),
        ),
    }
    return words.get(alert.kind, (alert.title, alert.consequence, alert.action))
