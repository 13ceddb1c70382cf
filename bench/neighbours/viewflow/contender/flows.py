"""The order of the steps, as Viewflow writes it. Every task is assigned when it opens: one act fewer than by hand."""

from functools import cache

from django.contrib.auth import get_user_model
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow.views import CreateProcessView, UpdateProcessView

from contender.models import Approval


@cache
def _officer():
    return get_user_model().objects.get(username="officer")


class ApprovalFlow(flow.Flow):
    """Start, ten fields, review, two departments side by side, decision."""

    process_class = Approval
    lock_impl = lock.select_for_update_lock

    start = flow.Start(CreateProcessView.as_view(fields=[])).Next(this.apply)
    apply = flow.View(UpdateProcessView.as_view(fields=["subject"])).Assign(this.officer).Next(this.review)
    review = flow.View(UpdateProcessView.as_view(fields=["review_opinion"])).Assign(this.officer).Next(this.split)
    split = flow.Split().Next(this.staffing).Next(this.funding)
    staffing = flow.View(UpdateProcessView.as_view(fields=["staffing_opinion"])).Assign(this.officer).Next(this.join)
    funding = flow.View(UpdateProcessView.as_view(fields=["funding_opinion"])).Assign(this.officer).Next(this.join)
    join = flow.Join().Next(this.decision)
    decision = flow.View(UpdateProcessView.as_view(fields=["decision_opinion"])).Assign(this.officer).Next(this.end)
    end = flow.End()

    def officer(self, _activation):
        """Whoever answers; looked up once, as a signed-in user is."""
        return _officer()
