"""Single sign-on whose way back is the site's own address, whatever name a request gave the server."""

from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponseBase

from onetimeshare.addresses import public


class OneWayBack(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """allauth's builds the address from the Host header: a port, or a second name, would stand in it."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return public("openid_connect_callback")


def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return _asked(OAuth2LoginView, request, provider_id)


def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return _asked(OAuth2CallbackView, request, provider_id)


def _asked(view: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        answer: HttpResponseBase = view.adapter_view(OneWayBack(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer
