"""What the cells of a log mean: which column is which, and how dates and amounts are written.

A convention is read off the whole column, never off one cell: ``01/02/1997`` alone says nothing, but a ``25/01/1997``
elsewhere in the column does. Where the column leaves it open, the question goes back to the person who knows.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches

from sim.settings import BadInput

ROLES = ("customer", "date", "amount")

# Whole names, best first, as they look after `_plain`: lower case, no accents, letters and digits only.
SYNONYMS: Mapping[str, str] = {
    "customer": """
        customerid customer custid cust clientid client userid user memberid member buyerid buyer accountid account
        shopperid masterid cardid personid customernumber customerno customercode customerkey customeremail email
        customername clientname
        clienteid idcliente cliente codigocliente usuario idusuario socio comprador nombrecliente nombredelcliente
        客户编号 客户id 客户 顾客编号 顾客id 顾客 用户编号 用户id 用户 会员编号 会员id 会员 买家id 买家 id
    """,
    "date": """
        date purchasedate orderdate transactiondate invoicedate saledate salesdate datetime timestamp purchasetime
        ordertime transactiontime purchasedat orderedat createdat day when time
        fecha fechacompra fechadecompra fechapedido fechadepedido fechaventa fechafactura dia
        日期 购买日期 订单日期 交易日期 下单日期 下单时间 购买时间 交易时间 订单时间 时间
    """,
    "amount": """
        amount totalamount orderamount purchaseamount transactionamount invoiceamount saleamount salesamount total
        ordertotal ordervalue purchasevalue dollarvalue dollars value spend spent revenue sales sale paid payment
        importe importetotal monto montototal total totalcompra gasto valor venta ventas pago
        金额 总金额 订单金额 消费金额 交易金额 购买金额 支付金额 实付金额 销售额 总价
    """,
}

_YEAR = r"((?:19|20)\d\d)"
_CLOCK = r"(?:[T\s]\s*\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d\d:?\d\d)?)?"
_YEAR_FIRST = re.compile(rf"{_YEAR}(?:(\d\d)(\d\d)|\s?[-/.年]\s?(\d{{1,2}})\s?[-/.月]\s?(\d{{1,2}})日?){_CLOCK}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.]{_YEAR}{_CLOCK}")

_CURRENCY = r"(?:[A-Z]{0,3}[$€£¥￥₩₹₽₺₫₴₦₱฿]|[A-Z]{3}|kr|zł|Kč|Ft|Rs|元|円)?"
_AMOUNT = re.compile(rf"(\(?)([-+−]?){_CURRENCY}\s*([-+−]?)\s*(\d[\d.,'’\s]*?|[.,]\d+)\s*{_CURRENCY}\)?")

DATE_ORDERS = ("dmy", "mdy")
DECIMALS = (".", ",")
LARGEST_AMOUNT = 1e12  # beyond it a cell is a slip, and sums of cents could leave 64 bits


def find_columns(
    given: Mapping[str, str | int], header: Sequence[str] | None, rows: Sequence[list[str]]
) -> dict[str, int]:
    """Position of each role's column: as given, else by its name, else (no header) by what its cells look like.

    Args:
        given: role -> column name or 1-based number; roles left out are guessed.
        header: the names of the columns, or None when the file has none.
        rows: some rows of the file, all of the same width.

    Raises:
        BadInput: a role, name or number that does not exist, or a column that cannot be guessed.
    """
    width = len(header) if header is not None else len(rows[0])
    found = {role: given_column(role, name, header, width) for role, name in given.items()}
    guess = _guess_by_content(rows, found) if header is None else guess_by_name(header)
    found = {role: found[role] if role in found else guess[role] for role in ROLES if role in found or role in guess}
    missing = [role for role in ROLES if role not in found]
    if missing:
        raise BadInput(_which_column(missing, found, header, width))
    if len(set(found.values())) < len(ROLES):
        said = ", ".join(f"{role}: {found[role] + 1}" for role in ROLES)
        raise BadInput(f"columns: customer, date and amount need three different columns, not {said}")
    return found


def given_column(
    role: str, name: str | int, header: Sequence[str] | None, width: int, roles: Sequence[str] = ROLES
) -> int:
    """Return the position of a column that was given by its name or by its number from 1.

    Raises:
        BadInput: the role, name or number does not exist.
    """
    if role not in roles:
        near = get_close_matches(role, roles, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise BadInput(f"columns.{role}: not a column of such a log; allowed are {', '.join(roles)}{hint}")
    names = [cell.strip() for cell in header or ()]
    if str(name) in names:
        return names.index(str(name))
    if str(name).isdecimal():
        if not 1 <= int(name) <= width:
            raise BadInput(f"columns.{role}: {name} is not a column number; the file has columns 1 to {width}")
        return int(name) - 1
    if header is None:
        raise BadInput(
            f"columns.{role}: {name!r} is a name, but the file has no header; give a number from 1 to {width}"
        )
    near = get_close_matches(str(name), names, 1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise BadInput(f"columns.{role}: the file has no column {name!r}; it has {', '.join(names)}{hint}")


def guess_by_name(header: Sequence[str], synonyms: Mapping[str, str] = SYNONYMS) -> dict[str, int]:
    """Return the position of each role whose column goes by one of its names, best name first."""
    plain = [_plain(name) for name in header]
    hits = {role: next((name for name in names.split() if name in plain), None) for role, names in synonyms.items()}
    return {role: plain.index(name) for role, name in hits.items() if name is not None}


def _guess_by_content(rows: Sequence[list[str]], found: Mapping[str, int]) -> dict[str, int]:
    """Roles whose column is the only one that looks like it; two candidates are no guess."""
    free = [column for column in range(len(rows[0])) if column not in found.values()]
    dates = [column for column in free if _share(rows, column, is_date) > 0.8]
    amounts = [column for column in free if _share(rows, column, _has_cents) > 0.5]
    rest = [column for column in free if column not in dates and column not in amounts]
    candidates = {"date": dates, "amount": amounts, "customer": rest}
    return {role: columns[0] for role, columns in candidates.items() if len(columns) == 1 and role not in found}


def _share(rows: Sequence[list[str]], column: int, looks_right: Callable[[str], bool]) -> float:
    return sum(looks_right(row[column]) for row in rows) / len(rows)


def _has_cents(cell: str) -> bool:
    return not is_date(cell) and is_amount(cell) and re.search(r"[.,]\d{1,2}\D*$", cell) is not None


def _which_column(missing: list[str], found: Mapping[str, int], header: Sequence[str] | None, width: int) -> str:
    has = f"its columns are {', '.join(header)}" if header is not None else f"it has no header and {width} columns"
    known = "".join(f"; {role} looks like column {position + 1}" for role, position in found.items())
    free = [number for number in range(1, width + 1) if number - 1 not in found.values()]
    example = ", ".join(f"{role}: {found[role] + 1 if role in found else free[0]}" for role in ROLES if len(free) > 0)
    return (
        f"columns: cannot tell which column is {' and '.join(missing)}: {has}{known}; "
        f"open are columns {', '.join(map(str, free))}; give for example columns={{{example}}}"
    )


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())


def is_date(cell: str) -> bool:
    """Whether a cell is written like a date."""
    return _date_parts(cell) is not None


def is_amount(cell: str) -> bool:
    """Whether a cell is written like a number or an amount of money."""
    return _AMOUNT.fullmatch(cell.strip()) is not None


def read_dates(cells: Iterable[str], date_format: str | None = None) -> dict[str, date | None]:
    """The day that each different cell means; None for a cell that is no date. Time parts are dropped.

    Args:
        cells: dates as 19970101, 1997-01-01, 1997/1/1, 1997年1月1日, or with the year last.
        date_format: ``dmy`` or ``mdy`` for dates with the year last, or a pattern such as ``%d %b %Y``.

    Raises:
        BadInput: an unknown format, or a year-last column that does not show whether the day or the month comes first.
    """
    distinct = set(cells)
    if date_format is not None and "%" in date_format:
        return {cell: _by_pattern(cell, date_format) for cell in distinct}
    if date_format is not None and date_format not in DATE_ORDERS:
        raise BadInput(f"date_format: {date_format!r}; allowed are dmy, mdy or a pattern such as %d/%m/%Y")
    parts = {cell: _date_parts(cell) for cell in distinct}
    order = date_format or _date_order([(cell, *part) for cell, part in parts.items() if part is not None])
    return {cell: None if part is None else _day(*part, order) for cell, part in parts.items()}


def _by_pattern(cell: str, pattern: str) -> date | None:
    try:
        return datetime.strptime(cell.strip(), pattern).date()
    except ValueError:
        return None


def _date_parts(cell: str) -> tuple[int, int, int] | None:
    """Three numbers as written, or None; which of them is the year shows by its size."""
    text = cell.strip()
    match = _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text)
    if match is None:
        return None
    first, second, third = (int(group) for group in match.groups() if group is not None)
    return first, second, third


def _date_order(dates: list[tuple[str, int, int, int]]) -> str:
    year_last = [entry for entry in dates if entry[3] > 31]
    if not year_last:
        return "dmy"  # never asked for: every date has its year first
    day_first = sum(first > 12 for _, first, _, _ in year_last)
    month_first = sum(second > 12 for _, _, second, _ in year_last)
    order = _settled(day_first, month_first)
    if order is None:
        said = f"dates such as {year_last[0][0]!r} can be day/month/year or month/day/year"
        raise BadInput(
            f"date_format: {said}, and the column does not show which; give date_format=dmy or date_format=mdy"
        )
    return DATE_ORDERS[order]


def _day(first: int, second: int, third: int, order: str) -> date | None:
    year, month, day = (first, second, third) if first > 31 else (third, second, first)
    if first <= 31 and order == "mdy":
        month, day = day, month
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _settled(votes: int, votes_against: int) -> int | None:
    """0 or 1 when at most one cell in twenty speaks for the other side, None when the column is silent or torn."""
    if max(votes, votes_against) == 0 or min(votes, votes_against) * 20 > max(votes, votes_against):
        return None
    return int(votes_against > votes)


def read_amounts(cells: Iterable[str], decimal: str | None = None) -> dict[str, int | None]:
    """The amount in cents that each different cell means; None for a cell that is no amount.

    Currency signs and codes, thousands separators and parentheses for negative amounts are understood.

    Args:
        cells: amounts such as 29.33, "$1,234.50", "1.234,50 €".
        decimal: the decimal sign, ``.`` or ``,``; read off the column when not given.

    Raises:
        BadInput: an unknown decimal sign, or a column that does not show which sign it uses.
    """
    if decimal is not None and decimal not in DECIMALS:
        raise BadInput(f"decimal: {decimal!r}; allowed are '.' (as in 1,234.50) and ',' (as in 1.234,50)")
    bare = {cell: _bare_amount(cell) for cell in set(cells)}
    sign = decimal or _decimal_sign([text.lstrip("-") for text in bare.values() if text is not None])
    return {cell: None if text is None else _cents(text, sign) for cell, text in bare.items()}


def _bare_amount(cell: str) -> str | None:
    """Digits and separators with at most a leading minus."""
    match = _AMOUNT.fullmatch(cell.strip())
    if match is None:
        return None
    parenthesis, before, after, digits = match.groups()
    negative = parenthesis or {before, after} & {"-", "−"}
    return ("-" if negative else "") + re.sub(r"[\s'’]", "", digits)


def _decimal_sign(texts: list[str]) -> str:
    """Two decimals or groups of three on both sides tell; ``1,234`` alone does not."""
    votes = [sum(_speaks_for(text, sign) for text in texts) for sign in DECIMALS]
    if not any(votes):
        unclear = [text for text in texts if "," in text or "." in text]
        if not unclear:
            return "."
        said = f"amounts such as {unclear[0]!r} can be read with {unclear[0][-4]!r} as decimal or as thousands sign"
        raise BadInput(f"decimal: {said}, and the column does not show which; give decimal='.' or decimal=','")
    side = _settled(*votes)
    if side is None:
        raise BadInput(
            f"decimal: the amounts mix decimal points ({votes[0]} of them) and commas ({votes[1]}); "
            "give decimal='.' or decimal=','"
        )
    return DECIMALS[side]


def _speaks_for(text: str, sign: str) -> bool:
    point, comma = re.escape(sign), re.escape(_other(sign))
    return re.fullmatch(rf"\d*{point}(\d{{0,2}}|\d{{4,}})|.*{comma}.*{point}\d*|.*{comma}.*{comma}.*", text) is not None


def _other(sign: str) -> str:
    return "," if sign == "." else "."


def _cents(text: str, sign: str) -> int | None:
    grouped = rf"-?(\d*|\d{{1,3}}({re.escape(_other(sign))}\d{{2,3}})*{re.escape(_other(sign))}\d{{3}})"
    if re.fullmatch(rf"{grouped}({re.escape(sign)}\d*)?", text) is None:
        return None
    value = float(text.replace(_other(sign), "").replace(sign, "."))
    return round(value * 100) if abs(value) < LARGEST_AMOUNT else None
