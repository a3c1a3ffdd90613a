from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "backoffice"
    verbose_name = "Pessoas e registros"

    def ready(self):
        from backoffice import checks, login_audit  # noqa: F401  (both register themselves)
