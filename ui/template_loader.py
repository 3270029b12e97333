"""Loads templates and keeps them, compiled once for each language with their constant parts folded into text."""

from threading import RLock
from typing import Any

from django.template import Template
from django.template.loaders import cached
from django.urls import get_script_prefix
from django.utils.translation import get_language

from ui.constant_folding import FoldedNodeList, fold_template


class Loader(cached.Loader):
    """Takes the loaders that find the files. Only HTML is folded: spaces count in mail."""

    def __init__(self, engine: Any, loaders: list[Any]) -> None:
        super().__init__(engine, loaders)
        self._lock = RLock()

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        found = self.get_template_cache.get(self.cache_key(template_name, skip))
        if isinstance(found, Template):
            return found
        with self._lock:
            template = super().get_template(template_name, skip)
            if template_name.endswith(".html") and not isinstance(template.nodelist, FoldedNodeList):
                fold_template(template, self.engine.get_template)
            return template

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        return f"{get_language()} {get_script_prefix()} {super().cache_key(template_name, skip)}"
