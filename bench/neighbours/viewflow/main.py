"""Viewflow as a contender: reads ``case`` or ``cost`` from its input, a line each, and answers with a line of JSON.

``main.py <settings>``: the settings are JSON with ``database`` (a Django DATABASES entry) and ``answers`` (the ten
fields). What is timed is what Viewflow's own view does for a POST: lock, transaction, task, right, form saved, execute.
"""

import gc
import json
import sys
import time
from types import SimpleNamespace

import django
from django.conf import settings

ASKED = json.loads(sys.argv[1])
settings.configure(
    DATABASES={"default": ASKED["database"]},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "viewflow",
        "viewflow.workflow",
        "contender",
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    SECRET_KEY="bench",
)
django.setup()

from contender.flows import ApprovalFlow  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402 - models need the settings
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

OPINIONS = {
    "review": {"review_opinion": "同意，送人事、财务。"},
    "staffing": {"staffing_opinion": "同意。"},
    "funding": {"funding_opinion": "经费已落实。"},
    "decision": {"decision_opinion": "同意。"},
}
STEPS = {"apply": ASKED["answers"], **OPINIONS}
NO_STATEMENTS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def start(user):
    """Start a case; its key."""
    with transaction.atomic():
        activation = ApprovalFlow.start.activation_class.create(ApprovalFlow.start, None, None)
        activation.start(SimpleNamespace(user=user))
        activation.execute()
    return activation.process.pk


def complete(user, process_pk, task_pk, element, answers):
    """Complete a task."""
    node = getattr(ApprovalFlow, element)
    with ApprovalFlow.lock(process_pk), transaction.atomic():
        task = ApprovalFlow.task_class.objects.get(pk=task_pk)
        activation = node.activation_class(task)
        if not node.can_execute(user, task=task):
            raise PermissionError(element)
        activation.start(SimpleNamespace(user=user))
        for key, value in answers.items():
            setattr(activation.process, key, value)
        activation.process.save()
        activation.execute()


def case(user, around):
    """One case; ``around`` is called with the name of each step and what does it."""
    process_pk = around("start", lambda: start(user))
    for element, answers in STEPS.items():
        task_pk = ApprovalFlow.task_class.objects.get(
            process_id=process_pk, flow_task=getattr(ApprovalFlow, element), finished__isnull=True
        ).pk
        around(element, lambda e=element, a=answers, t=task_pk: complete(user, process_pk, t, e, a))


def timed(user):
    """The seconds of the start and of each completion."""
    seconds = {"start": [], "completion": []}

    def around(step, act):
        gc.collect()
        gc.disable()
        began = time.perf_counter()
        result = act()
        seconds["start" if step == "start" else "completion"].append(time.perf_counter() - began)
        gc.enable()
        return result

    case(user, around)
    return seconds


def counted(user):
    """The statements of each step; a step is one transaction, so one commit."""
    cost = {}

    def around(step, act):
        asked = []

        def wrapper(execute, sql, params, many, context):
            asked.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(wrapper):
            result = act()
        cost[step] = len([sql for sql in asked if not sql.startswith(NO_STATEMENTS)])
        return result

    case(user, around)
    return cost


def main():
    """Prepare the database, then do as each line says until the input ends."""
    call_command("migrate", verbosity=0)
    user = get_user_model().objects.create(username="officer")
    print("ready", flush=True)  # noqa: T201 - the answer to whoever started this program
    for line in sys.stdin:
        answer = {"case": timed, "cost": counted}[line.strip()](user)
        print(json.dumps(answer), flush=True)  # noqa: T201


main()
