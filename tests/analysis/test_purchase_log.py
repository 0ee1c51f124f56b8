"""Reading purchase logs as shops write them, and cutting them into histories."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.purchase_log import Log, holdout, read_log, summary
from sim.settings import BadInput

HEADER = "customer,date,amount\n"


@pytest.fixture
def read(tmp_path):
    def from_text(text: str, encoding: str = "utf-8", **options) -> Log:
        file = tmp_path / "log.csv"
        file.write_bytes(text.encode(encoding))
        return read_log(file, **options)

    return from_text


def rows(log: Log) -> list[tuple[str, str, int]]:
    return [(who, f"{day:%Y-%m-%d}", cents) for who, day, cents in log.purchases.itertuples(index=False)]


PLAIN = [("ann", "1997-01-02", 1250), ("bob", "1997-01-25", 300)]


@pytest.mark.parametrize(
    "text",
    [
        "customer,date,amount\nann,1997-01-02,12.50\nbob,1997-01-25,3\n",
        "Customer ID;Order Date;Total\nann;02.01.1997;12,50\nbob;25.01.1997;3,00\n",
        "customer_id\tdate\tdollar_value\r\nann\t19970102\t12.50\r\nbob\t19970125\t3.00\r\n",
        "  customer date amount\n  ann  19970102   12.50\n bob 19970125   3.00\n",
        '"amount","client","timestamp"\n"$12.50","ann","1997-01-02 10:15:00"\n"$ 3.00","bob","1997-01-25T23:59Z"\n',
        "Cliente;Fecha;Importe\nann;2/1/1997;12,50 €\nbob;25/1/1997;3,00 €\n",
        "Order ID,Customer Name,Order Date,Total\n1,ann,1997-01-02,12.5\n2,bob,1997-01-25,3\n",
        "客户编号,日期,金额\nann,1997年1月2日,¥12.50\nbob,1997年1月25日,¥3.00\n",
        "ann,1997-01-02,12.50\nbob,1997-01-25,3.00\n",
        "customer|quantity|date|amount\nann|7|1/2/1997 8:26 AM|USD 12.50\nbob|1|1/25/1997 9:00 PM|USD 3.00\n",
        "customer,date,amount\nann,1997-01-02,12.50\n\n   \nbob,1997-01-25,3",
    ],
)
def test_common_ways_to_write_a_log_say_the_same(read, text):
    log = read(text)
    assert rows(log) == PLAIN
    assert log.bad.empty


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_not_part_of_the_first_name(read, encoding):
    assert rows(read(HEADER + "ann,1997-01-02,12.50\nbob,1997-01-25,3\n", encoding)) == PLAIN


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("1,234.50", 123450),
        ("1.234,50", 123450),
        ("1 234,50", 123450),
        ("1'234.50", 123450),
        ("€1.234.567,89", 123456789),
        ("1,23,456.78 Rs", 12345678),
        ("US$5", 500),
        (".99", 99),
        ("12.3456", 1235),
        ("0", 0),
    ],
)
def test_an_amount_is_read_with_its_currency_and_separators(read, written, cents):
    assert rows(read(f"customer;date;amount\nann;1997-01-02;{written}\n")) == [("ann", "1997-01-02", cents)]


def test_other_cells_of_the_column_tell_what_a_thousands_sign_is(read):
    log = read("customer;date;amount\nann;1997-01-02;1.234\nbob;1997-01-25;3,50\n")
    assert [cents for _, _, cents in rows(log)] == [123400, 350]


def test_purchases_of_one_day_are_one_purchase(read):
    log = read(HEADER + "ann,1997-01-02 09:00,10\nann,1997-01-02 17:00,2.50\nann,1997-01-03,1\n")
    assert rows(log) == [("ann", "1997-01-02", 1250), ("ann", "1997-01-03", 100)]
    assert log.rows == 3


def test_a_bad_line_is_kept_aside_with_its_number_and_reason(read):
    log = read(
        HEADER
        + "ann,1997-01-02,12.50\n,1997-01-02,5\nann,1997-02-30,5\nann,soon,5\n\nann,1997-01-05,free\n"
        + 'ann,1997-01-06,-5\nann,1997-01-07,"(5.00)"\nann,1997-01-08\nann,1997-01-08,1,234.00\n"ann,1997-01-09,5\n'
        + "bob,1997-01-25,3\n"
    )
    assert rows(log) == PLAIN
    assert log.bad["line"].tolist() == [3, 4, 5, 7, 8, 9, 10, 11, 12]
    assert [why.split("(")[-1] for why in log.bad["why"][4:6]] == ["a return)", "a return)"]
    assert log.bad["why"][0] == "no customer"
    assert "'1997-02-30' is not a date" in log.bad["why"][1]
    assert "'free' is not an amount" in log.bad["why"][3]
    assert "4 columns where the file has 3" in log.bad["why"][7]
    assert log.bad["text"][2] == "ann,soon,5"


def test_columns_can_be_given_by_name_or_number(read):
    text = "who,paid,total,date,shipped\nann,12.50,99,1997-01-02,1998-01-01\nbob,3,99,1997-01-25,1998-01-01\n"
    log = read(text, columns={"customer": "who", "amount": 2})
    assert rows(log) == PLAIN
    assert log.columns == {"customer": 1, "date": 4, "amount": 2}


def test_numbers_serve_a_file_without_header(read):
    text = "ann 0001 19970102 2 12.50\nbob 0002 19970125 1 3.00\n"
    assert rows(read(text, columns={"customer": 1, "date": 3, "amount": 5})) == PLAIN
    assert rows(read(text, columns={"customer": "1"})) == PLAIN


def test_a_given_order_or_sign_settles_what_the_column_leaves_open(read):
    text = "customer;date;amount\nann;02/01/1997;1,250\n"
    assert rows(read(text, date_format="dmy", decimal=",")) == [("ann", "1997-01-02", 125)]
    assert rows(read(text, date_format="mdy", decimal=".")) == [("ann", "1997-02-01", 125000)]
    assert rows(read("customer,date,amount\nann,2 Jan 97,1\n", date_format="%d %b %y")) == [("ann", "1997-01-02", 100)]


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("", {}, ["is empty"]),
        ("just some words\n", {"columns": {}}, ["no purchases"]),
        ("a,b\n1,2\n", {}, ["no three columns", "customer, date and amount"]),
        (HEADER, {}, ["a header and no purchases"]),
        (HEADER + "ann,never,5\n", {}, ["no usable line", "line 2", "'never' is not a date"]),
        ("customer,date,amount,note\nann,1997-01-02,5\n", {}, ["names 4 columns", "have 3"]),
        (
            "customer,date,price\nann,1997-01-02,5\n",
            {},
            ["which column is amount", "customer, date, price", "amount: 3"],
        ),
        (
            "1 7 19970102 2.50\n2 8 19970125 3.50\n",
            {},
            ["which column is customer", "no header and 4 columns", "date: 3"],
        ),
        (
            HEADER + "ann,1997-01-02,5\n",
            {"columns": {"amount": "amuont"}},
            ["columns.amount", "'amuont'", "mean amount?"],
        ),
        (HEADER + "ann,1997-01-02,5\n", {"columns": {"custmer": 1}}, ["columns.custmer", "mean customer?"]),
        (HEADER + "ann,1997-01-02,5\n", {"columns": {"amount": 4}}, ["columns.amount", "4", "columns 1 to 3"]),
        (HEADER + "ann,1997-01-02,5\n", {"columns": {"amount": 1}}, ["three different columns"]),
        ("ann,1997-01-02,5\n", {"columns": {"amount": "paid"}}, ["columns.amount", "no header", "1 to 3"]),
        (HEADER + "ann,01/02/1997,5\n", {}, ["date_format", "'01/02/1997'", "date_format=dmy", "date_format=mdy"]),
        (HEADER + "ann,01/25/1997,5\nann,25/01/1997,5\n", {}, ["date_format"]),
        (HEADER + "ann,01/02/1997,5\n", {"date_format": "ddmm"}, ["date_format: 'ddmm'", "dmy, mdy"]),
        ("customer;date;amount\nann;1997-01-02;1,250\n", {}, ["decimal", "'1,250'", "decimal='.'"]),
        ("customer;date;amount\nann;1997-01-02;1,25\nann;1997-01-03;1.25\n", {}, ["decimal", "mix"]),
        (HEADER + "ann,1997-01-02,5\n", {"decimal": "point"}, ["decimal: 'point'", "allowed"]),
        ("customer\0,date,amount\n", {}, ["not a text file"]),
    ],
)
def test_what_cannot_be_read_is_one_message_that_says_what_to_do(read, text, options, says):
    with pytest.raises(BadInput) as refusal:
        read(text, **options)
    assert [part for part in says if part not in str(refusal.value)] == []


def test_text_in_another_encoding_is_refused_by_name(read):
    with pytest.raises(BadInput, match="UTF-8"):
        read("customer,date,amount\nJosé,1997-01-02,5\n", "latin-1")


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("{folder}/lok.csv", "mean log.csv?"),
        ("{folder}", "is a folder"),
        ("no-such-package:data/log.csv", "extra `demo`"),
        ("numpy:numpy/__init_.py", "mean numpy/__init__.py?"),
        ("http://example.org/log.csv", "no file"),
    ],
)
def test_a_missing_file_is_one_message(tmp_path, reference, says):
    (tmp_path / "log.csv").write_text(HEADER)
    with pytest.raises(BadInput, match=r"^log: ") as refusal:
        read_log(reference.format(folder=tmp_path))
    assert says in str(refusal.value)


LINES = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "eve", "zoë"]),
        st.dates(date(2020, 1, 1), date(2020, 12, 31)),
        st.integers(0, 10_000),
    ),
    min_size=1,
    max_size=30,
)
GARBAGE = st.lists(
    st.sampled_from(
        ["", "?", '"', "total,,", "ann,2020-13-01,1", "ann,2020-01-01,-1", ",2020-01-01,1", "a,b,c,d", '",",""']
    ),
    max_size=10,
)


def written(lines, path: Path) -> Log:
    path.write_text("\n".join([HEADER.strip(), *lines]) + "\n", encoding="utf-8")
    return read_log(path)


def as_lines(purchases):
    return [f"{who},{day},{cents / 100:.2f}" for who, day, cents in purchases]


@settings(deadline=None, max_examples=40)
@given(purchases=LINES, data=st.data())
def test_the_order_of_lines_does_not_matter(tmp_path_factory, purchases, data):
    folder = tmp_path_factory.mktemp("logs")
    log = written(as_lines(purchases), folder / "a.csv")
    shuffled = written(as_lines(data.draw(st.permutations(purchases))), folder / "b.csv")
    pd.testing.assert_frame_equal(summary(log), summary(shuffled), check_exact=True)


@settings(deadline=None, max_examples=40)
@given(purchases=LINES, garbage=GARBAGE, data=st.data())
def test_a_minority_of_garbage_changes_nothing_but_the_bad_lines(tmp_path_factory, purchases, garbage, data):
    folder = tmp_path_factory.mktemp("logs")
    good = as_lines(purchases) * 4
    clean = written(good, folder / "a.csv")
    lines = list(good)
    for line in garbage[: len(good) // 2]:
        lines.insert(data.draw(st.integers(0, len(lines))), line)
    dirty = written(lines, folder / "b.csv")
    pd.testing.assert_frame_equal(clean.purchases, dirty.purchases, check_exact=True)
    assert clean.bad.empty
    expected = [(number, line) for number, line in enumerate(lines, 2) if line and line not in good]
    assert list(dirty.bad[["line", "text"]].itertuples(index=False, name=None)) == expected


@settings(deadline=None, max_examples=40)
@given(purchases=LINES)
def test_histories_account_for_every_purchase_day_and_cent(tmp_path_factory, purchases):
    log = written(as_lines(purchases), tmp_path_factory.mktemp("logs") / "a.csv")
    table, later = summary(log, log.first), holdout(log, log.first)
    days = {(who, day) for who, day, _ in purchases}
    known = {who for who, day in days if day == log.first}
    assert set(table.index) == known
    assert (table["x"] == 0).all()
    assert later.customers["purchases"].sum() == sum(who in known and day > log.first for who, day in days)
    assert later.weeks["purchases"].sum() == later.customers["purchases"].sum()
    assert later.weeks["spend"].sum() == pytest.approx(later.customers["spend"].sum(), abs=1e-9)
    assert len(later.weeks) == -(-(log.last - log.first).days // 7)


STORY = (
    "ann,2020-01-01,50\nann,2020-01-08,0\nann,2020-01-15,10\nann,2020-01-22,20\nann,2020-02-12,7\n"
    "bob,2020-01-15,5\nbob,2020-02-05,8\neve,2020-02-05,9\n"
)


def test_a_history_counts_repeat_days_in_weeks_and_leaves_free_purchases_out_of_the_spend(read):
    table = summary(read(HEADER + STORY), "2020-01-29")
    assert table.index.tolist() == ["ann", "bob"]
    ann, bob = table.loc["ann"], table.loc["bob"]
    assert (ann["x"], ann["t_x"], ann["T"], ann["spend_count"], ann["spend_mean"]) == (3, 3.0, 4.0, 2, 15.0)
    assert (bob["x"], bob["t_x"], bob["T"], bob["spend_count"], bob["spend_mean"]) == (0, 0.0, 2.0, 0, 0.0)
    assert f"{bob['first']:%Y-%m-%d}" == "2020-01-15"


def test_the_holdout_follows_the_known_customers_only(read):
    later = holdout(read(HEADER + STORY), date(2020, 1, 29))
    assert later.customers.to_dict("index") == {
        "ann": {"purchases": 1, "spend": 7.0},
        "bob": {"purchases": 1, "spend": 8.0},
    }
    assert later.weeks["purchases"].tolist() == [1, 1]
    assert holdout(read(HEADER + STORY), "2020-01-29", "2020-02-05").weeks["spend"].tolist() == [8.0]


@pytest.mark.parametrize(
    ("until", "says"),
    [("2019-12-31", "until: 2019-12-31"), ("2020-02-13", "2020-01-01 to 2020-02-12"), ("May", "'May'")],
)
def test_a_day_outside_the_log_is_refused(read, until, says):
    with pytest.raises(BadInput, match=r"^until") as refusal:
        summary(read(HEADER + STORY), until)
    assert says in str(refusal.value)


def test_a_holdout_that_ends_before_it_starts_is_refused(read):
    with pytest.raises(BadInput, match=r"^end: 2020-01-02"):
        holdout(read(HEADER + STORY), "2020-01-29", "2020-01-02")
