"""Plausible, correct requests of every kind, and single faults put into them; all by a seed."""

from __future__ import annotations

import base64
import copy
import json
import random
import string
from collections.abc import Callable
from typing import Any

Object = dict[str, Any]
Fault = tuple[str, str]
"""The rule that is broken and the pointer at which it is to be found."""

MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo"
CITIES = ("Paris", "Rome", "Köln", "東京", "São Paulo", "Reykjavík")
FUNCTIONS = ("get_weather", "get-forecast", "search", "lookup_order", "send_mail", "calculator")
TEXTS = (
    "What is the capital of France?",
    "Summarise the data: sales rose by 12 % in Q3.",
    'data: {"event": "token", "value": 1}\n\ndata: [DONE]',
    "data:image/png;base64 URLs explained",
    "Set OPENAI_API_KEY=sk-your-key-here and GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "curl -H 'Authorization: Bearer YOUR_API_KEY_GOES_HERE_PLEASE_1234' https://api.together.xyz/v1/models",
    "curl -H 'Authorization: Bearer $TOGETHER_API_KEY' https://api.together.xyz/v1/models",
    "The bearer authentication-token-validation-middleware rejects it.",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHC\n-----END PUBLIC KEY-----",
    "A risk-averse, task-oriented-dialogue-systems-with-memory desk-bound clerk asks about sk-learn-contrib-lightning.",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 and 550e8400-e29b-41d4-a716-446655440000",
    '<script integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"></script>',
    'Fix this: {"tools": [], "tool_calls": [{"function": {"arguments": "not json"}}], "tool_call_id": "x"}',
    "hf_transfer, AIzaSy-like names, xoxo-hugs-and-kisses, k_live_data, tgp_v1_ prefixes and gsk_ reports",
    "sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "Wörter mit Umlauten, 漢字, emoji 🎉 and \u202e marks \x1b[0m",
)
MEDIA: dict[str, bytes] = {
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "image/jpg": b"\xff\xd8\xff\xdb",
    "image/gif": b"GIF89a",
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "IMAGE/PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/svg+xml": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "image/heic": b"\0\0\0\x18ftypheic",
}
SOUNDS = {"audio/wav": b"RIFF\x24\0\0\0WAVEfmt ", "audio/mpeg": b"ID3\x04\0", "audio/mp3": b"\xff\xfb\x90\x64"}
VIDEOS = {"video/mp4": b"\0\0\0\x20ftypisom", "video/webm": b"\x1a\x45\xdf\xa3\x01"}
ARGUMENTS = (
    "{}",
    '{"city": "Paris"}',
    '{"n": 12345678901234567890123, "x": [1.5e300, null, true]}',
    ' {"a": {"b": []}}\n',
)
SCHEMAS: tuple[Object, ...] = (
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False},
    {"type": "object", "properties": {}},
    {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"a": {"items": [{}, {}]}}},
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {"x": {"type": ["string", "null"]}}},
    {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "properties": {"a": {"minimum": 0, "exclusiveMinimum": True}},
    },
    {"$schema": "https://json-schema.org/draft/2019-09/schema", "type": "object", "$recursiveAnchor": True},
    {"$schema": "https://spec.example/dialect", "type": "anything"},
    {"type": "object", "properties": {"pair": {"type": "array", "items": [{"type": "number"}, {"type": "number"}]}}},
    {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0, "exclusiveMinimum": True}}},
    {"type": "object", "properties": {"n": {"type": "string", "nullable": True, "format": "date", "x-order": 1}}},
    {"type": "object", "properties": {"code": {"type": "string", "pattern": r"^\p{L}(?<year>[0-9]{4})$"}}},
    {"$ref": "#/definitions/Tree", "definitions": {"Tree": {"properties": {"next": {"$ref": "#/definitions/Tree"}}}}},
    {"$ref": "https://unreachable.example/schema.json"},
    {"anyOf": [{"type": "object", "title": "A"}, {"type": "null"}], "default": None, "examples": [1], "enum": [{}, []]},
    {"type": "object", "properties": {"type": {"const": "required"}, "required": {"type": "boolean"}}},
)


def encoded(random_: random.Random, media: dict[str, bytes]) -> str:
    """A ``data:`` URL of one of `media`."""
    media_type = random_.choice(list(media))
    data = media[media_type] + random_.randbytes(random_.randrange(200))
    parameters = random_.choice(["", "", ";charset=utf-8"])
    return f"data:{media_type}{parameters};base64,{base64.b64encode(data).decode()}"


def text_of(random_: random.Random) -> str:
    """A text, often a trap for a careless rule."""
    return " ".join(random_.choice(TEXTS) for _ in range(random_.randrange(1, 4)))


def user(random_: random.Random) -> Object:
    """A user message of text or of parts."""
    if random_.random() < 0.6:
        return {"role": "user", "content": text_of(random_)}
    parts: list[Object] = [{"type": "text", "text": text_of(random_)}]
    for _ in range(random_.randrange(1, 4)):
        kind = random_.randrange(5)
        if kind == 0:
            parts.append({"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}})
        elif kind in (1, 2):
            parts.append({"type": "image_url", "image_url": {"url": encoded(random_, MEDIA), "detail": "low"}})
        elif kind == 3:
            parts.append({"type": "audio_url", "audio_url": {"url": encoded(random_, SOUNDS)}})
        else:
            parts.append({"type": "video_url", "video_url": {"url": encoded(random_, VIDEOS)}})
    return {"role": "user", "content": parts}


def tool_turn(random_: random.Random, ids: list[str]) -> list[Object]:
    """An assistant message with calls, and their answers in any order."""
    calls = [
        {
            "id": call_id,
            "type": "function",
            "function": {"name": random_.choice(FUNCTIONS), "arguments": random_.choice(ARGUMENTS)},
        }
        for call_id in ids
    ]
    answers: list[Object] = [{"role": "tool", "tool_call_id": call_id, "content": text_of(random_)} for call_id in ids]
    random_.shuffle(answers)
    content = random_.choice([None, "", "Let me look."])
    return [{"role": "assistant", "content": content, "tool_calls": calls}, *answers]


def conversation(random_: random.Random, tool_turns: int) -> list[Object]:
    """A history that ends with a turn that the assistant answers."""
    messages: list[Object] = []
    if random_.random() < 0.5:
        messages.append({"role": "system", "content": text_of(random_)})
    messages.append(user(random_))
    reuses = random_.random() < 0.3
    for turn in range(tool_turns):
        first = 0 if reuses else turn * 10
        messages += tool_turn(random_, [f"call_{first + index}" for index in range(random_.randrange(1, 4))])
        if random_.random() < 0.6:
            messages += [{"role": "assistant", "content": text_of(random_)}, user(random_)]
    for _ in range(random_.choice([0, 0, 1, 4, 16])):
        messages += [{"role": "assistant", "content": text_of(random_), "tool_calls": None}, user(random_)]
    if random_.random() < 0.1:
        call = {"name": "search", "arguments": "{}"}
        messages += [
            {"role": "assistant", "content": None, "function_call": call},
            {"role": "function", "name": "search", "content": "nothing"},
        ]
    return messages


def tools_of(random_: random.Random) -> list[Object]:
    """Different functions with parameters of every writing."""
    names = random_.sample(FUNCTIONS, random_.randrange(1, 5))
    functions: list[Object] = [{"name": name, "parameters": copy.deepcopy(random_.choice(SCHEMAS))} for name in names]
    if random_.random() < 0.2:
        functions.append({"name": "ping"})
    return [{"type": "function", "function": function} for function in functions]


def request(random_: random.Random, number: int) -> Object:
    """A correct request; at most it has an old form that still works."""
    body: Object = {"model": MODEL}
    is_chat = random_.random() < 0.9
    if is_chat:
        turns = random_.choice([0, 0, 1, 2, 5])
        body["messages"] = conversation(random_, turns)
        if turns or random_.random() < 0.3:
            body["tools"] = tools_of(random_)
            name = random_.choice(body["tools"])["function"]["name"]
            forced = {"type": "function", "function": {"name": name}}
            body["tool_choice"] = copy.deepcopy(random_.choice(["auto", "none", "required", None, forced, forced]))
        schema = copy.deepcopy(random_.choice(SCHEMAS))
        body["response_format"] = random_.choice(
            [
                None,
                {"type": "text"},
                {"type": "json_object"},
                {"type": "json_object", "schema": schema},
                {"type": "json_schema", "schema": schema},
                {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}},
                {"type": "regex", "pattern": "[a-z]+("},
            ]
        )
    else:
        body["prompt"] = text_of(random_)
    settings: list[Object] = [
        {"max_tokens": 256, "temperature": 0.7},
        {"repetition_penalty": 1.1, "presence_penalty": 0, "frequency_penalty": 0.0},
        {"repetition_penalty": 1, "presence_penalty": 0.5, "frequency_penalty": -0.5},
        {"repetition_penalty": 1.1, "presence_penalty": None},
        {"logprobs": 5, "seed": 7, "stop": ["\n\n"], "n": 2},
        {"max_tokens": None, "temperature": None, "top_p": None, "logprobs": None},
        {},
    ]
    body |= random_.choice(settings)
    if not body.get("tools") and random_.random() < 0.2:
        body |= {"tools": None, "tool_choice": None} if is_chat else {}
    url = "/v1/chat/completions" if is_chat else "/v1/completions"
    return {"custom_id": f"request-{number}", "method": "POST", "url": url, "body": body}


def token(random_: random.Random, length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """A random text, as keys are made."""
    return "".join(random_.choice(alphabet) for _ in range(length))


def secret(random_: random.Random) -> str:
    """A credential of one of the kinds that are known."""
    word = string.ascii_letters + string.digits + "_-"
    pem = "\n".join(token(random_, 64) for _ in range(4))
    return random_.choice(
        [
            "sk-" + token(random_, 20) + "T3BlbkFJ" + token(random_, 20),
            "sk-proj-" + token(random_, 64, word) + "T3BlbkFJ" + token(random_, 64, word) + "a",
            "sk-ant-api03-" + token(random_, 93, word) + "AA",
            "sk-or-v1-" + token(random_, 64, "0123456789abcdef"),
            "tgp_v1_" + token(random_, 42, word) + "k",
            "gsk_" + token(random_, 52),
            "hf_" + token(random_, 34, string.ascii_letters),
            "AIza" + token(random_, 34, word) + "Q",
            "AKIA" + token(random_, 16, string.ascii_uppercase + "234567"),
            '{"SecretAccessKey": "' + token(random_, 39) + '/"}',
            "ghp_" + token(random_, 36),
            "github_pat_" + token(random_, 22) + "_" + token(random_, 59),
            "glpat-" + token(random_, 19, word) + "z",
            "xoxb-"
            + token(random_, 12, "987654321")
            + "-"
            + token(random_, 12, "198273645")
            + "-"
            + token(random_, 24),
            "sk_live_" + token(random_, 24),
            f"-----BEGIN RSA PRIVATE KEY-----\n{pem}\n-----END RSA PRIVATE KEY-----",
            "Authorization: Bearer eyJhbGciOiJFUzI1NiJ9." + token(random_, 80, word) + "." + token(random_, 43) + "9x7",
        ]
    )


def _messages(body: Object, role: str) -> list[int]:
    return [index for index, message in enumerate(body.get("messages", ())) if message["role"] == role]


def _turns(body: Object) -> list[int]:
    return [index for index in _messages(body, "assistant") if body["messages"][index].get("tool_calls")]


def stray_answer(random_: random.Random, request_: Object) -> Fault | None:
    """A tool message that answers a call that nobody offered."""
    body = request_["body"]
    if "messages" not in body:
        return None
    place = random_.choice([0, len(body["messages"])])
    body["messages"].insert(place, {"role": "tool", "tool_call_id": "call_99999", "content": "?"})
    return "unknown-tool-call", f"/body/messages/{place}/tool_call_id"


def mistyped_answer(random_: random.Random, request_: Object) -> Fault | None:
    """An answer whose id has a letter too many."""
    if not (places := _messages(request_["body"], "tool")):
        return None
    place = random_.choice(places)
    request_["body"]["messages"][place]["tool_call_id"] += "x"
    return "unknown-tool-call", f"/body/messages/{place}/tool_call_id"


def lost_answer(random_: random.Random, request_: Object) -> Fault | None:
    """A call whose answer is gone."""
    body = request_["body"]
    if not (turns := _turns(body)):
        return None
    turn = random_.choice(turns)
    calls = body["messages"][turn]["tool_calls"]
    answer = random_.randrange(1, len(calls) + 1)
    lost = body["messages"].pop(turn + answer)["tool_call_id"]
    call = next(index for index, each in enumerate(calls) if each["id"] == lost)
    return "unanswered-tool-call", f"/body/messages/{turn}/tool_calls/{call}"


def broken_schema(random_: random.Random, request_: Object) -> Fault | None:
    """A schema of a tool or of the answer that is none."""
    body = request_["body"]
    format_ = body.get("response_format") or {}
    holders: list[tuple[Object, str, str]] = [
        (tool["function"], "parameters", f"/body/tools/{index}/function/parameters")
        for index, tool in enumerate(body.get("tools") or ())
    ]
    if "json_schema" in format_:
        holders.append((format_["json_schema"], "schema", "/body/response_format/json_schema/schema"))
    elif "schema" in format_:
        holders.append((format_, "schema", "/body/response_format/schema"))
    if not holders:
        return None
    holder, member, pointer = random_.choice(holders)
    broken, place = random_.choice(
        [
            ({"type": "object", "properties": {"a/b": {"type": "str"}}}, "/properties/a~1b/type"),
            (
                {"type": "object", "properties": {"city": {"type": "string", "required": True}}},
                "/properties/city/required",
            ),
            ({"type": "object", "required": "city"}, "/required"),
            ({"type": ["string", "nil"]}, "/type/1"),
            ({"items": {"minLength": -1}}, "/items/minLength"),
            ({"properties": ["city"]}, "/properties"),
            ({"$schema": "http://json-schema.org/draft-07/schema#", "enum": "a"}, "/enum"),
            ({"$schema": "https://json-schema.org/draft/2020-12/schema", "items": [{}]}, "/items"),
            ({"allOf": [{"type": "object"}, {"$defs": {"x": {"maximum": "9"}}}]}, "/allOf/1/$defs/x/maximum"),
        ]
    )
    holder[member] = broken
    return "invalid-json-schema", pointer + place


def broken_arguments(random_: random.Random, request_: Object) -> Fault | None:
    """Arguments that are not JSON text of an object."""
    body = request_["body"]
    if not (turns := _turns(body)):
        return None
    turn = random_.choice(turns)
    call = random_.randrange(len(body["messages"][turn]["tool_calls"]))
    wrong = [
        "",
        "{",
        "{'city': 'Paris'}",
        "[]",
        '"{}"',
        "null",
        '{"a": NaN}',
        '{"a": 1,}',
        "Paris",
        "{} {}",
        '{"a": "\n"}',
    ]
    body["messages"][turn]["tool_calls"][call]["function"]["arguments"] = random_.choice(wrong)
    return "invalid-arguments", f"/body/messages/{turn}/tool_calls/{call}/function/arguments"


def undefined_choice(_: random.Random, request_: Object) -> Fault | None:
    """A function is forced that is not defined."""
    if "messages" not in request_["body"]:
        return None
    request_["body"]["tool_choice"] = {"type": "function", "function": {"name": "get_wether"}}
    return "undefined-tool-choice", "/body/tool_choice/function/name"


def repeated_tool(random_: random.Random, request_: Object) -> Fault | None:
    """A tool is defined twice."""
    if not (tools := request_["body"].get("tools")):
        return None
    tools.append(copy.deepcopy(random_.choice(tools)))
    return "duplicate-tool-name", f"/body/tools/{len(tools) - 1}/function/name"


def broken_data_url(random_: random.Random, request_: Object) -> Fault | None:
    """An image that cannot be read as what it says."""
    url = "data:image/png;base64," + base64.b64encode(MEDIA["image/png"] + random_.randbytes(62)).decode()
    wrong = [
        url[:-1],
        url[:-9] + url[-8:],
        url[:100] + "\n" + url[100:],
        url[:100] + "-" + url[101:],
        url.replace("iVBOR", "_VBOR"),
        url[:60] + "%2B" + url[61:],
        url.replace(",", ""),
        url.replace(";base64,", ",base64"),
        url.replace(";base64,", ","),
        url.replace("data:image/png;", "data:png;"),
        url.replace("image/png", "image/jpeg"),
        url.replace("image/png", "application/pdf"),
        "data:image/png;base64,",
        "data:",
        "data:image/webp;base64," + base64.b64encode(b"RIFF....WAVE" + bytes(30)).decode(),
    ]
    body = request_["body"]
    if not (places := _messages(body, "user")):
        return None
    place = random_.choice(places)
    part = {"type": "image_url", "image_url": {"url": random_.choice(wrong)}}
    body["messages"][place]["content"] = [{"type": "text", "text": "?"}, part]
    return "invalid-data-url", f"/body/messages/{place}/content/1/image_url/url"


def conflict(random_: random.Random, request_: Object) -> Fault | None:
    """Members that do not go together."""
    body = request_["body"]
    kind = random_.randrange(4)
    if kind == 0:
        other = random_.choice(["presence_penalty", "frequency_penalty"])
        body |= {"repetition_penalty": 1.2, other: 0.4}
        return "conflicting-fields", "/body/repetition_penalty"
    if kind == 1:
        body |= {"max_tokens": 10, "max_completion_tokens": 10}
        return "conflicting-fields", "/body/max_tokens"
    if kind == 2:
        body["top_logprobs"] = 3
        body["logprobs"] = random_.choice([None, False])
        return "conflicting-fields", "/body/top_logprobs"
    if "messages" not in body:
        return None
    body["tools"] = random_.choice([None, []])
    body["tool_choice"] = random_.choice(["auto", "required"])
    return "conflicting-fields", "/body/tool_choice"


def left_secret(random_: random.Random, request_: Object) -> Fault:
    """A credential in the middle of a text."""
    body = request_["body"]
    text = f"{random_.choice(['', 'my key: ', 'key='])}{secret(random_)}{random_.choice(['', ' works', chr(10)])}"
    if "messages" not in body:
        body["prompt"] = text
        return "secret-in-request", "/body/prompt"
    place = random_.choice(_messages(body, "user"))
    body["messages"][place]["content"] = text
    return "secret-in-request", f"/body/messages/{place}/content"


def other_endpoint(_: random.Random, request_: Object) -> Fault:
    """The url of the other endpoint."""
    chat, completions = "/v1/chat/completions", "/v1/completions"
    request_["url"] = completions if request_["url"] == chat else chat
    return "wrong-endpoint", "/url"


FAULTS: tuple[Callable[[random.Random, Object], Fault | None], ...] = (
    stray_answer,
    mistyped_answer,
    lost_answer,
    broken_schema,
    broken_arguments,
    undefined_choice,
    repeated_tool,
    broken_data_url,
    conflict,
    left_secret,
    other_endpoint,
)


def line_of(random_: random.Random, request_: Object) -> str:
    """The request as one line, as different writers write it."""
    line = json.dumps(
        request_, ensure_ascii=random_.random() < 0.5, separators=random_.choice([(",", ":"), (", ", ": ")])
    )
    if random_.random() < 0.2:
        line = line.replace("/", "\\/")
    return line + "\n"
