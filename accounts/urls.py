"""The addresses of people. No address ever holds a secret: links carry theirs behind the # (links.py)."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.usersessions import views as sessions
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts import views
from accounts.tokenpage import token_page

# Where somebody may guess: onetimeshare/urls.py throttles what is posted here.
doors = [
    path("login", account.login, name="account_login"),
    path("login/passkey", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("login/second-step", mfa.authenticate, name="mfa_authenticate"),
    path("signup", account.signup, name="account_signup"),
    path("link", views.follow, name="account_link"),
    path("password/reset", views.forgotten, name="account_reset_password"),
    path("confirm", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/code", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("confirm/passkey", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("sso", views.sign_on, name="sign_on"),
]
# To look at these is to be remembered: each GET may write a session.
REMEMBERING = ("mfa_login_webauthn", "sign_on")
rooms = [
    path("", views.account, name="account"),
    path("logout", account.logout, name="account_logout"),
    path("inactive", account.account_inactive, name="account_inactive"),
    path("email", views.address, name="account_email"),
    path("email/sent", account.email_verification_sent, name="account_email_verification_sent"),
    path("password/change", account.password_change, name="account_change_password"),
    path("password/set", account.password_set, name="account_set_password"),
    path("password/reset/sent", account.password_reset_done, name="account_reset_password_done"),
    # allauth keeps the key in the session; in the address stands this word in its place.
    re_path(
        r"^password/new/(?P<uidb36>[0-9a-z]{1,13})-(?P<key>set-password)$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/new", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("security", mfa.index, name="mfa_index"),
    path("security/app", totp.activate_totp, name="mfa_activate_totp"),
    path("security/app/remove", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("security/codes", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("security/codes/new", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("security/passkeys", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("security/passkeys/add", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/remove", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("tokens", token_page, name="tokens"),
    path("sessions", sessions.list_usersessions, name="usersessions_list"),
    path("sso/back", views.signed_on, {"provider_id": "sso"}, name="openid_connect_callback"),
    path("sso/cancelled", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("sso/failed", social.login_error, name="socialaccount_login_error"),
    path("sso/signup", social.signup, name="socialaccount_signup"),
]
urlpatterns = [*doors, *rooms]
