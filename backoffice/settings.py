"""Every setting, read from the environment (a `.env` file beside manage.py is read too).

A missing or wrong variable stops the start with its name and the remedy. What each one means: `.env.example`.
"""

from pathlib import Path

import environ
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# ENV_FILE="" reads none (the tests, the demo).
if _env_file := env.str("ENV_FILE", default=str(BASE_DIR / ".env")):
    environ.Env.read_env(_env_file)


def required(name: str, remedy: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Falta a variável {name}. {remedy}")
    return value


def number(name: str, default: int, *, at_least: int = 0) -> int:
    raw = env.str(name, default=str(default))
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r} não é um número inteiro. Ex.: {name}={default}") from None
    if value < at_least:
        raise ImproperlyConfigured(f"{name}={value} é menor que {at_least}. Ex.: {name}={default}")
    return value


def flag(name: str, default: bool) -> bool:
    raw = env.str(name, default="1" if default else "0").strip().lower()
    if raw in ("1", "true", "on", "sim", "yes"):
        return True
    if raw in ("0", "false", "off", "nao", "não", "no", ""):
        return False
    raise ImproperlyConfigured(f"{name}={raw!r} não é liga/desliga. Use {name}=1 ou {name}=0.")


# --- The installation -------------------------------------------------------------------------------------

DEBUG = flag("DEBUG", False)
SECRET_KEY = required(
    "SECRET_KEY",
    'Gere uma com: python -c "import secrets; print(secrets.token_urlsafe(50))" e guarde-a no ambiente ou no .env.',
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# Newest first: the first one encrypts, all of them decrypt.
FIELD_ENCRYPTION_KEYS = [
    key.strip()
    for key in required(
        "FIELD_ENCRYPTION_KEYS",
        'Gere uma chave com: python -c "from cryptography.fernet import Fernet; '
        'print(Fernet.generate_key().decode())". Várias se separam por vírgula, a mais nova primeiro.',
    ).split(",")
    if key.strip()
]
for _key in FIELD_ENCRYPTION_KEYS or [""]:
    try:
        Fernet(_key)
    except ValueError:
        raise ImproperlyConfigured(
            "FIELD_ENCRYPTION_KEYS tem uma chave que não é Fernet (32 bytes em base64). Gere outra com: "
            'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
        ) from None

PORT = number("PORT", 8000, at_least=1)
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
if not PUBLIC_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(
        f"PUBLIC_URL={PUBLIC_URL!r} precisa começar com https:// (ou http:// em teste). Ex.: https://sac.empresa.com.br"
    )
_IS_HTTPS = PUBLIC_URL.startswith("https://")
_PUBLIC_HOST = PUBLIC_URL.split("://", 1)[1].split("/")[0].rsplit(":", 1)[0]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_PUBLIC_HOST])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

ORGANISATION_NAME = env.str("ORGANISATION_NAME", default="Grupo Varanda")
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))

# --- Applications -----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "backoffice",
    "complaints",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_htmx",
    "django_q",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "backoffice.middleware.SessionActivityMiddleware",
    "backoffice.middleware.LoginRequiredMiddleware",
    "backoffice.middleware.PrivateResponsesMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "backoffice.urls"
WSGI_APPLICATION = "backoffice.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "complaints.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "backoffice.forms.Renderer"

# --- Database, files, cache -------------------------------------------------------------------------------

_database_url = env.str("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'backoffice.sqlite3'}")
try:
    DATABASES = {"default": env.db_url_config(_database_url)}
except Exception as exc:
    raise ImproperlyConfigured(
        "DATABASE_URL não pôde ser lida. Ex.: postgres://usuario:senha@servidor:5432/banco ou sqlite:////caminho/arquivo.sqlite3"
    ) from exc
_engine = DATABASES["default"].get("ENGINE", "")
if _engine == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # WAL lets readers go on while somebody writes; IMMEDIATE takes the write lock where a transaction
        # begins, so that it waits its turn instead of failing half-way.
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
    }
elif _engine.endswith("postgresql"):
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    raise ImproperlyConfigured(
        "DATABASE_URL: use sqlite:////caminho/arquivo ou postgres://usuario:senha@servidor/banco."
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Attachments and drafts' files: never under STATIC or a public address; views serve them with a right checked.
MEDIA_ROOT = DATA_DIR / "files"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# The database cache is shared by web and worker processes without another server.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- People, login, session -------------------------------------------------------------------------------

AUTH_USER_MODEL = "backoffice.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_RESET_TIMEOUT = 60 * 60

SESSION_IDLE_MINUTES = number("SESSION_IDLE_MINUTES", 60, at_least=1)
SESSION_HOURS = number("SESSION_HOURS", 12, at_least=1)
SESSION_COOKIE_AGE = SESSION_IDLE_MINUTES * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-sessionid" if _IS_HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if _IS_HTTPS else "csrftoken"
CSRF_FAILURE_VIEW = "backoffice.views.csrf_failure"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours: 15 minutes
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "backoffice.login_views.login_locked"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the pause ends when it was said to
AXES_ENABLE_ADMIN = False
AXES_IPWARE_PROXY_COUNT = number("TRUSTED_PROXIES", 0) or None
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if AXES_IPWARE_PROXY_COUNT else ["REMOTE_ADDR"]
)

# --- Browser security -------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
SECURE_SSL_REDIRECT = _IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^saude$"]
SECURE_HSTS_SECONDS = 31_536_000 if _IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if AXES_IPWARE_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Language and time ------------------------------------------------------------------------------------

LANGUAGE_CODE = "pt-br"
TIME_ZONE = "America/Sao_Paulo"
USE_I18N = True
USE_TZ = True

# --- E-mail (password reset) ------------------------------------------------------------------------------

_email_url = env.str("EMAIL_URL", default="consolemail://")
try:
    vars().update(env.email_url_config(_email_url))
except Exception as exc:
    raise ImproperlyConfigured(
        "EMAIL_URL não pôde ser lida. Ex.: smtp+tls://usuario:senha@servidor:587 (ou consolemail:// em teste)"
    ) from exc
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="backoffice@localhost")

# --- Background tasks -------------------------------------------------------------------------------------
# The rows are the queue (see backoffice/outbox.py); a task is a nudge and may run twice.
# retry > timeout x (1 + ceil((queue_limit + 1) / workers)) + margin, or a waiting task would run twice.

Q_CLUSTER = {
    "name": "backoffice",
    "orm": "default",
    "workers": 3,  # one for each: reading the portal, sending, and what is due meanwhile
    "queue_limit": 2,
    "bulk": 1,
    "timeout": 240,
    "retry": 900,
    "max_attempts": 3,
    "ack_failures": False,
    "catch_up": False,
    "save_limit": 1000,
    "recycle": 200,
    "poll": 0.5,
    "label": "Tarefas",
}

# --- Consumidor.gov.br ------------------------------------------------------------------------------------
# What the API document leaves open is a setting with a cautious default.

PORTAL_API_VERSION = env.str("PORTAL_API_VERSION", default="1.0")
ANSWER_MAX_CHARACTERS = number("ANSWER_MAX_CHARACTERS", 3000, at_least=1)
ATTACHMENT_MAX_FILES = number("ATTACHMENT_MAX_FILES", 5)
ATTACHMENT_MAX_BYTES = number("ATTACHMENT_MAX_BYTES", 2 * 1024 * 1024, at_least=1)
ATTACHMENT_TYPES = [
    ext.strip().lower().lstrip(".") for ext in env.list("ATTACHMENT_TYPES", default=["pdf", "jpg", "jpeg", "png"])
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

SEND_WALL_SECONDS = number("SEND_WALL_SECONDS", 90, at_least=5)
if Q_CLUSTER["timeout"] // 2 < SEND_WALL_SECONDS:
    raise ImproperlyConfigured(
        f"SEND_WALL_SECONDS={SEND_WALL_SECONDS} passa de {Q_CLUSTER['timeout'] // 2}, metade do limite da tarefa."
    )
# A row still "enviando" after this was left by a worker that died.
SEND_ABANDONED_SECONDS = Q_CLUSTER["timeout"] + 60
SETTLE_READINGS = number("SETTLE_READINGS", 3, at_least=1)
SETTLE_MINUTES = number("SETTLE_MINUTES", 60, at_least=1)
SYNC_HISTORY_MONTHS = number("SYNC_HISTORY_MONTHS", 12, at_least=1)
SYNC_EVERY_MINUTES = number("SYNC_EVERY_MINUTES", 10, at_least=1)

# --- Logs -------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise ImproperlyConfigured(f"LOG_LEVEL={LOG_LEVEL!r} não existe. Ex.: LOG_LEVEL=INFO (ou WARNING, ERROR, DEBUG)")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        # urllib3 would print full addresses, and they carry CPFs.
        "urllib3": {"level": "ERROR"},
        "django-q": {"level": LOG_LEVEL},
    },
}
