from django.contrib import admin
from django.urls import include, path

from backoffice import login_views, views

handler400 = "backoffice.views.bad_request"
handler403 = "backoffice.views.permission_denied"
handler404 = "backoffice.views.page_not_found"
handler500 = "backoffice.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("saude", views.health, name="health"),
    path("tema/", views.theme, name="theme"),
    path("atalhos/", views.shortcuts, name="shortcuts"),
    path("entrar/", login_views.LoginView.as_view(), name="login"),
    path("entrar/de-novo/", login_views.login_again, name="login_again"),
    path("sair/", login_views.LogoutView.as_view(), name="logout"),
    path("senha/", login_views.PasswordChangeView.as_view(), name="password_change"),
    path("senha/esqueci/", login_views.PasswordResetView.as_view(), name="password_reset"),
    path("senha/esqueci/enviado/", login_views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("senha/nova/pronta/", login_views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("senha/nova/<uidb64>/<token>/", login_views.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("", include("complaints.urls")),
    # The admin's own pages for logging in and passwords stand aside for ours: one limit, one audit, one look.
    path("admin/login/", login_views.admin_login),
    path("admin/logout/", login_views.LogoutView.as_view()),
    path("admin/password_change/", login_views.PasswordChangeView.as_view()),
    path("admin/", admin.site.urls),
]
