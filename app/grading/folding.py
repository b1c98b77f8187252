"""One form for one text: compatibility forms, look-alike letters, invisible characters, markup, white space."""

import re
import unicodedata


def folded(answer: str) -> tuple[str, list[int]]:
    """Fold compatibility forms, drop what cannot be seen, collapse white space; remember where each character was."""
    pieces: list[str] = []
    offsets: list[int] = []
    blanks = 0
    lines = 0
    first_blank = 0
    tags = {match.start(): match.end() for match in _TAG.finditer(answer)}
    skip_to = 0
    for position, char in enumerate(answer):
        if char in _ORDINARY and not blanks and not tags:
            pieces.append(char)
            offsets.append(position)
            continue
        if position < skip_to:
            continue
        if position in tags:
            skip_to = tags[position]
            char = "\n" if answer.startswith(("<!--", "-->"), position) else " "
        piece = _piece(char, before=answer[position - 1 : position], after=answer[position + 1 : position + 2])
        for letter in piece:
            if letter.isspace():
                first_blank = first_blank if blanks else position
                blanks += 1
                lines += letter == "\n"
                continue
            if blanks:
                gap = "\n\n" if lines > 1 else "\n" if lines else " "
                pieces.append(gap)
                offsets.extend([first_blank] * len(gap))
                blanks = lines = 0
            pieces.append(letter)
            offsets.append(position)
    return "".join(pieces), offsets


def latin(text: str) -> str:
    """Look-alike letters become Latin in words that mix alphabets, or stand alone in a Latin text."""
    if text.isascii():
        return text
    latin = sum(char < "\u0250" for char in text if char.isalpha())
    mostly_latin = latin * 2 > sum(char.isalpha() for char in text)

    def replaced(match: re.Match[str]) -> str:
        word = match.group()
        alike = word.translate(_LOOKALIKES)
        return alike if _LATIN_LETTER.search(word) or (mostly_latin and alike.isascii()) else word

    return _FOREIGN_WORD.sub(replaced, text)


_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
_SPECIAL = {
    "−": "-", "–": "-", "‐": "-", "‑": "-", "‒": "-", "—": " — ", "―": " — ", "’": "'", "‘": "'", "ʼ": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "≈": "~", "≃": "~", "≅": "~", "∼": "~", "～": "~",
    "≤": "<=", "≥": ">=", "≪": "<<", "≫": ">>", "→": "->", "⇒": "=>", "⟶": "->", "⟹": "=>", "∞": "infinite",
    "⁄": "/", "∕": "/", "∗": "*", "⋅": "·", "∙": "·", "✕": "×", "✖": "×", "•": "-", "‣": "-", "●": "-",
    "▪": "-", "\u2028": "\n", "\u2029": "\n\n", "…": "...", "µ": "u", "μ": "u", "∝": " proportional to ",
    "√": "sqrt", "↑": " increase ", "↓": " decrease ", "✓": " yes ", "✔": " yes ", "≠": " is not ", "＝": "=",
}  # fmt: skip
_ORDINARY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?'\"()[]%+-=/^~<>")
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏАВЕКМНОРСТУХІЈЅοονρικχυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlABEKMHOPCTYXIJSoovpikxuABEZHIKMNOPTYX",
)
_FOREIGN_WORD = re.compile(r"[^\W\d_]*[\u0370-\u03ff\u0400-\u052f][^\W\d_]*")
_LATIN_LETTER = re.compile(r"[a-zA-Z]")
_TAG = re.compile(r"<!--|-->|</?[a-zA-Z][a-zA-Z0-9]{0,15}(?:\s[^<>\n]{0,200})?/?>")


def _piece(char: str, *, before: str, after: str) -> str:
    if char == "\r":
        return "" if after == "\n" else "\n"
    if char in "*`#" and _is_markup(char, before=before, after=after):
        return ""
    if char < "\x80":
        return char if char.isprintable() or char.isspace() else " "
    if char in _SUPERSCRIPTS:
        return _SUPERSCRIPTS[char] if before in _SUPERSCRIPTS else "^" + _SUPERSCRIPTS[char]
    if char in _SPECIAL:
        return _SPECIAL[char]
    if unicodedata.category(char) in ("Cf", "Mn", "Me", "Cc", "Co", "Cs"):
        return ""
    if unicodedata.category(char) == "No" and char in "½⅓⅔¼¾":
        return ("" if before.isspace() or not before else " ") + unicodedata.normalize("NFKD", char).replace("⁄", "/")
    folded = unicodedata.normalize("NFKD", char)
    return "".join(_SPECIAL.get(letter, letter) for letter in folded if unicodedata.category(letter) != "Mn")


def _is_markup(char: str, *, before: str, after: str) -> bool:
    if char in "`#":
        return True
    if "*" in (before, after):
        return True
    opens = (not before or before.isspace() or before in "([") and after.isalpha()
    closes = (before.isalpha() or before in ".!?:%") and (not after or after.isspace() or after in ".,;:!?)")
    return opens or closes
