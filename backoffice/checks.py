"""System checks of this product (manage.py check): settings that start well and hurt later."""

from math import ceil

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connections
from django.db.utils import DatabaseError


def _is_public() -> bool:
    return settings.PUBLIC_URL.startswith("https://")


@register(Tags.security)
def debug_is_for_one_machine(app_configs, **kwargs):
    if settings.DEBUG and _is_public():
        return [
            Error(
                "DEBUG está ligado num endereço público: páginas de erro mostrariam dados de consumidores.",
                hint="Use DEBUG=0, ou um PUBLIC_URL http:// desta máquina.",
                id="backoffice.E001",
            )
        ]
    return []


@register()
def waiting_tasks_run_once(app_configs, **kwargs):
    """django-q2 counts `retry` from when a task is taken, not from when it begins."""
    cluster = settings.Q_CLUSTER
    longest = cluster["timeout"] * (1 + ceil((cluster["queue_limit"] + 1) / cluster["workers"]))
    if cluster["retry"] <= longest:
        return [
            Error(
                f"Q_CLUSTER: retry={cluster['retry']} s não passa de {longest} s: uma tarefa rodaria duas vezes.",
                hint="retry > timeout x (1 + ceil((queue_limit + 1) / workers)).",
                id="backoffice.E002",
            )
        ]
    return []


@register(Tags.database)
def demo_database_is_not_public(app_configs, databases=None, **kwargs):
    from backoffice import installation  # a model: not before the apps are loaded

    if not databases or "default" not in databases or not _is_public():
        return []
    try:
        # Introspection first: a failed query would break the transaction that migrate may be in.
        if installation.Installation._meta.db_table not in connections["default"].introspection.table_names():
            return []
        is_demo = installation.is_demo()
    except DatabaseError:
        return []
    if is_demo:
        return [
            Error(
                "Este é o banco da demonstração, e PUBLIC_URL é um endereço público.",
                hint="Aponte DATABASE_URL para o banco da instalação.",
                id="backoffice.E003",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def mail_reaches_people(app_configs, **kwargs):
    if settings.EMAIL_BACKEND.endswith((".console.EmailBackend", ".locmem.EmailBackend", ".dummy.EmailBackend")):
        return [
            Warning(
                "EMAIL_URL não entrega: quem esquecer a senha não recebe o e-mail.",
                hint="Ex.: EMAIL_URL=smtp+tls://usuario:senha@servidor:587",
                id="backoffice.W001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def https_comes_from_a_known_proxy(app_configs, **kwargs):
    if _is_public() and not settings.SECURE_PROXY_SSL_HEADER:
        return [
            Warning(
                "PUBLIC_URL é https e TRUSTED_PROXIES é 0: quem termina o https é um proxy, e sem contá-lo todos "
                "teriam o endereço dele no limite de tentativas e na auditoria.",
                hint="TRUSTED_PROXIES=1 com um proxy à frente.",
                id="backoffice.W002",
            )
        ]
    return []
