"""``python -m tests.corpus freeze``: play every story with this build and add its frozen cases to the corpus."""

from __future__ import annotations

import base64
import sys
from importlib.metadata import version

from tests.corpus.frozen import CASES, DRAWINGS, Case, Frozen, digest_of
from tests.corpus.stories import Story, stories
from workflow_app.engine import ENGINE_VERSION, load

LONGEST = 16
"""Acts of a story before each of which it is frozen."""


def freeze(build: str) -> int:
    """Write the cases of a build into a folder of its own; how many.

    Raises:
        FileExistsError: this build is in the corpus already. What is there is never written again.
    """
    folder = CASES / build
    folder.mkdir()
    return sum(_freeze(story, build) for story in stories())


def _freeze(story: Story, build: str) -> int:
    digest = digest_of(story.expanded.xml)
    kept = DRAWINGS / f"{digest}.bpmn"
    if not kept.exists():
        kept.write_bytes(story.expanded.xml)
    case = Case.start(load(story.expanded))
    moments = []
    for act in (*story.acts, None):
        facts = {name: dict(facts) for name, facts in case.facts.items()}
        moments.append((case.state, facts, case.standing().elements()))
        if act is not None:
            case.act(act)
    assert case.outcome is not None, f"{story.name} does not come to its end"
    # Of a long story every fifth moment: its steps are much alike.
    step = 1 if len(moments) <= LONGEST else 5
    for number, (state, facts, standing) in list(enumerate(moments))[::step]:
        frozen = Frozen(
            build=build,
            engine=ENGINE_VERSION,
            drawing=digest,
            state=base64.b64encode(state).decode(),
            facts=facts,
            standing=standing,
            acts=list(story.acts[number:]),
            path=[after for _, _, after in moments[number + 1 :]],
        )
        frozen.write(CASES / build / f"{story.name}-{number:02}.json")
    return len(moments[::step])


def main(arguments: list[str]) -> None:
    """``freeze [name of the build]``; without a name that of the installed product."""
    if arguments[:1] != ["freeze"] or len(arguments) > 2:
        raise SystemExit("python -m tests.corpus freeze [build]")
    build = arguments[1] if len(arguments) == 2 else version("workflow-app")
    print(f"{freeze(build)} cases of build {build}")  # noqa: T201 - the command's answer


if __name__ == "__main__":
    main(sys.argv[1:])
