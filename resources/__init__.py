"""How the desk looks and speaks: theme tokens, style sheet, fonts, icons, translations.

Nothing here knows a store or a screen. The file names are in ``resources.files``, the icon names in
``resources.icons``, the colours in ``resources.theme``, and nowhere else.
"""
