"""Opening with a browser without scripts: first the facts, then the claim, again within the lease."""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sealing.encoding import unb64
from shares.models import Lease, ServerHalf
from shares.values import State
from tests.builders import Fields, a_sealed_text, body_of, everything_about, links_in, row_of
from tests.shares.doors import browser, curl, facts_of, share_of

pytestmark = pytest.mark.django_db


def test_the_first_post_of_a_browser_claims_nothing():
    left = a_sealed_text(password="geheim")
    before = everything_about(share_of(left.link))

    page = browser(left.link, password="geheim")

    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert everything_about(share_of(left.link)) == before
    fields = Fields(page.content.decode()).found
    assert len(unb64(fields["lease"], 32)) == 32
    assert fields["link"] == left.link.url


def test_every_look_offers_another_lease_secret():
    left = a_sealed_text()

    assert facts_of(left.link)["lease"] != facts_of(left.link)["lease"]


def test_the_second_post_shows_the_text_and_posting_it_again_shows_it_again():
    left = a_sealed_text("<b>the secret</b>")
    fields = facts_of(left.link)

    first, second = browser(left.link, **fields), browser(left.link, **fields)

    for page in (first, second):
        assert page.status_code == 200
        assert "&lt;b&gt;the secret&lt;/b&gt;" in page.content.decode()
        assert "<b>the secret" not in page.content.decode()
    assert Lease.objects.get().keeps_half
    assert ServerHalf.objects.exists()


def test_another_browser_is_told_that_it_is_opened():
    left = a_sealed_text()
    browser(left.link, **facts_of(left.link))

    assert browser(left.link).status_code == 410
    assert browser(left.link, lease="A" * 43).status_code == 410
    assert curl(left.link).status_code == 410


def test_a_file_may_be_taken_again_within_the_lease():
    content = os.urandom(100_000)
    answer = Client().post("/", {"file": SimpleUploadedFile("a.bin", content)})
    link, _ = links_in(answer.content.decode())
    fields = facts_of(link)

    for _ in range(2):
        answer = browser(link, **fields)
        assert body_of(answer) == content
        assert answer["Content-Disposition"] == 'attachment; filename="a.bin"'

    assert row_of(link).state == State.CLAIMED


def test_destroying_it_ends_it_at_once():
    left = a_sealed_text()
    fields = facts_of(left.link)
    browser(left.link, **fields)

    page = browser(left.link, **{**fields, "action": "destroy"})

    assert page.status_code == 200
    assert row_of(left.link).state == State.BURNED
    assert browser(left.link, **fields).status_code == 410


def test_a_wrong_password_keeps_the_form_and_says_how_many_tries_are_left():
    left = a_sealed_text(password="geheim")
    fields = facts_of(left.link)

    page = browser(left.link, **{**fields, "password": "wrong"})

    assert page.status_code == 403
    assert Fields(page.content.decode()).found["lease"] == fields["lease"]
    assert row_of(left.link).attempts == 1
    assert "geheim" not in page.content.decode()


def test_a_lease_field_that_is_damaged_claims_nothing():
    left = a_sealed_text()
    before = everything_about(share_of(left.link))

    for lease in ("A", "A" * 42 + "B", "A" * 44, "ключ"):
        assert browser(left.link, lease=lease).status_code == 422

    assert everything_about(share_of(left.link)) == before
