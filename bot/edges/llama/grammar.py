"""From a JSON schema to the grammar that llama.cpp holds an answer to."""

import json
from collections.abc import Mapping
from typing import Any

from llama_cpp.llama_grammar import SchemaConverter


class BadSchema(Exception):
    """The JSON schema cannot be turned into a grammar."""


def gbnf(schema: Mapping[str, Any]) -> str:
    """The grammar's text; its first rule is ``root``. Raises BadSchema."""
    converter = _Converter(prop_order={}, allow_fetch=False, dotall=False, raw_pattern=False)  # type: ignore[no-untyped-call]  # no types there
    try:
        converter.visit(converter.resolve_refs(json.loads(json.dumps(schema)), "schema"), "")  # type: ignore[no-untyped-call]  # as above
        grammar = str(converter.format_grammar())  # type: ignore[no-untyped-call]  # as above
        # Its strings may hold raw line breaks, which JSON does not allow.
        return grammar.replace(r'char ::= [^"\\]', r'char ::= [^"\\\x7F\x00-\x1F]')
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError, RecursionError) as fault:
        raise BadSchema(str(fault)) from fault


class _Converter(SchemaConverter):
    """llama-cpp-python's converter, which leaves backslashes alone (an escaped quote then ends the rule, so the grammar
    is broken) and writes an emoji as two surrogates (which llama.cpp turns into bytes that are no text)."""

    def _format_literal(self, literal: str) -> str:
        for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
            literal = literal.replace(plain, escaped)
        return f'"{literal}"'

    def _generate_constant_rule(self, value: object) -> str:
        return self._format_literal(json.dumps(value, ensure_ascii=False))
