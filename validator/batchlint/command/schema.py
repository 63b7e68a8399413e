"""``batchlint schema``: the documents that the rules rest on, shown, compared and checked."""

from __future__ import annotations

from collections.abc import Iterable

import click

from batchlint.command import exit_status
from batchlint.command.groups import CommandGroup
from batchlint.command.output import write_out
from batchlint.command.types import DocumentName, FileName, ProfileName
from batchlint.escaping import at_start


@click.group("schema", cls=CommandGroup)
def schema_command() -> None:
    """Show, compare and check the JSON documents that rules rest on."""


@schema_command.command("list")
def list_command() -> int:
    """List profiles with their documents and sources, and all documents."""
    from batchlint.documents.profile import DEFAULT, profile_named, profile_names
    from batchlint.documents.store import by_name, name_of, names

    lines = ["profiles"]
    for name in profile_names():
        profile = profile_named(name)
        lines += [f"  {name}{' (default)' if name == DEFAULT else ''}: {profile.title}"]
        lines += [f"    line: {name_of(profile.line)}"]
        lines += [f"    {url}: {name_of(urn) if urn else 'any object'}" for url, urn in profile.endpoints.items()]
        lines += [f"    source: {source}" for source in profile.sources]
    lines += ["documents", *(f"  {name}: {by_name(name)['title']}" for name in names())]
    return _write_lines(lines)


@schema_command.command("show")
@click.argument("name", type=DocumentName())
@click.option(
    "--bundle",
    "is_bundle",
    is_flag=True,
    help="Embed all that it refers to, for other tools; no x-lint. [default: no]",
)
def show_command(name: str, is_bundle: bool) -> int:
    """Print the document called NAME.

    NAME is one of those that "batchlint schema list" lists, for example together/2026-02-15/line, or a profile, such
    as together@2026-02-15: its profile.json, or with --bundle the one document that judges its lines.
    """
    import json

    from batchlint.documents.bundle import bundle
    from batchlint.documents.linked import linked
    from batchlint.documents.profile import find_profile_name, profile_named
    from batchlint.documents.store import text_of, urn_of

    profile = find_profile_name(name)
    if not is_bundle:
        return write_out(text_of(f"{profile.replace('@', '/')}/profile" if profile else name.replace("@", "/")))
    urn = profile_named(profile).line if profile else urn_of(name.replace("@", "/"))
    return write_out(json.dumps(bundle(linked(urn)), indent=2) + "\n")


@schema_command.command("diff")
@click.argument("first", type=ProfileName(), metavar="A")
@click.argument("second", type=ProfileName(), metavar="B")
def diff_command(first: str, second: str) -> int:
    """Tell what profile B has otherwise than profile A.

    That is endpoints, limits, rules, and members of the bodies.
    """
    from batchlint.comparing.profiles import profile_differences
    from batchlint.documents.profile import profile_named

    before, after = profile_named(first), profile_named(second)
    lines = list(profile_differences(before, after))
    return _write_lines([f"from {before.name} to {after.name}", *(lines or ["no difference"])])


@schema_command.command("drift")
@click.argument("openapi", type=FileName(), metavar="OPENAPI")
@click.argument("profile", type=ProfileName())
def drift_command(openapi: str, profile: str) -> int:
    """Compare a provider's OpenAPI file with PROFILE.

    What is compared are the bodies of requests.

    OPENAPI is the path of a file that was fetched before: JSON, or YAML where PyYAML is installed.
    """
    from batchlint.comparing.drift import drift
    from batchlint.comparing.openapi import read_openapi
    from batchlint.documents.profile import profile_named

    contract = profile_named(profile)
    file = read_openapi(openapi)
    return _write_lines([f"{contract.name} beside {file.title}", *drift(file, contract)])


@schema_command.command("check")
@click.argument("files", nargs=-1, required=True, type=FileName(), metavar="FILE...")
def check_command(files: tuple[str, ...]) -> int:
    """Check whether each FILE is a good policy, document or profile.

    The exit status is 1 if one is not.
    """
    from batchlint.policies.check import check_file

    problems = [problem for file in files for problem in check_file(file)]
    _write_lines([str(problem) for problem in dict.fromkeys(problems)])
    return exit_status.FINDINGS if problems else exit_status.CLEAN


def _write_lines(lines: Iterable[str]) -> int:
    # A line may begin with the name of a file or of a member.
    return write_out("".join(f"{at_start(line)}\n" for line in lines))
