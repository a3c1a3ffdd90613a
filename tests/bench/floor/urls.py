from django.urls import path

from tests.bench.floor import views

urlpatterns = [
    path("queue/", views.queue),
    path("find/", views.find),
    path("complaint/<slug:protocol>/", views.complaint),
    path("complaint/<slug:protocol>/answer/", views.answer),
]
