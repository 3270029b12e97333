"""Folds the constant parts of a compiled template into text, so that a page renders only what differs.

Most of a page is the same on every request in one language: texts, urls without arguments, icons, included files. They
are rendered once, when the template is compiled; what is left are variables, conditions and loops.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.template import Context, Node, NodeList, Template, TemplateDoesNotExist
from django.template.base import FilterExpression, TextNode, TokenType, Variable
from django.template.defaulttags import (
    AutoEscapeControlNode,
    CommentNode,
    CycleNode,
    FilterNode,
    ForNode,
    IfChangedNode,
    IfNode,
    LoadNode,
    URLNode,
    WithNode,
)
from django.template.library import SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode

from ui.templatetags.backoffice import icon
from ui.whitespace import collapse_whitespace, is_literal

# Nodes whose children are folded where they are. Others, such as ``{% language %}``, may render theirs otherwise.
TRANSPARENT = (AutoEscapeControlNode, BlockNode, ExtendsNode, FilterNode, ForNode, IfNode, WithNode)
# Nodes that remember something for each rendering of their template, which therefore stays a template of its own.
REMEMBERING = (BlockNode, CycleNode, ExtendsNode, IfChangedNode)
FindTemplate = Callable[[str], Template]


class FoldedNodeList(NodeList):
    """The nodes of a template that others extend. Each rendering asks for its blocks, which never change."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        super().__init__(nodes)
        self._found: dict[type[Node], list[Node]] = {}

    def get_nodes_by_type(self, nodetype: Any) -> list[Node]:
        if nodetype not in self._found:
            self._found[nodetype] = super().get_nodes_by_type(nodetype)
        return self._found[nodetype]


class AssignNode(Node):
    """Sets a variable to a constant."""

    def __init__(self, name: str, value: object) -> None:
        self.name, self.value = name, value

    def render(self, context: Context) -> str:
        context[self.name] = self.value
        return ""


class InlinedNode(Node):
    """An included template and its arguments. Variables that it sets end with it, as with ``{% include %}``."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, arguments: dict[str, FilterExpression]) -> None:
        self.nodelist, self.arguments = nodelist, arguments

    def render(self, context: Context) -> str:
        values = {name: expression.resolve(context) for name, expression in self.arguments.items()}
        with context.push(**values):
            return self.nodelist.render(context)


def fold_template(template: Template, find_template: FindTemplate) -> None:
    """Fold in the active language. ``find_template`` returns included templates, folded."""
    template.nodelist = FoldedNodeList(_Folder(template, find_template).fold(template.nodelist))


class _Folder:
    def __init__(self, template: Template, find_template: FindTemplate) -> None:
        self.template, self.find_template = template, find_template
        self.keeps_whitespace = is_literal(str(template.source))

    def fold(self, nodes: Iterable[Node]) -> list[Node]:
        """The simplified nodes, with neighboring texts as one."""
        merged: list[Node] = []
        for part in (part for node in nodes for part in self._simplify(node)):
            if isinstance(part, TextNode) and merged and isinstance(merged[-1], TextNode):
                merged[-1] = TextNode(merged[-1].s + part.s)
            else:
                merged.append(part)
        for part in merged:
            if isinstance(part, TextNode) and not self.keeps_whitespace:
                part.s = collapse_whitespace(part.s)
        return merged

    def _simplify(self, node: Node) -> list[Node]:
        """The nodes that render the same as this one."""
        if isinstance(node, LoadNode | CommentNode):
            return []
        if isinstance(node, TextNode):
            return [TextNode(node.s)]
        if isinstance(node, IncludeNode):
            return _inlined(node, self.find_template)
        if _is_constant(node):
            return [self._evaluate(node)]
        if isinstance(node, TRANSPARENT):
            for nodelist in _children(node):
                nodelist[:] = self.fold(nodelist)
        return [node]

    def _evaluate(self, node: Node) -> Node:
        context = Context()
        with context.bind_template(self.template):
            text = node.render(context)
        name = getattr(node, "asvar", None)
        return AssignNode(name, context[name]) if name else TextNode(text)


def _children(node: Node) -> Iterator[NodeList]:
    if isinstance(node, ExtendsNode):
        yield from (block.nodelist for block in node.blocks.values())
    elif isinstance(node, IfNode):
        yield from (nodelist for _condition, nodelist in node.conditions_nodelists)
    else:
        yield from (nodelist for name in node.child_nodelists if (nodelist := getattr(node, name, None)))


def _inlined(node: IncludeNode, find_template: FindTemplate) -> list[Node]:
    if node.isolated_context or not _is_fixed(node.template) or not isinstance(node.template.var, str):
        return [node]
    try:
        nodelist = find_template(node.template.var).nodelist
    except TemplateDoesNotExist:
        return [node]
    if any(nodelist.get_nodes_by_type(kind) for kind in REMEMBERING):
        return [node]
    if all(isinstance(part, TextNode) for part in nodelist):
        return list(nodelist)
    return [InlinedNode(nodelist, node.extra_context)]


def _is_constant(node: Node) -> bool:
    if isinstance(node, TranslateNode):
        return _are_fixed(node.filter_expression, node.message_context)
    if isinstance(node, BlockTranslateNode):
        has_variables = any(token.token_type != TokenType.TEXT for token in node.singular)
        return not has_variables and not node.plural and not node.extra_context and _are_fixed(node.message_context)
    if isinstance(node, URLNode):
        return not node.args and not node.kwargs and _are_fixed(node.view_name)
    if isinstance(node, StaticNode):
        return node.varname is None and _are_fixed(node.path)
    if isinstance(node, SimpleNode):
        return node.func is icon and node.target_var is None and _are_fixed(*node.args, *node.kwargs.values())
    return False


def _are_fixed(*expressions: FilterExpression | None) -> bool:
    return all(expression is None or _is_fixed(expression) for expression in expressions)


def _is_fixed(expression: FilterExpression) -> bool:
    """Whether it is a text or number in the template, without filters."""
    var = expression.var
    return not expression.filters and not (isinstance(var, Variable) and var.lookups is not None)
