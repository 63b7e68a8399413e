"""The files that are linted: made once, each from a seed of its own, and kept in the cache folder."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n"
"""How an image begins."""

MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo"

WORDS = (Path(__file__).parent / "words.txt").read_text("ascii").split()


@dataclass(frozen=True)
class Corpus:
    """A file to be linted.

    Attributes:
        name: its name on the command line and in the tables.
        about: what it holds.
        count: lines of a full run.
        lines: makes that many lines.
        is_clean: whether no line is at fault, nor the file as a whole.
    """

    name: str
    about: str
    count: int
    lines: Callable[[random.Random, int], Iterable[object]]
    is_clean: bool = True

    def file(self, folder: Path, scale: float) -> Path:
        """The file with `scale` times the lines, made if it is not there yet."""
        count = max(1, round(self.count * scale))
        path = folder / f"{self.name}-{count}.jsonl"
        if not path.exists():
            part = path.with_suffix(".part")
            with part.open("w", encoding="ascii") as file:
                for line in self.lines(random.Random(self.name), count):
                    file.write(line if isinstance(line, str) else json.dumps(line))
                    file.write("\n")
            part.replace(path)
        return path


class Prose:
    """English words with the punctuation, line breaks and quotation marks of real prompts."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._sentences = [self._sentence() for _ in range(3000)]

    def text(self, size: int) -> str:
        """Some `size` characters."""
        sentences: list[str] = []
        while size > 0:
            sentence = self._rng.choice(self._sentences)
            sentences.append(sentence)
            size -= len(sentence)
        return "".join(sentences).rstrip()

    def _sentence(self) -> str:
        words = self._rng.choices(WORDS, k=self._rng.randrange(5, 20))
        words[0] = words[0].capitalize()
        for mark, chance in ((",", 0.5), (":", 0.08), (";", 0.05), (" \u2013", 0.02)):
            if self._rng.random() < chance:
                words[self._rng.randrange(len(words) - 1)] += mark
        if self._rng.random() < 0.06:
            words[-1] = f'"{words[-1]}"'
        ends = (". ", ". ", ". ", "? ", "! ", ".\n", ".\n\n")
        return " ".join(words) + self._rng.choice(ends)


def _request(number: int, url: str, body: dict[str, object]) -> dict[str, object]:
    return {"custom_id": f"request-{number}", "method": "POST", "url": url, "body": {"model": MODEL, **body}}


def _chat_body(prose: Prose) -> dict[str, object]:
    messages = [{"role": "system", "content": prose.text(350)}, {"role": "user", "content": prose.text(1150)}]
    return {"messages": messages, "max_tokens": 200, "temperature": 0.7}


def chat(rng: random.Random, count: int) -> Iterator[dict[str, object]]:
    prose = Prose(rng)
    for number in range(count):
        yield _request(number, "/v1/chat/completions", _chat_body(prose))


def bad(rng: random.Random, count: int) -> Iterator[dict[str, object]]:
    prose = Prose(rng)
    for number in range(count):
        yield _request(number, "/v1/chat/completions", {**_chat_body(prose), "max_tokens": "200"})


def completions(rng: random.Random, count: int) -> Iterator[dict[str, object]]:
    prose = Prose(rng)
    for number in range(count):
        yield _request(number, "/v1/completions", {"prompt": prose.text(100), "max_tokens": 64})


def images(rng: random.Random, count: int) -> Iterator[dict[str, object]]:
    prose = Prose(rng)
    for number in range(count):
        # A little less than 1 MB, so that the file stays below the size limit of the profile.
        data = base64.b64encode(PNG + rng.randbytes(735_000)).decode()
        picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}
        content = [{"type": "text", "text": prose.text(80)}, picture]
        yield _request(number, "/v1/chat/completions", {"messages": [{"role": "user", "content": content}]})


def tools(rng: random.Random, count: int) -> Iterator[dict[str, object]]:
    prose = Prose(rng)
    kinds = ("string", "integer", "number", "boolean")
    for number in range(count):
        functions = []
        for tool in range(rng.randrange(1, 5)):
            names = rng.sample(WORDS, rng.randrange(2, 6))
            properties = {name: {"type": rng.choice(kinds), "description": prose.text(30)} for name in names}
            parameters = {"type": "object", "properties": properties, "required": names[:2]}
            function = {"name": f"f{number}_{tool}", "description": prose.text(40), "parameters": parameters}
            functions.append({"type": "function", "function": function})
        messages = [{"role": "user", "content": prose.text(200)}]
        yield _request(
            number, "/v1/chat/completions", {"messages": messages, "tools": functions, "tool_choice": "auto"}
        )


def short(_rng: random.Random, count: int) -> Iterator[str]:
    """Lines of 200 bytes, without the time that json takes for ten million of them."""
    frame = json.dumps(_request(0, "/v1/completions", {"prompt": "@"}))
    for number in range(count):
        line = frame.replace("request-0", f"request-{number:08}")
        yield line.replace("@", "x" * (200 - len(line)))


CORPORA = (
    Corpus("chat", "chat requests of about 1.9 KB", 50_000, chat),
    Corpus("completions", "completion requests of about 300 bytes", 50_000, completions),
    Corpus("images", "requests with a base64 image of 1 MB each", 100, images),
    Corpus("bad", "the chat requests with one wrong type on every line", 50_000, bad, is_clean=False),
    Corpus("tools", "one to four tool schemas, different on every line", 50_000, tools),
    Corpus("small", "one small file", 3, completions),
    Corpus("short", "requests of 200 bytes", 50_000, short),
    Corpus("long", "ten million requests of 200 bytes", 10_000_000, short, is_clean=False),
)
