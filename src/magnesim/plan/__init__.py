"""A safe plan: whether, how much, in which form, at what clock times, what to expect and when to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from magnesim.plan.batch import plan_batch
    from magnesim.plan.compose import Plan, plan

__all__ = ["Plan", "plan", "plan_batch"]


def __getattr__(name: str) -> Any:
    # a batch needs the rules alone: the body model waits until one plan is asked for
    if name == "plan_batch":
        from magnesim.plan import batch

        return batch.plan_batch
    if name in ("Plan", "plan"):
        from magnesim.plan import compose

        return getattr(compose, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
