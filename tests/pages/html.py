"""An HTML page as a browser takes it apart."""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Page(HTMLParser):
    """`tags`: every element's name and attributes. `islands`: its JSON, by id. `texts`: by element."""

    text: str
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    islands: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(self.text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if not self._open:
            return
        tag, attributes = self._open[-1]
        self.texts[tag] = self.texts.get(tag, "") + data
        if tag == "script" and attributes.get("type") == "application/json":
            self.islands[attributes.get("id") or ""] = json.loads(data)
        elif tag == "script" and data.strip():
            self.scripts.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def faults(self) -> list[str]:
        """What our own policy would refuse, or what nobody of us wrote."""
        found = [f"inline script {text[:80]!r}" for text in self.scripts]
        # A browser ends the element at `</script` and a blank, too, which Python's parser does not know.
        islands = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', self.text, re.DOTALL)
        found += [f"island {text[:80]!r}" for text in islands if "<" in text]
        for tag, attributes in self.tags:
            if tag in ("style", "iframe", "object", "embed", "svg", "img", "base"):
                found.append(f"<{tag}>")
            for name, value in attributes.items():
                if name.startswith("on") or name == "style":
                    found.append(f"<{tag} {name}>")
                if name in ("href", "src") and (value or "").lower().startswith(("javascript:", "data:")):
                    found.append(f"<{tag} {name}={value!r}>")
        return found
