"""Values said the product's way, in templates."""

from django import template

from complaints.badges import clock, instant, when

register = template.Library()
register.filter("clock", clock)
register.filter("when", when)
register.filter("instant", instant)
