"""Writes the metrics with which fallback fonts match a web font, to NAME.fallback.json beside it.

    python3 font-fallbacks.py FONT OUTPUT WEIGHTS

Until a web font has loaded, and when it does not load in time, text is shown in a font of the visitor's
system. `size-adjust` and the related descriptors of `@font-face` give that font the metrics of the web
font, so that lines are about as wide and exactly as high. They are ratios of the metrics in the font
files: here to the Liberation fonts, which have the widths of Arial and Courier New.

WEIGHTS is the declared weight or range, such as "100 900". A variable font is measured as regular and as
bold; a font of one weight is compared with the regular or the bold face, whichever is nearer.
"""

import json
import sys

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

LIBERATION = "/usr/share/fonts/truetype/liberation/Liberation"
SANS = {
    "regular": (LIBERATION + "Sans-Regular.ttf",
                ["Arial", "ArialMT", "Liberation Sans", "Arimo", "Helvetica"]),
    "bold": (LIBERATION + "Sans-Bold.ttf",
             ["Arial Bold", "Arial-BoldMT", "Liberation Sans Bold", "Arimo Bold", "Helvetica Bold"]),
}
MONO = {
    "regular": (LIBERATION + "Mono-Regular.ttf",
                ["Courier New", "CourierNewPSMT", "Liberation Mono", "Cousine"]),
    "bold": (LIBERATION + "Mono-Bold.ttf",
             ["Courier New Bold", "CourierNewPS-BoldMT", "Liberation Mono Bold", "Cousine Bold"]),
}
# The frequency of each character in English prose, in thousandths.
FREQUENCIES = {
    " ": 181, "e": 102, "t": 73, "a": 65, "o": 61, "i": 56, "n": 56, "s": 51, "r": 48, "h": 47,
    "l": 33, "d": 33, "u": 23, "c": 22, "m": 20, "f": 18, "w": 18, "g": 16, "p": 15, "y": 15,
    "b": 12, ",": 10, ".": 10, "v": 8, "k": 6,
}
BOLD_FROM = 600


def is_monospaced(font):
    return len({font["hmtx"][font.getBestCmap()[ord(letter)]][0] for letter in "ilmwMW0. "}) == 1


def average_width(font):
    """Returns the average width of a character of English prose, as a fraction of the font size."""
    names, widths = font.getBestCmap(), font["hmtx"]
    total = sum(widths[names[ord(letter)]][0] * count for letter, count in FREQUENCIES.items())
    return total / sum(FREQUENCIES.values()) / font["head"].unitsPerEm


def line(font):
    """Returns ascent, descent and gap as browsers use them, as fractions of the font size."""
    table = font["OS/2"]
    if table.fsSelection & 1 << 7:
        measures = table.sTypoAscender, -table.sTypoDescender, table.sTypoLineGap
    else:
        table = font["hhea"]
        measures = table.ascent, -table.descent, table.lineGap
    return [measure / font["head"].unitsPerEm for measure in measures]


def fallback(font, face, weight):
    path, names = face
    ratio = average_width(font) / average_width(TTFont(path))
    percent = ["{:.2f}%".format(100 * value) for value in [ratio] + [m / ratio for m in line(font)]]
    return {"local": names, "weight": weight, "size_adjust": percent[0], "ascent": percent[1],
            "descent": percent[2], "line_gap": percent[3]}


def fallbacks(path, weights):
    font = TTFont(path)
    faces = MONO if is_monospaced(font) else SANS
    if "fvar" not in font:
        kind = "bold" if font["OS/2"].usWeightClass >= BOLD_FROM else "regular"
        return [fallback(font, faces[kind], weights)]
    lowest, highest = weights.split()
    return [
        fallback(instantiateVariableFont(TTFont(path), {"wght": weight}), faces[kind], interval)
        for kind, weight, interval in [
            ("regular", 400, f"{lowest} {BOLD_FROM - 1}"), ("bold", 700, f"{BOLD_FROM} {highest}")]
    ]


def main():
    path, output, weights = sys.argv[1:]
    with open(output, "w", encoding="utf-8") as file:
        json.dump(fallbacks(path, weights), file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
