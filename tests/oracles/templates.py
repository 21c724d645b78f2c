#!/usr/bin/env python3
"""Compares pi-ring's templates with Jinja itself, set up as Hugging Face's library sets
it up, and with npm's @huggingface/jinja:

    templates.py RENDER_TEMPLATES [CONFIG...]   compares; the last line has the counts
    templates.py --write                        writes the goldens of pi-ring's own tests

A CONFIG is a tokenizer_config.json with a model's own template. Goldens are what Jinja
gives, for the lines in template_cases.py and the templates in templates/."""

import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

import jinja2.ext
import jinja2.nodes
import jinja2.sandbox

import template_cases

HERE = pathlib.Path(__file__).parent
GOLDENS = HERE / "template_goldens.json"
LISTS = 8  # the conversation with a list as its content
NOW = datetime.datetime(2024, 7, 26)


class Generation(jinja2.ext.Extension):
    """{% generation %} marks what a training learns, and changes no text."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.Scope(body).set_lineno(line)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    made = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
    made.filters["tojson"] = to_json
    made.globals["raise_exception"] = raise_exception
    made.globals["strftime_now"] = NOW.strftime
    return made


def by_jinja(each):
    try:
        return environment().from_string(each["template"]).render(**each["variables"])
    except (jinja2.exceptions.TemplateError, TypeError) as error:
        return {"error": str(error)}


def conversations(bos="<s>", eos="</s>"):
    """Variables for the template of a model."""
    system, *turns = template_cases.MESSAGES
    tool = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
    call = {"role": "assistant", "content": "", "tool_calls": [
        {"type": "function", "function": {"name": "weather", "arguments": {"place": "K\u00f6ln"}}}]}
    thought = {"role": "assistant", "content": "<think>\nHm.\n</think>\n\nYes."}
    for messages, more in [
            ([system, *turns], {}), (turns, {}), (turns[:1], {}), (turns[:2], {"add_generation_prompt": False}),
            ([turns[0], thought, turns[2]], {}), ([turns[0], thought], {"enable_thinking": False}),
            ([turns[1], turns[0]], {}), ([turns[0], call, {"role": "tool", "content": "rain"}], {"tools": [tool]}),
            ([{"role": "user", "content": [{"type": "text", "text": "Hi"}]}], {})]:
        yield {"messages": messages, "add_generation_prompt": True, "bos_token": bos, "eos_token": eos, **more}


def name_of(model, number):
    """npm's renderer takes some lists for texts."""
    return ("only python: " if number == LISTS else "") + f"{model}, conversation {number}"


def cases():
    for name, template in template_cases.CASES:
        yield {"name": name, "template": template, "variables": template_cases.VARIABLES}
    for name, template in template_cases.REFUSED:
        yield {"name": f"{name}, refused", "template": template, "variables": template_cases.VARIABLES}
    for file in sorted((HERE / "templates").glob("*.jinja")):
        for number, variables in enumerate(conversations()):
            yield {"name": name_of(file.stem, number), "model": file.stem, "template": file.read_text(encoding="utf-8"),
                   "variables": variables}


def token_text(token):
    return token.get("content") if isinstance(token, dict) else token


def cases_of(config):
    settings = json.loads(pathlib.Path(config).read_text(encoding="utf-8"))
    name = pathlib.Path(config).parts[-3]
    for number, variables in enumerate(
            conversations(token_text(settings.get("bos_token")) or "", token_text(settings.get("eos_token")) or "")):
        yield {"name": name_of(name, number), "template": settings["chat_template"], "variables": variables}


def rendered_by(call, listed):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "cases.json"
        file.write_text(json.dumps(listed), encoding="utf-8")
        return json.loads(subprocess.run([*call, file], stdout=subprocess.PIPE, check=True).stdout)


def golden_text(each):
    """All that a golden says of a refusal is null."""
    result = by_jinja(each)
    return result if isinstance(result, str) else None


def goldens():
    listed = list(cases())
    models = {}
    for each in listed:
        if "model" in each:
            models.setdefault(each["model"], []).append(golden_text(each))
    return {"variables": template_cases.VARIABLES,
            "lines": [{"name": each["name"], "template": each["template"], "text": golden_text(each)}
                      for each in listed if "model" not in each],
            "conversations": list(conversations()), "models": models}


def write_goldens():
    GOLDENS.write_text(json.dumps(goldens(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def is_same(a, b):
    return a == b if isinstance(a, str) and isinstance(b, str) else isinstance(a, dict) and isinstance(b, dict)


def with_small_truth(result):
    """npm's renderer writes true where Python writes True."""
    return result.replace("True", "true").replace("False", "false") if isinstance(result, str) else result


def is_as_npm(name, our, other):
    return name.startswith("only python:") or is_same(with_small_truth(our), with_small_truth(other))


def compare(program, configs):
    listed = [*cases(), *(each for config in configs for each in cases_of(config))]
    ours = rendered_by([program], listed)
    npm = rendered_by(["node", HERE / "render_npm.mjs"], listed)
    passed = failed = 0
    for each, our, other in zip(listed, ours, npm):
        expected = by_jinja(each)
        faults = [] if is_same(our, expected) else [f"Jinja gives {expected!r}"]
        if not is_as_npm(each["name"], our, other):
            faults.append(f"npm gives {other!r}")
        if faults:
            failed += 1
            print(f"FAIL {each['name']}: pi-ring gives {our!r}, {', '.join(faults)}")
        else:
            passed += 1
    if goldens() != json.loads(GOLDENS.read_text(encoding="utf-8")):
        failed += 1
        print("FAIL the goldens are others than Jinja gives now")
    print(f"ok   {passed} of {len(listed)} templates are rendered as by Jinja and npm's renderer")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed == 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write_goldens()
    else:
        sys.exit(0 if compare(sys.argv[1], sys.argv[2:]) else 1)
