"""A preview is enough: looking at the page claims the share."""

from django.http import HttpResponse

from shares.models import Share


def receive(request, share_id):
    Share.objects.filter(pk=share_id, claims_left__gt=0).update(claims_left=0, state="claimed")
    return HttpResponse("looked")


REPLACES = {"shares.views.receive.receive": receive}
