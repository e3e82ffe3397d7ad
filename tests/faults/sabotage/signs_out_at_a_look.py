"""The page that asks whether to sign out has done it already, for whoever leads a browser there."""


def get(view, *args, **kwargs):
    return view.post(*args, **kwargs)


REPLACES = {"allauth.account.views.LogoutView.get": get}
