"""Widgets whose value lives in the address."""

from streamlit.testing.v1 import AppTest


def many() -> None:
    import streamlit as st

    from dashboard.choices import pick_any

    st.session_state["seen"] = pick_any(
        "runs", "Runs", [f"r{i}" for i in range(20)], default=["r1"], label_of=str.upper
    )


def few() -> None:
    import streamlit as st

    from dashboard.address import one_entry
    from dashboard.amounts import pick_number
    from dashboard.choices import pick_any, pick_from

    with one_entry():
        kind = pick_from("kind", "Kind", ["a", "b"], default="b", forget=("runs",))
        runs = pick_any("runs", "Runs", ["r1", "r2", "r3"], default=["r1", "r2"], label_of=str.upper)
        number = pick_number("t", "T", 1.0, 20.0, 0.5, default=4.0, help_text="h")
    st.session_state["seen"] = (kind, runs, number)


def run(page: object, **query: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def test_few_options_are_buttons_and_many_a_list() -> None:
    assert [len(app.get("multiselect")) for app in (run(few), run(many))] == [0, 1]
    assert run(many).session_state["seen"] == ["r1"]


def test_defaults_are_written_into_the_address() -> None:
    app = run(few)
    assert app.session_state["seen"] == ("b", ["r1", "r2"], 4.0)
    assert app.query_params == {"kind": "b", "runs": "r1,r2", "t": "4"}


def test_the_address_decides() -> None:
    assert run(few, kind="a", runs="r3", t="2.5").session_state["seen"] == ("a", ["r3"], 2.5)


def test_nothing_chosen_stays_nothing() -> None:
    app = run(few, runs="")
    assert app.session_state["seen"][1] == []
    assert not app.info


def test_unknown_values_are_named_and_left_out() -> None:
    app = run(few, runs="r9,r2", kind="z", t="many")
    assert app.session_state["seen"] == ("b", ["r2"], 4.0)
    assert sorted(info.value.split(" = ")[1].split(",")[0] for info in app.info) == ["r9", "z"]
    # Nothing known is left: the default.
    assert run(few, runs="r9").session_state["seen"][1] == ["r1", "r2"]


def test_a_number_is_kept_within_its_range_and_on_a_step() -> None:
    assert run(few, t="1000").session_state["seen"][2] == 20.0
    assert run(few, t="2.6").session_state["seen"][2] == 2.5


def test_a_choice_forgets_what_hangs_on_it() -> None:
    app = run(few, runs="r3")
    app.selectbox(key="pick.kind").select("a").run()
    assert app.session_state["seen"] == ("a", ["r1", "r2"], 4.0)


def limited() -> None:
    import streamlit as st

    from dashboard.address import one_entry
    from dashboard.amounts import pick_limit

    with one_entry():
        st.session_state["seen"] = [
            pick_limit("most", "Most", 0.5, default=2.0),
            pick_limit("least", "Least", 0.5, default=None),
        ]


def test_a_limit_has_its_default_a_number_from_the_address_or_none() -> None:
    app = run(limited)
    assert app.session_state["seen"] == [2.0, None]
    assert app.query_params == {"most": "2", "least": "none"}
    assert run(limited, most="none", least="0.25").session_state["seen"] == [None, 0.25]
    assert not app.exception and not app.warning


def test_an_emptied_limit_is_none_and_a_typed_one_counts() -> None:
    app = run(limited)
    app.number_input(key="pick.most").set_value(None).run()
    app.number_input(key="pick.least").set_value(7.5).run()
    assert app.session_state["seen"] == [None, 7.5]
    assert app.query_params == {"most": "none", "least": "7.5"}


def test_a_limit_below_zero_or_without_end_is_named_and_falls_back() -> None:
    app = run(limited, most="-1", least="inf")
    assert app.session_state["seen"] == [2.0, None]
    assert len(app.info) == 2


def turning() -> None:
    import streamlit as st

    from dashboard.address import one_entry
    from dashboard.turns import pick_turn

    with one_entry():
        st.session_state["seen"] = pick_turn("more.turn", "Others")


def test_a_turn_counts_clicks_in_the_address_and_begins_anew_at_its_end() -> None:
    app = run(turning)
    assert (app.session_state["seen"], app.query_params) == (0, {"more.turn": "0"})
    app.button(key="pick.more.turn").click().run()
    assert (app.session_state["seen"], app.query_params) == (1, {"more.turn": "1"})
    last = run(turning, **{"more.turn": "999999"})
    assert last.session_state["seen"] == 999_999
    assert last.button(key="pick.more.turn").click().run().session_state["seen"] == 0
    assert not last.info
