"""Every action of the desk with its keys, in one table: shortcuts, the key sheet and the palette read it."""

from dataclasses import dataclass
from typing import Literal

from store_client.contract.session import Permission

Section = Literal["Everywhere", "Screens", "Replay", "Live floor", "Cameras", "Shelves", "Receipts", "Cases", "Audit"]


@dataclass(frozen=True, slots=True)
class Action:
    """``keys``: as QKeySequence writes them (portable); the first is the one shown. ``title`` is English, the source
    text of its translation. ``section`` other than Everywhere and Screens: only while that screen is shown; of Replay:
    while any of REPLAYED is."""

    name: str
    title: str
    section: Section
    keys: tuple[str, ...]
    needs: Permission | None = None


REPLAYED: frozenset[Section] = frozenset({"Live floor", "Cameras", "Shelves"})
"""The screens that can show then."""

ACTIONS: tuple[Action, ...] = (
    Action("palette", "Find anything", "Everywhere", ("Ctrl+K",)),
    Action("help", "Help on this screen", "Everywhere", ("F1",)),
    Action("keys", "Show the keys", "Everywhere", ("?",)),
    Action("back", "Go back", "Everywhere", ("Esc",)),
    Action("full_screen", "Fill the screen", "Everywhere", ("F11", "F")),
    Action("own_window", "This screen in a window of its own, or back", "Everywhere", ("F8",)),
    Action("next_panel", "To the next panel", "Everywhere", ("F6",)),
    Action("first_panels", "All panels as at first", "Everywhere", ("Shift+F6",)),
    Action("next_workspace", "Next workspace", "Everywhere", ("F9",)),
    Action("refresh", "Ask the store again", "Everywhere", ("F5", "Ctrl+R")),
    Action("outbox", "What is on its way to the store", "Everywhere", ("Ctrl+O",)),
    Action("report", "Error report", "Everywhere", ("Ctrl+Shift+E",)),
    Action("lock", "Lock the desk", "Everywhere", ("Ctrl+L",)),
    Action("sign_out", "Sign out", "Everywhere", ("Ctrl+Shift+Q",)),
    Action("quit", "Quit", "Everywhere", ("Ctrl+Q",)),
    Action("quiet", "No sounds for a while, or again", "Everywhere", ("Ctrl+Shift+M",)),
    Action("theme", "Next theme", "Everywhere", ("Ctrl+T",)),
    Action("text_larger", "Larger text", "Everywhere", ("Ctrl++", "Ctrl+=")),
    Action("text_smaller", "Smaller text", "Everywhere", ("Ctrl+-",)),
    Action("show_live_floor", "Live floor", "Screens", ("1", "Ctrl+1"), needs="floor"),
    Action("show_cameras", "Cameras", "Screens", ("2", "Ctrl+2"), needs="floor"),
    Action("show_shelves", "Shelves", "Screens", ("3", "Ctrl+3"), needs="floor"),
    Action("show_receipts", "Receipts", "Screens", ("4", "Ctrl+4")),
    Action("show_cases", "Cases", "Screens", ("5", "Ctrl+5"), needs="cases"),
    Action("show_audit", "Audit", "Screens", ("6", "Ctrl+6"), needs="audit"),
    Action("show_settings", "Settings", "Screens", ("7", "Ctrl+7")),
    Action("play", "Play, or hold the moment", "Replay", ("Space",), needs="floor"),
    Action("step_back", "To the picture before", "Replay", (",",), needs="floor"),
    Action("step_forward", "To the next picture", "Replay", (".",), needs="floor"),
    Action("slower", "Slower", "Replay", ("Ctrl+,",), needs="floor"),
    Action("faster", "Faster", "Replay", ("Ctrl+.",), needs="floor"),
    Action("back_to_now", "Back to now", "Replay", ("Backspace",), needs="floor"),
    Action("find_moment", "To the time line", "Replay", ("G",), needs="floor"),
    Action("chosen_moment", "To the moment of what is chosen", "Replay", ("M",), needs="floor"),
    Action("mark_in", "Mark the beginning of a span", "Replay", ("[",), needs="floor"),
    Action("mark_out", "Mark the end of the span", "Replay", ("]",), needs="floor"),
    Action("clear_marks", "Clear the marks", "Replay", ("Ctrl+Backspace",), needs="floor"),
    Action("export_span", "Export the marked span", "Replay", ("Ctrl+E",), needs="floor"),
    Action("next_shopper", "Next shopper", "Live floor", ("N",)),
    Action("previous_shopper", "Previous shopper", "Live floor", ("P",)),
    Action("fit_map", "Whole store", "Live floor", ("0",)),
    Action("add_to_cart", "Add to the cart", "Live floor", ("A",), needs="cart"),
    Action("take_from_cart", "Take from the cart", "Live floor", ("T",), needs="cart"),
    Action("layout_next", "Next layout", "Cameras", ("L",)),
    Action("layout_spotlight", "Spotlight: what matters now", "Cameras", ("P",)),
    Action("overlays", "Draw people, hands and plates over the pictures", "Cameras", ("D",)),
    Action("faces", "Show faces, or hide them again", "Cameras", ("B",), needs="faces"),
    Action("tile_full", "Chosen camera alone", "Cameras", ("Return", "Enter")),
    Action("snapshot", "Save a picture", "Cameras", ("S",)),
    Action("add_plate", "Add a plate", "Shelves", ("A",)),
    Action("remove_plate", "Remove the chosen plate", "Shelves", ("Del",)),
    Action("pause_traces", "Hold the traces still", "Shelves", ("H",)),
    Action("shorter_span", "Shorter time", "Shelves", ("S",)),
    Action("longer_span", "Longer time", "Shelves", ("L",)),
    Action("find_receipt", "Search receipts", "Receipts", ("/", "Ctrl+F")),
    Action("open_receipt", "Open the receipt", "Receipts", ("Return", "Enter")),
    Action("receipt_moment", "The store when the shopper was in it", "Receipts", ("W",), needs="floor"),
    Action("start_case", "Open a case", "Receipts", ("C",), needs="cases"),
    Action("claim_case", "Claim the case", "Cases", ("C",), needs="cases"),
    Action("release_case", "Give the case back", "Cases", ("X",), needs="cases"),
    Action("preview_decision", "Show the effect", "Cases", ("E",), needs="cases"),
    Action("swap_line", "It was something else", "Cases", ("S",), needs="cases"),
    Action("add_product", "Add what was missed", "Cases", ("A",), needs="cases"),
    Action("decide_case", "Decide, or approve", "Cases", ("Ctrl+Return", "Ctrl+Enter"), needs="cases"),
    Action("refuse_proposal", "Refuse the proposal", "Cases", ("R",), needs="approve"),
    Action("take_draft", "Take over the own draft", "Cases", ("M",), needs="cases"),
    Action("case_page", "Decision, history, earlier cases", "Cases", ("H",), needs="cases"),
    Action("cursor_back", "Earlier picture or event", "Cases", (",",), needs="cases"),
    Action("cursor_forward", "Later picture or event", "Cases", (".",), needs="cases"),
    Action("turn_evidence", "Events or shelf", "Cases", ("V",), needs="cases"),
    Action("case_moment", "The whole store at this moment", "Cases", ("W",), needs="floor"),
    Action("export_case", "Save the case file", "Cases", ("Ctrl+S",), needs="cases"),
    Action("next_case", "Next case", "Cases", ("N",), needs="cases"),
    Action("previous_case", "Previous case", "Cases", ("P",), needs="cases"),
    Action("find_audit", "Search the audit log", "Audit", ("/", "Ctrl+F"), needs="audit"),
    Action("same_subject", "All that was done to the same", "Audit", ("S",), needs="audit"),
    Action("same_person", "All that the same person did", "Audit", ("P",), needs="audit"),
    Action("check_audit", "Check the audit log", "Audit", ("C",)),
    Action("export_heads", "Save the heads that were seen", "Audit", ("E",), needs="audit"),
)


@dataclass(frozen=True, slots=True)
class PartKeys:
    """Keys that a part of a screen answers itself while it has the focus. ``keys``: as people read them."""

    title: str
    section: Section
    keys: tuple[str, ...]


PART_KEYS: tuple[PartKeys, ...] = (
    PartKeys("A second earlier, later", "Replay", ("←", "→")),
    PartKeys("What happened before, after", "Replay", ("PgUp", "PgDn")),
    PartKeys("First moment that is kept, now", "Replay", ("Home", "End")),
    PartKeys("Nearer, farther", "Replay", ("+", "−")),
    PartKeys("Move the border between two sides, put it back", "Everywhere", ("←", "→", "Home")),
    PartKeys("To the next thing on the map", "Live floor", ("←", "→", "↑", "↓")),
    PartKeys("Choose it", "Live floor", ("Enter",)),
    PartKeys("Move the map", "Live floor", ("Shift+←→↑↓",)),
    PartKeys("Nearer, farther", "Live floor", ("+", "−")),
    PartKeys("Who needs somebody first", "Live floor", ("PgDn", "PgUp")),
    PartKeys("Move between the cameras", "Cameras", ("←", "→", "↑", "↓")),
    PartKeys("The camera that has the digit", "Cameras", ("1–9",)),
    PartKeys("Zoom into the picture", "Cameras", ("+", "−")),
    PartKeys("Move what is seen of the picture", "Cameras", ("Shift+←→↑↓",)),
    PartKeys("Other cameras", "Cameras", ("PgDn", "PgUp")),
    PartKeys("Show or hide the chosen plate", "Shelves", ("Enter",)),
    PartKeys("Earlier, later", "Shelves", ("←", "→")),
    PartKeys("Oldest reading, live", "Shelves", ("Home", "End")),
    PartKeys("Move the cursor in time", "Shelves", ("<", ">")),
    PartKeys("What happened before, after", "Shelves", ("Ctrl+←", "Ctrl+→")),
    PartKeys("Decide how many", "Cases", ("0–9", "+", "−")),
    PartKeys("As claimed, as billed, left open", "Cases", ("C", "B", "Del")),
    PartKeys("Show the effect, then decide", "Cases", ("Enter",)),
    PartKeys("Move the cursor in time", "Cases", ("←", "→")),
    PartKeys("Move what is seen of the picture", "Cases", ("Shift+←→↑↓",)),
    PartKeys("Move the map", "Cases", ("Ctrl+←→↑↓",)),
    PartKeys("Take an alternative", "Cases", ("1–9",)),
)
