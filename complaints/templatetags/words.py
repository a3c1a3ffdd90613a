"""Values said the product's way, in templates."""

from django import template

from complaints.badges import clock

register = template.Library()
register.filter("clock", clock)
