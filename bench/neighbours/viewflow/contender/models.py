"""The case: the ten answers, and what the four deciders say, kept in Viewflow's own JSON column."""

from viewflow import jsonstore
from viewflow.workflow.models import Process


class Approval(Process):
    """One five-task approval."""

    subject = jsonstore.CharField(max_length=60)
    purpose = jsonstore.TextField()
    reason = jsonstore.TextField()
    place = jsonstore.CharField(max_length=60)
    pupils = jsonstore.IntegerField()
    amount = jsonstore.CharField(max_length=20)
    starts_on = jsonstore.CharField(max_length=10)
    ends_on = jsonstore.CharField(max_length=10)
    scale = jsonstore.CharField(max_length=10)
    insured = jsonstore.BooleanField(default=False)
    review_opinion = jsonstore.CharField(max_length=200)
    staffing_opinion = jsonstore.CharField(max_length=200)
    funding_opinion = jsonstore.CharField(max_length=200)
    decision_opinion = jsonstore.CharField(max_length=200)

    class Meta:
        proxy = True
        app_label = Process._meta.app_label  # no table of its own, so no application of its own
