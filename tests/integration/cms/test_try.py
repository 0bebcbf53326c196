import pytest
from django.test import Client
from tests.integration.cms.factories import *
pytestmark = [pytest.mark.integration, pytest.mark.django_db]
def test_a(publisher, heard):
    job = make_job()
    print(heard())
    r = publisher.get(f"/admin/pages/{job.pk}/edit/")
    from wagtail.test.utils.form_data import querydict_from_html
    d = querydict_from_html(r.content.decode(), form_id="page-edit-form")
    print(dict(d))
    r = Client().get("/jobs/")
    print(r.status_code, r.content.decode()[-3000:])
    r = Client().get("/jobs/baker/")
    print(r.status_code, r.cookies, r.headers)
    for u in ("close","reopen"):
        r = publisher.get(f"/admin/jobs/{job.pk}/{u}/")
        print(r.status_code)
    print(publisher.get("/admin/pages/3/").status_code, publisher.get(f"/admin/pages/{job.pk}/unpublish/").status_code, publisher.get("/admin/snippets/cms/company/").status_code)
