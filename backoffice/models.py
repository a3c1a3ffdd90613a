"""Where Django looks for this app's models; each lives in the module of its noun."""

from backoffice.audit import AuditEvent
from backoffice.files import StoredFile
from backoffice.installation import Installation
from backoffice.people import User
from backoffice.private_search import PrivateSearch

__all__ = ["AuditEvent", "Installation", "PrivateSearch", "StoredFile", "User"]
