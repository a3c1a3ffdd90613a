from django.urls import path

from complaints.views import answers, assignment, attachments, complaints, drafts, queue, submissions, sync

urlpatterns = [
    # Fila: complaints/views/queue.py, assignment.py
    path("fila/", queue.queue, name="queue"),
    path("fila/buscar/", queue.queue_search, name="queue_search"),
    path("fila/filtros/", queue.queue_filters, name="queue_filters"),
    path("fila/novidades/", queue.queue_news, name="queue_news"),
    path("reclamacoes/<slug:protocol>/assumir/", assignment.take_complaint, name="take_complaint"),
    path("reclamacoes/<slug:protocol>/atribuir/", assignment.assign_complaint, name="assign_complaint"),
    # Reclamação: complaints/views/complaints.py, attachments.py
    path("reclamacoes/<slug:protocol>/", complaints.complaint, name="complaint"),
    path("reclamacoes/<slug:protocol>/atualizar/", complaints.refresh_complaint, name="refresh_complaint"),
    path("reclamacoes/<slug:protocol>/revelar/", complaints.reveal_complaint, name="reveal_complaint"),
    path("anexos/<int:pk>/", attachments.attachment, name="attachment"),
    path("anexos/<int:pk>/previa/", attachments.attachment_preview, name="attachment_preview"),
    path("anexos/<int:pk>/buscar/", attachments.attachment_fetch, name="attachment_fetch"),
    path("anexos/<int:pk>/pagina/<int:number>/", attachments.attachment_page, name="attachment_page"),
    path("anexos/<int:pk>/miniatura/", attachments.attachment_thumbnail, name="attachment_thumbnail"),
    # Leituras do portal: complaints/views/sync.py
    path("leituras/", sync.sync, name="sync"),
    path("leituras/andamento/", sync.sync_progress, name="sync_progress"),
    path("leituras/<int:pk>/ler/", sync.sync_now, name="sync_now"),
    # Responder: complaints/views/answers.py, drafts.py
    path("reclamacoes/<slug:protocol>/responder/", answers.answer, name="answer"),
    path("reclamacoes/<slug:protocol>/responder/rascunho/", drafts.answer_draft, name="answer_draft"),
    path("reclamacoes/<slug:protocol>/responder/descartar/", drafts.answer_discard, name="answer_discard"),
    path("reclamacoes/<slug:protocol>/responder/arquivos/", drafts.answer_files, name="answer_files"),
    path("reclamacoes/<slug:protocol>/responder/arquivos/<int:pk>/", drafts.answer_file, name="answer_file"),
    path(
        "reclamacoes/<slug:protocol>/responder/arquivos/<int:pk>/remover/",
        drafts.answer_file_remove,
        name="answer_file_remove",
    ),
    path("reclamacoes/<slug:protocol>/responder/dado-nosso/", drafts.answer_finding, name="answer_finding"),
    path("reclamacoes/<slug:protocol>/responder/versoes/<int:pk>/", drafts.answer_version, name="answer_version"),
    path("reclamacoes/<slug:protocol>/responder/conferir/", answers.answer_confirm, name="answer_confirm"),
    path("reclamacoes/<slug:protocol>/responder/enviar/", answers.answer_send, name="answer_send"),
    # Envios: complaints/views/submissions.py
    path("envios/", submissions.submissions, name="submissions"),
    path("envios/<int:pk>/", submissions.submission, name="submission"),
    path("envios/<int:pk>/estado/", submissions.submission_state, name="submission_state"),
    path("envios/<int:pk>/cancelar/", submissions.submission_withdraw, name="submission_withdraw"),
    path("envios/<int:pk>/conferir/", submissions.submission_check, name="submission_check"),
    path("envios/<int:pk>/recebido/", submissions.submission_received, name="submission_received"),
    path("envios/<int:pk>/reenviar/", submissions.submission_send_again, name="submission_send_again"),
    path("envios/<int:pk>/devolver/", submissions.submission_give_back, name="submission_give_back"),
]
