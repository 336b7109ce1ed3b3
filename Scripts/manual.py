#!/usr/bin/python3
"""Writes a manual page to standard output: from what the programs say of themselves, and from the README.

Usage: manual.py PAGE BUILD_DIR, where PAGE is nexus-backup.1, nexus-backupd.8 or config.toml.5, and BUILD_DIR holds the
programs.
"""

import json
import pathlib
import re
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
NAMES = {
    "nexus-backup.1": "take snapshots, and export them as encrypted backups",
    "nexus-backupd.8": "the backup service on the system bus",
    "config.toml.5": "configuration of nexus-backupd",
}
TITLES = {"1": "User Commands", "5": "File Formats", "8": "System Administration"}
COMMON = ("address", "json", "no-ask", "version", "help")


def escape(text):
    """Text as roff shows it: nothing in it is a request or an escape."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    text = text.replace("~", "\\(ti").replace("^", "\\(ha")
    text = text.replace("…", "...").replace("×", "\\(mu")
    return "\\&" + text if text.startswith(".") else text


def inline(text):
    """A line of Markdown or help, with `code` and **strong** text in bold, and links as their text."""
    text = re.sub(r"\[([^\]]+)\]\((\S+?)\)", lambda link: link[1], text).replace("\\|", "|")
    parts = re.split(r"`([^`]+)`|\*\*([^*]+)\*\*", text)
    result = ""
    for index in range(0, len(parts), 3):
        result += escape(parts[index]) if parts[index] else ""
        for strong in parts[index + 1 : index + 3]:
            result += f"\\fB{escape(strong)}\\fR" if strong else ""
    return result


def literal(lines):
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return [".PP", ".RS 4", ".nf", *(escape(line[indent:]) for line in lines), ".fi", ".RE"]


def item(head, *texts):
    return [".TP", head, *texts]


def table(lines):
    """A table as a list: the first cell is the term, the others describe it."""
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    result = []
    for cells in rows[2:]:
        term = inline(cells[0])
        rest = [cell for cell in cells[1:] if cell]
        result += item(term, *(inline(cell) for cell in rest))
    return result


def options_table(lines):
    """The table of the configuration: section, key, type, default, meaning."""
    result = []
    for line in lines[2:]:
        section, key, kind, default, meaning = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if section:
            result.append(f".SS {inline(section)}")
        start = "required" if default == "required" else f"default {inline(default)}"
        result += item(f"{inline(key)} ({inline(kind)}; {start})", inline(meaning))
    return result


def blocks(lines):
    """The lines in blocks: those of one kind that stand together."""
    block = []
    for line in [*lines, ""]:
        is_code = line.startswith("    ") and (not block or block[-1].startswith("    ") or not block[-1].strip())
        if not line.strip() and block and block[-1].startswith("    ") and not block[0].startswith(("- ", "1.")):
            block.append(line)
            continue
        is_new_item = re.match(r"(- |\d+\. )", line)
        if block and (not line.strip() or is_new_item or (block[0].startswith("    ") and not is_code)):
            while block and not block[-1].strip():
                block.pop()
            yield block
            block = []
        if line.strip():
            block.append(line)
    if any(line.strip() for line in block):
        while not block[-1].strip():
            block.pop()
        yield block


def markdown(lines):
    result = []
    for block in blocks(lines):
        first = block[0]
        entry = re.match(r"(- |(\d+\.) )", first)
        if first.startswith("#"):
            result.append(f".SS {inline(first.lstrip('# '))}")
        elif first.startswith("|"):
            result += options_table(block) if first.startswith("| Section") else table(block)
        elif first.startswith("    "):
            result += literal(block)
        elif entry:
            text = " ".join([first[entry.end() :], *block[1:]])
            result += [f".IP {entry[2] or '-'} 4".replace(" - ", " \\(bu "), inline(re.sub(r"\s+", " ", text))]
        else:
            result += [".PP", inline(" ".join(line.strip() for line in block))]
    return result


def section_of_readme(title):
    lines = (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
    start = lines.index(f"## {title}") + 1
    ends = [index for index in range(start, len(lines)) if lines[index].startswith("## ")]
    return lines[start : ends[0] if ends else None]


def help_text(text):
    """The discussion of a command: paragraphs, and lines that are indented as they are."""
    result = []
    for paragraph in re.split(r"\n\n", text or ""):
        lines = paragraph.split("\n")
        plain = [line for line in lines if not line.startswith("  ")]
        indented = [line for line in lines if line.startswith("  ")]
        if plain:
            result += [".PP", inline(" ".join(plain))]
        if indented:
            result += literal(indented)
    return result


def ask(program, *arguments):
    return subprocess.run([program, *arguments], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def is_common(argument):
    names = [name["name"] for name in argument.get("names", [])]
    return any(name in COMMON for name in names)


def value(argument):
    text = f"\\fI{escape(argument['valueName'])}\\fR"
    return text + " ..." if argument["isRepeating"] and argument["kind"] == "positional" else text


def names(argument):
    dashes = {"long": "--", "short": "-", "longWithSingleDash": "-"}
    ordered = sorted(argument["names"], key=lambda name: name["kind"] != "short")
    texts = [f"\\fB{escape(dashes[name['kind']] + name['name'])}\\fR" for name in ordered]
    return ", ".join(texts) + (f" {value(argument)}" if argument["kind"] == "option" else "")


def synopsis(argument):
    if argument["kind"] == "positional":
        text = value(argument)
    else:
        dashes = "--" if argument["preferredName"]["kind"] == "long" else "-"
        text = f"\\fB{escape(dashes + argument['preferredName']['name'])}\\fR"
        text += f" {value(argument)}" if argument["kind"] == "option" else ""
        text += " ..." if argument["isRepeating"] else ""
    return f"[{text}]" if argument["isOptional"] else text


def described(arguments):
    result = []
    for argument in arguments:
        head = value(argument) if argument["kind"] == "positional" else names(argument)
        text = inline(argument.get("abstract", ""))
        if argument.get("allValues"):
            text += f" ({escape(', '.join(argument['allValues']))})"
        result += item(head, text)
    return result


def leaves(command, words):
    words = [*words, command["commandName"]]
    subcommands = [sub for sub in command.get("subcommands", []) if sub["commandName"] != "help"]
    if not subcommands:
        yield words, command
    for sub in subcommands:
        if sub.get("shouldDisplay", True):
            yield from leaves(sub, words)


def visible(command):
    return [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]


def page_of_command(build):
    program = f"{build}/nexus-backup"
    root = json.loads(ask(program, "--experimental-dump-help"))["command"]
    description, _, rest = root["discussion"].partition("\n\nExamples:\n")
    examples, _, statuses = rest.partition("\n\nExit status:\n")
    example_text, _, notes = examples.rpartition("\n\nWith --json")
    commands = list(leaves(root, []))
    result = [".SH SYNOPSIS"]
    for words, command in commands:
        own = [synopsis(argument) for argument in visible(command) if not is_common(argument)]
        result += [".HP", f"\\fB{escape(' '.join(words))}\\fR {' '.join(own)}".rstrip()]
    result += [".SH DESCRIPTION", *help_text(description), *help_text("With --json" + notes)]
    result.append(".SH COMMANDS")
    for words, command in commands:
        result += [f".SS {escape(' '.join(words[1:]))}", inline(command["abstract"])]
        result += help_text(command.get("discussion"))
        result += described(argument for argument in visible(command) if not is_common(argument))
    result += [".SH OPTIONS", "Every command takes these:", *described(visible(root))]
    result += [".SH EXIT STATUS"]
    for line in statuses.split("\n"):
        status, _, meaning = line.strip().partition("  ")
        result += item(f"\\fB{status}\\fR", inline(meaning))
    result += [".SH EXAMPLES", *help_text(example_text)]
    return result


def page_of_service(build):
    command = json.loads(ask(f"{build}/nexus-backupd", "--experimental-dump-help"))["command"]
    arguments = visible(command)
    files = [line for line in section_of_readme("Installation") if line.startswith("|")]
    return [
        ".SH SYNOPSIS",
        f"\\fBnexus\\-backupd\\fR {' '.join(synopsis(argument) for argument in arguments)}",
        ".SH DESCRIPTION",
        *help_text(command["discussion"]),
        ".SH OPTIONS",
        *described(arguments),
        ".SH BESIDE OTHER PROGRAMS",
        *markdown(section_of_readme("Beside other programs")),
        ".SH SECURITY",
        *markdown(section_of_readme("Security")),
        ".SH LIMITS",
        *markdown(section_of_readme("Limits")),
        ".SH FILES",
        *table(files),
    ]


def page_of_configuration(_):
    example = (REPOSITORY / "examples/config.toml").read_text(encoding="utf-8").splitlines()
    return [
        ".SH DESCRIPTION",
        *markdown(section_of_readme("Configuration")),
        ".SH EXAMPLE",
        *literal(example),
    ]


def main():
    page, build = sys.argv[1:]
    build = pathlib.Path(build).resolve()
    name, section = page.rsplit(".", 1)
    version = ask(f"{build}/nexus-backup", "--version").strip()
    bodies = {"1": page_of_command, "8": page_of_service, "5": page_of_configuration}
    others = [other.rsplit(".", 1) for other in NAMES if other != page]
    lines = [
        f'.TH {escape(name.upper())} {section} "" "nexus-backup {version}" "{TITLES[section]}"',
        ".nh",
        ".ad l",
        ".SH NAME",
        f"{escape(name)} \\- {escape(NAMES[page])}",
        *bodies[section](build),
        ".SH SEE ALSO",
        ", ".join(f"\\fB{escape(other)}\\fR({number})" for other, number in others) + ", \\fBgpg\\fR(1), \\fBpolkit\\fR(8)",
    ]
    sys.stdout.reconfigure(encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
