"""The site's one page."""
from django.http import HttpResponse
from django.template import engines
from django.urls import path

PAGE = """<h1>Papers</h1>{% if user.is_authenticated %}<p>{{ user.email }}</p>
<form method="post" action="{% url 'account_logout' %}">{% csrf_token %}<button>Log out</button></form>
{% else %}<a href="{% url 'account_login' %}">Log in</a>{% endif %}"""


def papers(request):
    return HttpResponse(engines['django'].from_string(PAGE).render({}, request))


urlpatterns = [path('', papers)]
