"""The editor's screens at Wagtail's own addresses: Wagtail has no hook for them. Names are reversed to the same addresses as ever."""

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver, path
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.urls import display_custom_404
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms.editor.views import JobApproval, JobCreator, JobEditor, JobRevertEditor

JOB = {"content_type_app_name": "cms", "content_type_model_name": "jobpage"}

urlpatterns: Sequence[URLPattern | URLResolver] = [
    path("pages/<int:page_id>/edit/", JobEditor.as_view()),
    path("pages/<int:page_id>/revisions/<int:revision_id>/revert/", JobRevertEditor.as_view()),
    path("pages/workflow/action/<int:page_id>/<slug:action_name>/<int:task_state_id>/", JobApproval.as_view()),
    path("pages/add/cms/jobpage/<int:parent_page_id>/", JobCreator.as_view(), JOB),
]
for decorator in (require_admin_access, display_custom_404, never_cache):
    urlpatterns = decorate_urlpatterns(urlpatterns, decorator)
