from django.http import HttpResponse
from django.urls import include, path


def greet(request):
    """The one page: who came."""
    name = request.user.email if request.user.is_authenticated else 'stranger'
    return HttpResponse(f'<p>Hello {name}</p><p><a href="/accounts/logout/">Log out</a></p>')


urlpatterns = [path('', greet), path('accounts/', include('allauth.urls'))]
