"""Pages that explain: the same for everybody, and nothing is asked on them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    return render(request, "about/how_it_works.html", {"public_url": settings.PUBLIC_URL})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "about/privacy.html", {"tombstone_days": settings.TOMBSTONE_DAYS})
