#!/usr/bin/env python3
"""Writes the same N pages as rows for RobbieBlocks and as a site for Hugo.

    bench/pages/generate.py --pages 1000 --seed 1 [--rows FOLDER] [--hugo FOLDER]

Equal arguments give equal bytes. A page is about 5.5 KB of Markdown (headings, paragraphs, lists,
a table, code, links) in the layout single-column with four components, of which the hero and the
stats differ from page to page.
"""

import argparse
import json
import os
import random
import shutil
import sys
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
APP = "marketing"
NODE = "bench"
MENU_PAGES = 5
TIME = "2025-01-01T00:00:00Z"

COMPONENTS = [("bench-header", "header"), ("bench-hero", "main"), ("bench-stats", "main"),
              ("bench-footer", "footer")]

WORDS = """shopper shelf carton label claim price brand flavour bottle promise survey answer panel
weekend aisle colour contrast margin launch sample wording reader minute first second round result
signal noise range median buyer store region season pack lid seal print proof study design choice
test pilot market category rival habit reason doubt trust glance moment basket repeat return""".split()
VERBS = """finds keeps reads compares trusts notices skips chooses explains repeats measures shows
changes beats follows answers""".split()
LINKS = """and but while because so although""".split()


@dataclass(frozen=True)
class Page:
    """One page, the same for both sites."""

    number: int
    key: str
    route: str
    title: str
    description: str
    markdown: str
    hero: dict
    stats: dict


class Generator:
    """Pages from a seed; page i does not depend on N."""

    def __init__(self, seed):
        self.seed = seed
        chooser = random.Random(f"sentences {seed}")
        self.plain = [self.clause(chooser).capitalize() + "." for _ in range(500)]
        self.sentences = [self.sentence(chooser) for _ in range(500)]

    @staticmethod
    def clause(chooser):
        return (f"the {chooser.choice(WORDS)} {chooser.choice(VERBS)} the {chooser.choice(WORDS)} "
                f"of the {chooser.choice(WORDS)}")

    def sentence(self, chooser):
        text = f"{self.clause(chooser)} {chooser.choice(LINKS)} {self.clause(chooser)}."
        word = chooser.choice(WORDS)
        mark = chooser.randrange(6)
        if mark == 0:
            text = text.replace(f" {word} ", f" *{word}* ")
            text = text[:-1] + f", which is **{word}**."
        elif mark == 1:
            text = text[:-1] + f", as `{word}_{chooser.choice(WORDS)}` says."
        elif mark == 2:
            text = text[:-1] + f", see [{word}](https://example.com/{word}/{chooser.randrange(100)})."
        return text[0].upper() + text[1:]

    def paragraph(self, chooser, count):
        return " ".join(chooser.choices(self.sentences, k=count))

    def title(self, chooser):
        return " ".join(chooser.choices(WORDS, k=3)).capitalize()

    def markdown(self, chooser):
        parts = []
        for section in range(4):
            parts.append(f"## {self.title(chooser)}")
            parts.append(self.paragraph(chooser, 5))
            if section == 0:
                parts.append("\n".join("- " + chooser.choice(self.sentences) for _ in range(5)))
            elif section == 1:
                rows = [f"| {self.title(chooser)} | {chooser.randrange(1000)} "
                        f"| {chooser.random():.3f} | {chooser.choice(WORDS)} |" for _ in range(8)]
                parts.append("\n".join(["| Cell | Shoppers | Share | Winner |",
                                        "| --- | ---: | ---: | :--- |"] + rows))
            elif section == 2:
                names = chooser.choices(WORDS, k=4)
                parts.append("```swift\n" + "\n".join(
                    f"let {name} = measure(\"{name}\", rounds: {chooser.randrange(2, 90)})"
                    f" // < {chooser.randrange(100)} & more" for name in names) + "\n```")
            else:
                parts.append("\n".join(f"{index}. {chooser.choice(self.sentences)}"
                                       for index in range(1, 5)))
            parts.append(f"### {self.title(chooser)}")
            parts.append(self.paragraph(chooser, 3))
        parts.append("> " + chooser.choice(self.sentences))
        return "\n\n".join(parts) + "\n"

    def page(self, number):
        chooser = random.Random(f"{self.seed} {number}")
        title = f"{self.title(chooser)} {number}"
        return Page(
            number=number,
            key=f"bench-{number:06d}",
            route=f"/studies/s{number:06d}/",
            title=title,
            description=" ".join(chooser.choices(self.plain, k=2)),
            markdown=self.markdown(chooser),
            hero={
                "title": title,
                "lead": chooser.choice(self.plain),
                "action": f"Read the {chooser.choice(WORDS)}",
                "href": f"/studies/s{chooser.randrange(1, MENU_PAGES + 1):06d}/",
            },
            stats={
                "items": [{"label": self.title(chooser), "value": f"{chooser.randrange(10000):,}"}
                          for _ in range(4)],
            })


def as_json(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def copy_field(text):
    """A value in the text format of COPY."""
    return (text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
            .replace("\r", "\\r"))


def copy_line(*fields):
    return "\t".join(copy_field(field) for field in fields) + "\n"


def identifier(kind, number):
    return f"00000000-0000-4000-{kind:04x}-{number:012x}"


def component(key):
    """The path of a component's source."""
    return os.path.join(HERE, "components", key + ".tsx")


def write_rows(folder, pages, nodes=(NODE,), shared=0):
    """Writes one file per table, and load.sql, which psql runs inside `folder`.

    A single node has the app APP. Of several, each has an app of its own, named like the node. The
    first `shared` pages belong to all nodes, and the others to one of the nodes in turn.
    """
    os.makedirs(folder, exist_ok=True)
    apps = [APP] if len(nodes) == 1 else nodes
    with open(os.path.join(folder, "components.copy"), "w", encoding="utf-8") as file:
        for number, (key, _) in enumerate(COMPONENTS):
            with open(component(key), encoding="utf-8") as code:
                react_code = code.read()
            schema, schema_file = "{}", component(key).replace(".tsx", ".schema.json")
            if os.path.exists(schema_file):
                with open(schema_file, encoding="utf-8") as text:
                    schema = as_json(json.load(text))
            file.write(copy_line(
                identifier(0x8000, number), key, key, "ui", react_code, schema, "true", TIME, TIME))
    with open(os.path.join(folder, "nodes.copy"), "w", encoding="utf-8") as file:
        for node, app in zip(nodes, apps):
            file.write(copy_line(
                node, "Bench", as_json({"theme": "light"}), f"{{{app}}}",
                as_json({"base_url": f"https://{node}.example", "tagline": "Studies"})))
    with open(os.path.join(folder, "pages.copy"), "w", encoding="utf-8") as page_file, \
            open(os.path.join(folder, "blocks.copy"), "w", encoding="utf-8") as block_file:
        for page in pages:
            metadata = {"menu": f"Study {page.number}"} if page.number <= MENU_PAGES else {}
            page_id = identifier(0x9000, page.number)
            own = page.number - 1 - shared
            page_file.write(copy_line(
                page_id, page.key, apps[own % len(apps)] if own >= 0 else "shared", page.title,
                page.route, "single-column", page.markdown, page.title, page.description,
                "published", TIME, as_json(metadata), TIME, TIME))
            props = {"bench-hero": page.hero, "bench-stats": page.stats}
            for order, (key, zone) in enumerate(COMPONENTS):
                block_file.write(copy_line(
                    page_id, identifier(0x8000, order), str(order), zone,
                    as_json(props.get(key, {}))))
    with open(os.path.join(folder, "load.sql"), "w", encoding="utf-8") as file:
        file.write("""\\set ON_ERROR_STOP on
BEGIN;
\\copy robbieblocks_node_branding (node_id, node_name, style_overrides, enabled_apps, metadata) from 'nodes.copy'
\\copy robbieblocks_components (id, component_key, component_name, component_type, react_code, props_schema, is_published, created_at, updated_at) from 'components.copy'
\\copy robbieblocks_pages (id, page_key, app_namespace, page_name, page_route, layout_template, content, meta_title, meta_description, status, published_at, metadata, created_at, updated_at) from 'pages.copy'
\\copy robbieblocks_page_blocks (page_id, component_id, block_order, zone, props) from 'blocks.copy'
COMMIT;
VACUUM (ANALYZE);
CHECKPOINT;
""")


def write_hugo(folder, pages):
    """Writes a Hugo site: the checked-in layouts and one content file per page."""
    shutil.copytree(os.path.join(HERE, "hugo"), folder, dirs_exist_ok=True)
    content = os.path.join(folder, "content", "studies")
    os.makedirs(content, exist_ok=True)
    menu = []
    for page in pages:
        front = {
            "title": page.title, "description": page.description, "date": TIME,
            "hero": page.hero, "stats": page.stats,
        }
        if page.number <= MENU_PAGES:
            menu.append((f"Study {page.number}", page.route))
        with open(os.path.join(content, f"s{page.number:06d}.md"), "w", encoding="utf-8") as file:
            file.write(json.dumps(front, ensure_ascii=False, indent=1) + "\n\n" + page.markdown)
    with open(os.path.join(folder, "hugo.toml"), "a", encoding="utf-8") as file:
        for weight, (label, route) in enumerate(menu, start=1):
            file.write(f'\n[[menu.main]]\nname = "{label}"\nurl = "{route}"\nweight = {weight}\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", metavar="FOLDER", help="where to write rows and load.sql")
    parser.add_argument("--hugo", metavar="FOLDER", help="where to write the Hugo site")
    options = parser.parse_args()
    if options.pages < 1 or not (options.rows or options.hugo):
        parser.error("give at least one page, and --rows or --hugo")

    generator = Generator(options.seed)

    def pages():
        return (generator.page(number) for number in range(1, options.pages + 1))

    if options.rows:
        write_rows(options.rows, pages())
    if options.hugo:
        write_hugo(options.hugo, pages())
    return 0


if __name__ == "__main__":
    sys.exit(main())
