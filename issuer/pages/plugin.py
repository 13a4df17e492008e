"""The MkDocs plugin: the portal around the certificates, and after it the certificates themselves.

Certificate pages never pass through MkDocs: as pages of the navigation they would cost quadratic time, and they would appear in
sitemap.xml. They are written in on_post_build with the theme's own environment (FACTS.md section 8).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin

from issuer.config import IssuerConfig, read_issuer
from issuer.credential import did
from issuer.errors import IssuerError
from issuer.formats import did_web
from issuer.pages.portal import PACKAGE, portal_folder

if TYPE_CHECKING:
    import jinja2
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from issuer.pages.logo import Logo


class PluginConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs is not typed throughout
    """The plugin has no settings: everything about the issuer is in issuer.yml."""


class IssuerPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]
    """Fills the portal from issuer.yml next to mkdocs.yml, if there is one, and writes what the issuing repository publishes."""

    def __init__(self) -> None:
        super().__init__()
        self._repository: Path | None = None
        self._environment: jinja2.Environment | None = None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read issuer.yml and offer `config.extra.issuer` and `config.extra.trust` to the templates. No network."""
        repository = Path(config.config_file_path or "mkdocs.yml").resolve().parent
        self._repository = repository if (repository / "issuer.yml").is_file() else None
        if self._repository is None:
            return config
        try:
            settings = read_issuer(repository / "issuer.yml", shown_as="issuer.yml")
            config.extra["issuer"] = _issuer_context(settings, _writing().brand_logo(repository))
            config.extra["trust"] = _writing().trust_context(repository)
        except IssuerError as error:
            raise _as_plugin_error(error) from error
        return config

    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> jinja2.Environment:  # noqa: ARG002 - MkDocs' signature
        """Turn on escaping before any template is compiled, and keep the environment for the certificates."""
        env.autoescape = True
        self._environment = env
        return env

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG002 - MkDocs' signature
        """Let the keyboard reach blocks of code, which scroll sideways on a phone."""
        return html.replace("<pre>", '<pre tabindex="0">')

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Add the scripts where the sources do not have them, then write the certificates."""
        site = Path(config.site_dir)
        copy_scripts(site)
        if self._repository is None or self._environment is None:
            return
        try:
            _writing().write_site(self._repository, site, self._environment)
        except IssuerError as error:
            raise _as_plugin_error(error) from error


def copy_scripts(site: Path) -> None:
    """Put js/*.js and js/checks.json into a built site, unless it has them: an issuing repository carries no copy of the scripts."""
    scripts = portal_folder() / "js"
    for source in sorted(scripts.rglob("*")):
        target = site / "js" / source.relative_to(scripts)
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    sentences, target = PACKAGE / "verification.json", site / "js" / "checks.json"
    if sentences.is_file() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sentences, target)


def _issuer_context(settings: IssuerConfig, logo: Logo | None) -> dict[str, Any]:
    identity = did(settings)
    return {
        "name": settings.name,
        "url": settings.url,
        "base_url": settings.base_url,
        "did": identity,
        "did_path": did_web.document_path(identity),
        "support": settings.mail.support if settings.mail else None,
        "logo": logo,
    }


def _writing() -> Any:
    """The module that writes certificates. Loaded late, because it brings the drawing libraries."""
    from issuer.pages import writing

    return writing


def _as_plugin_error(error: IssuerError) -> PluginError:
    """MkDocs prints a PluginError without a traceback."""
    return PluginError(f"{error}\nhint: {error.hint}" if error.hint else str(error))
