"""The service says what it lacks, and what to doubt for it."""

from hypothesis import given
from hypothesis import strategies as st

from dispatch.live.losses import AFFECTS, SENTENCES, Loss, ServiceSigns, list_losses

signs = st.builds(
    ServiceSigns,
    record_trusted=st.booleans(),
    oldest_wait_seconds=st.floats(0, 10),
    failing_timers=st.frozensets(st.sampled_from(["escalation", "follower", "look", "tidy"])),
    has_roads=st.booleans(),
    solver_works=st.booleans(),
    opinions_compiled=st.booleans(),
)


def test_a_service_that_works_lacks_nothing() -> None:
    assert list_losses(ServiceSigns()) == ()


def test_every_loss_has_a_sentence_and_names_what_to_doubt() -> None:
    assert set(SENTENCES) == set(AFFECTS) == set(Loss)
    assert all(SENTENCES[loss].endswith(".") and AFFECTS[loss] for loss in Loss)


def test_each_sign_is_its_own_loss() -> None:
    assert list_losses(ServiceSigns(record_trusted=False)) == (Loss.RECORD_UNAVAILABLE,)
    assert list_losses(ServiceSigns(failing_timers={"follower"})) == (Loss.RECORD_UNAVAILABLE,)
    assert list_losses(ServiceSigns(oldest_wait_seconds=2.1)) == (Loss.RECORD_BEHIND,)
    assert list_losses(ServiceSigns(failing_timers={"escalation"})) == (Loss.REQUESTS_STUCK,)
    assert list_losses(ServiceSigns(failing_timers={"look"})) == (Loss.COVER_STUCK,)
    assert list_losses(ServiceSigns(has_roads=False)) == (Loss.ROADS_MISSING,)
    assert list_losses(ServiceSigns(solver_works=False)) == (Loss.SOLVER_OFF,)
    assert list_losses(ServiceSigns(opinions_compiled=False)) == (Loss.OPINIONS_PLAIN,)


def test_timers_that_dispatchers_do_not_depend_on_are_no_loss() -> None:
    assert list_losses(ServiceSigns(failing_timers={"tidy", "forecast"})) == ()


def test_a_record_that_catches_up_is_behind_until_it_has() -> None:
    slow = ServiceSigns(oldest_wait_seconds=1.0)
    assert list_losses(slow) == ()
    assert list_losses(slow, before=[Loss.RECORD_BEHIND]) == (Loss.RECORD_BEHIND,)
    assert list_losses(ServiceSigns(oldest_wait_seconds=0.4), before=[Loss.RECORD_BEHIND]) == ()


@given(signs)
def test_the_gravest_comes_first_and_none_twice(signs: ServiceSigns) -> None:
    lost = list_losses(signs)
    assert list(lost) == sorted(set(lost), key=list(Loss).index)
