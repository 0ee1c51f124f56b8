"""Customers as Mesa knows agents: a face over the columns, so that Mesa habits work without an object per person."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa import Agent
from mesa.agentset import AbstractAgentSet, GroupBy
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.market import Market


class Customer(Agent):  # type: ignore[misc]
    """One person, read from and written to the columns: ``customer.frailty``, ``customer.satisfaction`` (per firm)."""

    def __init__(self, market: "Market", person: int) -> None:
        """Look at row ``person``; nothing is registered, nothing is copied."""
        object.__setattr__(self, "model", market)
        object.__setattr__(self, "unique_id", person)

    def __getattr__(self, name: str) -> Any:
        """Return the person's entry of a column: a number, or an array over firms (and attributes)."""
        return _column(self.model, name)[self.unique_id]

    def __setattr__(self, name: str, value: Any) -> None:
        """Write the person's entry of a column."""
        _column(self.model, name)[self.unique_id] = value

    def __repr__(self) -> str:
        """Return what tells the person from others."""
        return f"Customer({self.unique_id})"


def _column(market: "Market", name: str) -> NDArray[Any]:
    columns = market.people._asdict() | market.mind.columns()
    if name not in columns:
        raise AttributeError(f"{name}: people have no such column; there are: {', '.join(columns)}")
    values: NDArray[Any] = columns[name]
    return values


class Customers(AbstractAgentSet):  # type: ignore[misc]
    """People of a market: ``get``, ``set``, ``agg``, ``select``, ``groupby``; iterating gives ``Customer`` views.

    Attributes:
        model: the market.
        rows: row numbers of these people among the columns.
    """

    def __init__(self, market: "Market", rows: NDArray[np.int64] | None = None) -> None:
        """Face all people of a market, or the rows given."""
        self.model = market
        self.rows = np.arange(len(market.people.entry)) if rows is None else rows

    def __len__(self) -> int:
        """Return how many people."""
        return len(self.rows)

    def __iter__(self) -> Iterator[Customer]:
        """Iterate over views."""
        return (Customer(self.model, int(row)) for row in self.rows)

    def __contains__(self, agent: object) -> bool:
        """Whether a customer view is of these people."""
        return isinstance(agent, Customer) and agent.unique_id in self.rows

    def __getitem__(self, item: int | slice) -> Any:
        """Return one view, or a list of views."""
        views = self.rows[item]
        return (
            [Customer(self.model, int(row)) for row in views]
            if isinstance(item, slice)
            else Customer(self.model, int(views))
        )

    def get(self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None) -> Any:
        """Return a column of these people (a list of several), as arrays."""
        if isinstance(attr_names, str):
            return _column(self.model, attr_names)[self.rows]
        return [_column(self.model, name)[self.rows] for name in attr_names]

    def set(self, attr_name: str, value: Any) -> "Customers":
        """Write a value, or one per person, to a column of these people."""
        _column(self.model, attr_name)[self.rows] = value
        return self

    def agg(self, attribute: str, func: Callable[[Any], Any] | list[Callable[[Any], Any]]) -> Any:
        """Return a function (a list of several) of a column of these people."""
        values = self.get(attribute)
        return [each(values) for each in func] if isinstance(func, list) else func(values)

    def select(
        self,
        filter_func: Any = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,
        agent_type: Any = None,
    ) -> "Customers":
        """Return the people for whom ``filter_func`` is true.

        ``filter_func``: a function of one customer, or (fast) a mask over these people. ``at_most``: so many, or (a
        float from 0 to 1) that share of them.
        """
        rows = self.rows
        if filter_func is not None:
            mask = [filter_func(customer) for customer in self] if callable(filter_func) else filter_func
            rows = rows[np.asarray(mask, bool)]
        share = isinstance(at_most, float) and at_most <= 1.0
        rows = rows[: int(min(at_most * len(rows) if share else at_most, len(rows)))]
        return self._of(rows, inplace)

    def groupby(self, by: str | Callable[[Any], Any], result_type: str = "agentset") -> GroupBy:
        """Return these people split by a column with one number a person, or by a function of one customer."""
        values = np.array([by(customer) for customer in self]) if callable(by) else self.get(by)
        groups = {value.item(): Customers(self.model, self.rows[values == value]) for value in np.unique(values)}
        return GroupBy({key: group.to_list() for key, group in groups.items()} if result_type == "list" else groups)

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> "Customers":
        """Call a function of one customer for each, in row order."""
        self.map(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Return the results of a function (or method name) of one customer for each, in row order."""
        if isinstance(method, str):
            return [getattr(customer, method)(*args, **kwargs) for customer in self]
        return [method(customer, *args, **kwargs) for customer in self]

    def sort(self, key: str | Callable[[Any], Any], ascending: bool = False, inplace: bool = False) -> "Customers":
        """Return these people by a column with one number each, or a function of one customer; ties keep order."""
        values = np.array([key(customer) for customer in self]) if callable(key) else self.get(key)
        order = np.argsort(values if ascending else -values, kind="stable")
        return self._of(self.rows[order], inplace)

    def _of(self, rows: NDArray[np.int64], inplace: bool) -> "Customers":
        if not inplace:
            return Customers(self.model, rows)
        self.rows = rows
        return self

    def to_list(self) -> list[Customer]:
        """Return views of all these people."""
        return list(self)

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("people have fixed ids for life and no order of turns: nobody is added, removed or shuffled")

    add = discard = remove = shuffle = shuffle_do = _update = _refuse
