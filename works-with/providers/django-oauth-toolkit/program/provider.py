"""Contoso's own site with django-oauth-toolkit, in one file: python provider.py CONFIGURATION.json"""

import json
import sys
from pathlib import Path

import django
from django.conf import settings
from jwcrypto import jwk

CONFIGURATION = json.loads(Path(sys.argv[1]).read_text())
LOGIN_PAGE = '<form method="post">{% csrf_token %}{{ form.as_p }}<button type="submit">Log in</button></form>'

settings.configure(
    SECRET_KEY=CONFIGURATION["secretKey"],
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": CONFIGURATION["database"]}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    LOGIN_URL="/login/",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {"registration/login.html": LOGIN_PAGE}),
                    "django.template.loaders.app_directories.Loader",
                ],
            },
        }
    ],
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": jwk.JWK.generate(kty="RSA", size=2048).export_to_pem(True, None).decode(),
        "SCOPES": {"openid": "who you are", "profile": "your name", "email": "your address"},
        "SCOPES_BACKEND_CLASS": f"{__name__}.Scopes",
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.auth.views import LoginView  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402
from oauth2_provider.scopes import SettingsScopes  # noqa: E402


class Scopes(SettingsScopes):
    """Scopes by application."""

    def get_available_scopes(self, application=None, request=None, *args, **kwargs):
        every = super().get_available_scopes(application, request, *args, **kwargs)
        return CONFIGURATION["scopes"].get(application.client_id, every) if application else every


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("login/", LoginView.as_view()),
]

sys.modules["__main__"] = sys.modules[__name__]
call_command("migrate", verbosity=0)
for person in CONFIGURATION["people"]:
    User.objects.create_user(person["userName"], person["email"], person["password"])
for client in CONFIGURATION["clients"]:
    Application.objects.create(
        client_id=client["id"],
        client_secret=client["secret"] or "",
        client_type="public" if client["secret"] is None else "confidential",
        authorization_grant_type="authorization-code",
        algorithm="RS256",
        redirect_uris=client["redirectUri"],
        name="Gatehouse",
    )
call_command("runserver", f"127.0.0.1:{CONFIGURATION['port']}", "--noreload", "--skip-checks")
