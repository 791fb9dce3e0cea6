"""The site's one page, for those who are in."""
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.template import engines
from django.urls import path

PAGE = """<h1>Orders</h1><p>{{ user.email }}</p>
<form method="post" action="{% url 'oidc_logout' %}">{% csrf_token %}<button>Log out</button></form>"""


@login_required
def orders(request):
    return HttpResponse(engines['django'].from_string(PAGE).render({'user': request.user}, request))


def goodbye(request):
    if request.user.is_authenticated:
        return orders(request)
    return HttpResponse('<h1>Orders</h1><a href="/orders">Log in</a>')


urlpatterns = [path('', goodbye), path('orders', orders)]
