"""Draws docs/architecture.svg from the targets of Package.swift.

    architecture_picture.py [--check]

Layers are bands, with the layer that depends on all others at the top; Site and Chat do not import each
other. An arrow leads from a target to one that it imports. Arrows implied by others are omitted, and so
are those to Core and System, which nearly every target imports. With --check, nothing is written, and the
status is 1 when the file is out of date.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURE = ROOT / "docs/architecture.svg"
# The column of each target, and its row within the layer.
PLACES = {
    "apps": {"RenderWorker": (0, 0), "robbieblocks": (3, 0), "CommandLine": (2, 1), "Operations": (5, 1)},
    "chat": {"Chat": (5, 0), "LanguageModels": (5, 1)},
    "site": {
        "Build": (3, 0), "RenderEngine": (0, 1), "Markdown": (1, 1), "Rendering": (2, 1),
        "Publishing": (3, 1), "Content": (4, 1), "RenderProtocol": (1, 2), "Bundling": (2, 2),
        "SiteModel": (3, 2),
    },
    "platform": {
        "HTML": (1, 0), "HTMLTree": (3, 0), "Core": (2, 1), "PostgreSQL": (4, 0), "HTTP": (5, 0), "System": (4, 1),
    },
    "c": {},
}
# The bands, from the top: the layers at the same height, with their first and last column.
BANDS = [
    [("apps", 0, 5)], [("site", 0, 4), ("chat", 5, 5)], [("platform", 0, 5)], [("c", 0, 5)],
]
WIDTH, BOX, HEIGHT, GAP, MARGIN, TOP = 1120, 150, 44, 30, 34, 34
IMPLIED = {"Core", "System"}


def read_package():
    """Target -> (layer, the targets that it imports)."""
    text = (ROOT / "Package.swift").read_text()
    targets = {"Core": ("platform", set())}
    for name in re.findall(r'\bsystem\(\s*"(\w+)"', text):
        targets[name] = ("c", set())
    for name in re.findall(r'name: "(\w+)", path: Layer\.c\b', text):
        targets[name] = ("c", set())
    libraries = r'\b(?:library|wrapper)\(\s*"(\w+)",\s*in: \.(\w+)(?:,\s*\[([^\]]*)\])?'
    for name, layer, imports in re.findall(libraries, text):
        targets[name] = (layer, set(re.findall(r'"(\w+)"', imports)))
    programs = (
        r'executableTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\],\s*path: Layer\.(\w+)')
    for name, imports, layer in re.findall(programs, text):
        targets[name] = (layer, set(re.findall(r'"(\w+)"', imports)))
    return targets


def reduced(targets):
    """Returns the arrows that are not implied by others."""
    def reach(name, seen):
        for imported in targets[name][1]:
            if imported not in seen:
                seen.add(imported)
                reach(imported, seen)
        return seen

    arrows = []
    for name, (_, imports) in sorted(targets.items()):
        for imported in sorted(imports - IMPLIED):
            others = imports - {imported}
            if not any(imported in reach(other, set()) for other in others):
                arrows.append((name, imported))
    return arrows


def draw(targets):
    places, bands, y = {}, [], 12
    libraries = sorted(name for name, (layer, _) in targets.items() if layer == "c")
    for group in BANDS:
        rows = 1
        for layer, first, last in group:
            known = PLACES[layer]
            for name, (own, _) in targets.items():
                if own != layer or layer == "c":
                    continue
                if name not in known:
                    sys.exit(f"give '{name}' a place in PLACES of architecture_picture.py")
                column, row = known[name]
                rows = max(rows, row + 1)
                places[name] = (MARGIN + column * (BOX + GAP), y + TOP + row * (HEIGHT + 34), BOX)
            if layer == "c":
                box = (WIDTH - 2 * MARGIN - 10 * (len(libraries) - 1)) / len(libraries)
                for index, name in enumerate(libraries):
                    places[name] = (MARGIN + index * (box + 10), y + TOP, box)
        height = TOP + rows * HEIGHT + (rows - 1) * 34 + 16
        for layer, first, last in group:
            left = MARGIN + first * (BOX + GAP) - 14
            right = MARGIN + last * (BOX + GAP) + BOX + 14
            bands.append((layer, left, y, right - left, height))
        y += height + 30
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y - 18:.0f}" '
        'role="img" aria-labelledby="title">',
        '<title id="title">The layers of RobbieBlocks, their targets, and their imports</title>',
        "<style>",
        "svg { background: #fff; font: 14px system-ui, sans-serif; }",
        ".band { fill: #f4f5f7; } .layer { fill: #5b6472; font-weight: 600; font-size: 15px; }",
        ".box { fill: #fff; stroke: #8a94a3; } .name { fill: #1c2430; text-anchor: middle; }",
        ".program .box { fill: #fde9dc; stroke: #c2571a; } .c .name { font-size: 11px; }",
        ".arrow { fill: none; stroke: #7a8698; stroke-width: 1.3; } .head { fill: #7a8698; }",
        "@media (prefers-color-scheme: dark) { svg { background: #12161c; } .band { fill: #1b212a; }",
        ".layer { fill: #a7b1bf; } .box { fill: #262e39; stroke: #66717f; } .name { fill: #eef2f6; }",
        ".program .box { fill: #4a2a17; stroke: #e08a55; } .arrow { stroke: #8d99a8; }",
        ".head { fill: #8d99a8; } }",
        "</style>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
    ]
    for layer, left, top, width, height in bands:
        out.append(
            f'<rect class="band" x="{left:.0f}" y="{top}" width="{width:.0f}" '
            f'height="{height}" rx="10"/>')
        name = layer.upper() if layer == "c" else layer.capitalize()
        out.append(f'<text class="layer" x="{left + 14:.0f}" y="{top + 22}">{name}</text>')
    for start, end in reduced(targets):
        x1, y1, w1 = places[start]
        x2, y2, w2 = places[end]
        if y1 == y2:
            side = x1 < x2
            a = (x1 + (w1 if side else 0), y1 + HEIGHT / 2)
            b = (x2 + (0 if side else w2), y2 + HEIGHT / 2)
            path = f"M{a[0]:.0f} {a[1]:.0f}L{b[0]:.0f} {b[1]:.0f}"
        else:
            # An arrow leaves and arrives toward the other box, so that arrows fan out.
            lean = max(-0.35, min(0.35, (x2 + w2 / 2 - x1 - w1 / 2) / WIDTH))
            a = (x1 + w1 * (0.5 + lean), y1 + HEIGHT)
            b = (x2 + w2 * (0.5 - lean), y2)
            bend = max(18, (b[1] - a[1]) * 0.45)
            path = (
                f"M{a[0]:.0f} {a[1]:.0f}C{a[0]:.0f} {a[1] + bend:.0f} "
                f"{b[0]:.0f} {b[1] - bend:.0f} {b[0]:.0f} {b[1]:.0f}")
        out.append(f'<path class="arrow" marker-end="url(#head)" d="{path}"/>')
    for name, (x, top, box) in places.items():
        kind = "program" if name in ("robbieblocks", "RenderWorker") else targets[name][0]
        label = "robbieblocks-worker" if name == "RenderWorker" else name
        out.append(
            f'<g class="{kind}"><rect class="box" x="{x:.0f}" y="{top}" width="{box:.0f}" '
            f'height="{HEIGHT}" rx="7"/><text class="name" x="{x + box / 2:.0f}" '
            f'y="{top + HEIGHT / 2 + 5:.0f}">{label}</text></g>')
    out.append("</svg>")
    return "\n".join(out) + "\n"


def main():
    drawn = draw(read_package())
    if "--check" in sys.argv[1:]:
        if not PICTURE.is_file() or PICTURE.read_text() != drawn:
            sys.exit("docs/architecture.svg is out of date: run scripts/python/architecture_picture.py")
    else:
        PICTURE.write_text(drawn)


main()
