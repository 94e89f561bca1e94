"""The application: every part of it joined here, in reading order."""

from datetime import timedelta

from werkzeug.middleware.proxy_fix import ProxyFix

from portal import logs
from portal.db import REQUESTS, Database
from portal.gateways.dns import Resolver
from portal.gateways.mail_catcher.mailbox import Mailbox
from portal.gateways.openid import OpenID
from portal.gateways.sns import Sns
from portal.paths import TEMPLATES
from portal.settings import Settings
from portal.values.sealed import Vault
from portal.web import (
    access,
    account,
    assets,
    components,
    console,
    csrf,
    errors,
    filters,
    form_cookie,
    headers,
    health,
    hooks,
    links,
    logos,
    mailbox,
    navigation,
    observing,
    sign_in,
    signed_in,
    styleguide,
    verify,
)
from portal.web import database as web_database
from portal.web.database import CommittingFlask
from portal.web.unsent import sending


def create_app(settings: Settings | None = None, database: Database | None = None) -> CommittingFlask:
    """Make the application from its settings; from the environment's when none are given.

    :raises UnsafeSettings: when the environment's settings are missing or unsafe.
    """
    settings = settings or Settings.read()
    logs.configure(settings.log_format)
    app = CommittingFlask("portal", static_folder=None, template_folder=str(TEMPLATES))
    configure(app, settings)

    observing.init_app(app)
    web_database.init_app(app, database or Database(settings.database_url, purpose=REQUESTS))
    signed_in.init_app(app)
    access.init_app(app)
    csrf.init_app(app)
    sending.init_app(app)
    headers.init_app(app)
    errors.init_app(app)

    assets.init_app(app)
    components.init_app(app)
    filters.init_app(app)
    navigation.init_app(app)

    app.register_blueprint(health.bp)
    app.register_blueprint(sign_in.bp)
    app.register_blueprint(links.bp)
    app.register_blueprint(hooks.bp)
    app.register_blueprint(console.bp)
    app.register_blueprint(account.bp)
    app.register_blueprint(verify.bp)
    app.register_blueprint(logos.bp)
    app.register_blueprint(styleguide.bp)
    if settings.mailbox:
        app.extensions["mailbox"] = Mailbox(settings.mailbox)
        app.register_blueprint(mailbox.bp)

    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    return app


def configure(app: CommittingFlask, settings: Settings) -> None:
    """Set Flask's own settings from ours."""
    app.extensions["settings"] = settings
    app.extensions["vault"] = Vault(settings.secret_key, *settings.secret_key_fallbacks)
    app.extensions["resolver"] = Resolver(settings.dns_resolver)
    app.extensions["openid"] = OpenID(lenient=not settings.production)
    app.extensions["sns"] = Sns()
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        TRUSTED_HOSTS=[*settings.hosts],
        SESSION_COOKIE_NAME="__Host-portal_form" if settings.secure else "portal_form",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2_000,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=False,  # csrf.refuse_other_sites looks at Fetch Metadata and Origin instead
    )
    app.session_interface = form_cookie.KeptFormCookie()
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
