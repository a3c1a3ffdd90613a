from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models


class User(AbstractBaseUser):
    username = models.CharField(max_length=150, unique=True)

    USERNAME_FIELD = "username"


class Complaint(models.Model):
    protocol = models.CharField(max_length=20, unique=True)
    protocol_end = models.CharField(max_length=6)
    status = models.CharField(max_length=4)  # text: SQLite follows no index for a bare boolean
    due_on = models.DateField()
    consumer = models.CharField(max_length=200)
    consumer_folded = models.CharField(max_length=200)
    cpf = models.CharField(max_length=14)
    company = models.CharField(max_length=200)
    problem = models.CharField(max_length=300)
    subject = models.CharField(max_length=300)
    situation = models.CharField(max_length=120)
    assignee = models.CharField(max_length=150)
    sent = models.CharField(max_length=10)
    moved = models.CharField(max_length=40)
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["status", "due_on", "id"], name="floor_queue"),
            models.Index(fields=["protocol_end"], name="floor_protocol_end"),
            models.Index(fields=["consumer_folded", "id"], name="floor_consumer"),
        ]


class Movement(models.Model):
    complaint_id = models.BigIntegerField()
    code = models.IntegerField()
    type = models.CharField(max_length=120)
    at = models.DateTimeField()
    author = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint_id", "code"], name="floor_one_per_code")]


class Answer(models.Model):
    complaint_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    text = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint_id", "user_id"], name="floor_one_answer")]


ALL = (User, Complaint, Movement, Answer)
