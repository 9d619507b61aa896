"""The style sheet, made from a theme's tokens.

Widgets say what they are with the dynamic property ``role``: labels ``muted``, ``caption``, ``strong``, ``title``,
``headline``, ``figure``, ``danger``, ``warning``; frames ``panel``, ``card``, ``well``, ``then``; buttons ``primary``,
``quiet``, ``danger``.
"""

from string import Template

from resources.files import shape
from resources.fonts import points
from resources.theme import Theme

_SHEET = Template("""
QMainWindow, QDialog { background: $window; color: $text; }
QDialog[role="card"] { background: $surface; border: 1px solid $outline; }
QToolTip { background: $raised; color: $text; border: 1px solid $outline; padding: 4px 8px; }

QLabel { background: transparent; color: $text; }
QLabel:disabled { color: $hatch; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="caption"] { color: $muted; font-size: ${caption}pt; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="headline"], QLabel[role="figure"] { font-size: ${headline}pt; font-weight: 600; }
QLabel[role="danger"] { color: $danger; font-weight: 600; }
QLabel[role="warning"] { color: $warning; font-weight: 600; }

QFrame[role="panel"] { background: $surface; border: 1px solid $border; border-radius: 6px; }
QFrame[role="card"] { background: $raised; border: 1px solid $border; border-radius: 6px; }
QFrame[role="well"] { background: $sunken; border: 1px solid $border; border-radius: 4px; }
QFrame[role="then"] { background: $warning_tint; border: none; border-top: 2px solid $warning; border-bottom: 2px solid $warning; }
QFrame[role="line"] { background: $border; border: none; max-height: 1px; min-height: 1px; }

QPushButton, QToolButton {
  background: $raised; color: $text; border: 1px solid $outline; border-radius: 4px;
  padding: 3px 12px; min-height: ${inner}px; }
QToolButton { padding: 3px 6px; min-width: ${inner}px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background: $selection; }
QPushButton:checked, QToolButton:checked { border: 1px solid $accent; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 2px 11px; }
QToolButton:focus { padding: 2px 5px; }
QPushButton:disabled, QToolButton:disabled { color: $hatch; border-color: $border; background: $surface; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[role="primary"]:hover { border-color: $text; }
QPushButton[role="primary"]:focus { border: 2px solid $text; }
QPushButton[role="primary"]:disabled { background: $surface; color: $hatch; border-color: $border; }
QPushButton[role="danger"] { color: $danger; border-color: $danger; font-weight: 600; }
QPushButton[role="quiet"], QToolButton[role="quiet"], QToolButton { background: transparent; border-color: transparent; }
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover, QToolButton:hover { background: $hover; }
QToolButton:checked, QToolButton[role="quiet"]:checked { background: $selection; border-color: $accent; }
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus, QToolButton:focus { border: 2px solid $accent; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateTimeEdit {
  background: $sunken; color: $text; border: 1px solid $outline; border-radius: 4px;
  selection-background-color: $selection; selection-color: $text; }
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: $muted; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateTimeEdit { padding: 3px 8px; min-height: ${inner}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus,
QDateTimeEdit:focus { border: 2px solid $accent; padding: 2px 7px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QComboBox:disabled, QDateTimeEdit:disabled {
  color: $hatch; border-color: $border; background: $surface; }
QLineEdit[invalid="true"] { border: 2px solid $danger; }
QComboBox::drop-down { border: none; width: ${arrow_box}px; subcontrol-origin: border; }
QComboBox::down-arrow { image: $down; width: ${arrow}px; height: ${arrow}px; }
QComboBox QAbstractItemView { background: $raised; color: $text; border: 1px solid $outline;
  selection-background-color: $selection; selection-color: $text; outline: none; padding: 4px; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QDateTimeEdit::up-button {
  border: none; width: ${arrow_box}px; subcontrol-origin: border; subcontrol-position: top right; }
QSpinBox::down-button, QDoubleSpinBox::down-button, QDateTimeEdit::down-button {
  border: none; width: ${arrow_box}px; subcontrol-origin: border; subcontrol-position: bottom right; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow, QDateTimeEdit::up-arrow {
  image: $up; width: ${arrow}px; height: ${arrow}px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow, QDateTimeEdit::down-arrow {
  image: $down; width: ${arrow}px; height: ${arrow}px; }

QCheckBox, QRadioButton { spacing: 8px; min-height: ${target}px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator { width: ${box}px; height: ${box}px;
  border: 1px solid $outline; background: $sunken; }
QCheckBox::indicator { border-radius: 3px; }
QRadioButton::indicator { border-radius: ${half_box}px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: $check; }
QRadioButton::indicator:checked { border-color: $accent; background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5,
  fx: 0.5, fy: 0.5, stop: 0 $accent, stop: 0.6 $accent, stop: 0.65 $sunken, stop: 1 $sunken); }
QCheckBox:focus, QRadioButton:focus { color: $accent; text-decoration: underline; }

QTableView, QTreeView, QListView {
  background: $surface; color: $text; border: none; outline: none; gridline-color: $border;
  alternate-background-color: $surface; selection-background-color: $selection; selection-color: $text; }
QListView::item { min-height: ${target}px; padding: 0 8px; border-radius: 4px; }
QListView::item:hover { background: $hover; }
QListView::item:selected { background: $selection; color: $text; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; font-size: ${caption}pt; font-weight: 600;
  border: none; border-bottom: 1px solid $border; padding: 4px 8px; }
QTableCornerButton::section { background: $surface; border: none; }

QScrollArea { border: none; background: transparent; }
QScrollArea:focus { border: 2px solid $accent; }
QScrollArea > QWidget > QWidget#page { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $outline; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 32px; margin: 2px 3px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 3px 2px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
  padding: 4px 12px; min-height: ${inner}px; }
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }

QMenu { background: $raised; color: $text; border: 1px solid $outline; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 12px; min-height: ${inner}px; border-radius: 4px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $hatch; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QMenuBar { background: $window; color: $text; }
QMenuBar::item { padding: 4px 8px; background: transparent; }
QMenuBar::item:selected { background: $hover; }

QDockWidget { color: $muted; font-weight: 600; }
QDockWidget::title { background: $window; padding: 6px 8px; text-align: left; }
QMainWindow::separator { background: $window; width: 6px; height: 6px; }
QMainWindow::separator:hover { background: $accent; }
QStatusBar { background: $window; color: $muted; }
QStatusBar::item { border: none; }
QProgressBar { background: $hover; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QGroupBox { border: none; border-top: 1px solid $border; margin-top: ${group}px; padding-top: 8px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; padding: 0 8px 4px 0; }
QSlider::groove:horizontal { height: 4px; background: $outline; border-radius: 2px; }
QSlider::handle:horizontal { background: $accent; width: 16px; height: 16px; margin: -6px 0; border-radius: 8px; }
""")


def style_sheet(theme: Theme) -> str:
    """What Qt's style sheets can say of ``theme``; sizes of text in points, so that the scale reaches all of it."""
    tokens = {name: getattr(theme, name) for name in type(theme).__slots__ if name not in {"series", "scale"}}
    return _SHEET.substitute(
        tokens,
        caption=points(theme, "caption"),
        title=points(theme, "title"),
        headline=points(theme, "headline"),
        inner=theme.target - 8,
        target=theme.target,
        box=theme.px(16),
        half_box=theme.px(16) // 2 + 1,
        group=theme.px(20),
        arrow=theme.px(12),
        arrow_box=max(24, theme.px(24)),
        down=_url(shape("down")),
        up=_url(shape("up")),
        check=_url(shape("check-dark" if theme.on_accent == "#ffffff" else "check-light")),
    )


def _url(path: str) -> str:
    """Quoted: of a sheet with a bare path in which there is a letter beyond ASCII, Qt reads nothing."""
    return 'url("{}")'.format(path.replace('"', '\\"'))
