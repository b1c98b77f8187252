"""app.web.workbench: a query becomes one situation or two; one state has one address; nothing typed is lost."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import ENGINE_VERSION
from app.engine.catalog import MODELS
from app.engine.mapping import scenario_from_mapping
from app.engine.workload import Phase
from app.web.views.bottleneck_map import VARIABLES
from app.web.workbench.fields import FIELDS, fields_of
from app.web.workbench.model import model_from_config, model_from_text, shape_text
from app.web.workbench.setting import workbench_from

LLAMA = (
    '{"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, '
    '"num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "_name_or_path": "mine"}'
)


def read(**query):
    return workbench_from(query, variables=tuple(VARIABLES))


def test_without_a_query_there_is_a_situation():
    bench = read()
    assert bench.query == f"phase=decode&engine={ENGINE_VERSION}"
    assert (bench.first.scenario.model.slug, bench.first.scenario.n_devices) == ("llama3.1-70b", 8)
    assert bench.second is None and bench.problems == ()


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({"context_len": "8192", "batch": " 32 "}, ""),
        ({"batch": "64", "model": "llama3.1-8b"}, "model=llama3.1-8b&batch=64&"),
        ({"batch": "6.4e1"}, "batch=64&"),
        ({"unknown": "1", "seq_len": "4"}, ""),
        ({"b.hardware": "h200-sxm"}, "b.hardware=h200-sxm&"),
        ({"b.hardware": "h100-sxm"}, "compare=1&"),
        ({"compare": "1"}, "compare=1&"),
        ({"map_x": "batch", "map_y": "n_devices"}, "map_x=batch&map_y=n_devices&"),
        ({"map_x": "batch", "map_y": "batch"}, ""),
        ({"map_x": "batch", "map_y": "seq_len"}, ""),
    ],
    ids=str,
)
def test_the_address_drops_defaults_and_keeps_one_order(query, kept):
    assert read(**query).query == f"phase=decode&{kept}engine={ENGINE_VERSION}"


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("model", ["gpt2-small", "mixtral-8x7b", "deepseek-v3", "gpt3-175b"])
def test_the_address_leads_back_to_the_same_scenario(phase, model):
    query = {"phase": str(phase), "model": model, "n_devices": "4", "weight_dtype": "fp8", "b.overlap": "0.5"}
    bench = read(**query)
    again = read(**dict(parse_qsl(bench.query)))
    assert bench.problems == ()
    assert (again.first.scenario, again.second.scenario) == (bench.first.scenario, bench.second.scenario)
    assert again.query == bench.query


@pytest.mark.parametrize(
    ("query", "field", "complaint"),
    [
        ({"context_len": "abc"}, "context_len", "Context length: 'abc' is not a number."),
        ({"batch": "1.5"}, "batch", "Batch: 1.5 is not a whole number."),
        ({"overlap": "2"}, "overlap", "Communication hidden: 2 is not between 0 and 1."),
        ({"attention": "magic"}, "attention", "Attention: 'magic' is not one of fused, tuned, unfused."),
        ({"model": "nope"}, "model", "model: 'nope' is not in the catalogue"),
        ({"model": '{"n_layers":1'}, "model", "model: this is not JSON"),
        ({"model": "[]"}, "model", "model: '[]' is not in the catalogue"),
        ({"math_dtype": "fp4"}, "math_dtype", "math_dtype: NVIDIA H100 SXM has no fp4 peak"),
        ({"tp": "7"}, "tp", "n_devices: 8 is not tp * cp * dp * pp = 7"),
        ({"ep": "4"}, "ep", "ep: 4, but Llama-3.1-70B has no experts"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_named_at_its_field_kept_and_left_out(query, field, complaint):
    bench = read(**query)
    assert bench.first.problems[field].startswith(complaint)
    assert bench.first.values[field] == query[field]
    assert bench.query == f"phase=decode&engine={ENGINE_VERSION}"
    assert bench.first.scenario == read().first.scenario


def test_the_second_situation_is_the_first_with_changes():
    bench = read(batch="64", **{"b.hardware": "h200-sxm"})
    first, second = bench.first.scenario, bench.second.scenario
    assert (second.workload, second.model) == (first.workload, first.model)
    assert second.hardware.slug == "h200-sxm"


def test_heads_that_eight_devices_do_not_divide_are_laid_out_all_the_same():
    plan = read(model="gpt2-small").first.scenario.plan
    assert (plan.tp, plan.dp) == (4, 2)


def test_a_link_of_another_engine_says_so():
    assert read(engine="0").made_by == "0"
    assert read(engine=ENGINE_VERSION).made_by == ""


def test_a_pasted_config_travels_in_the_address():
    text = model_from_config(LLAMA)
    assert len(text) < 250
    bench = read(model=text)
    assert bench.problems == ()
    assert (bench.first.scenario.model.name, bench.first.scenario.model.n_kv_heads) == ("mine", 8)
    assert read(**dict(parse_qsl(bench.query))).first.scenario == bench.first.scenario


@pytest.mark.parametrize("slug", MODELS)
def test_every_shape_of_the_catalogue_survives_the_way_through_an_address(slug):
    fields = {"hardware": "h100-sxm", "phase": "decode", "context_len": 1024}
    model = model_from_text(shape_text(MODELS[slug]))
    described = scenario_from_mapping({"model": model, **fields}).model
    assert shape_text(described) == shape_text(MODELS[slug])
    assert described.parameters == MODELS[slug].parameters


@pytest.mark.parametrize("text", ["", "no", "[1]", "{}", '{"model_type": "bert"}', "[" * 100_000], ids=lambda t: t[:9])
def test_what_is_no_config_is_refused_in_one_line(text):
    with pytest.raises(ValueError, match=r"^model") as refusal:
        model_from_config(text)
    assert "\n" not in str(refusal.value)


@given(
    st.dictionaries(
        st.sampled_from([field.name for field in FIELDS]),
        st.one_of(
            st.integers(-3, 10**9).map(str), st.sampled_from(["fp4", "fp8", "ideal", "3", "8", "on", "mixtral-8x7b"])
        ),
    ),
    st.sampled_from(list(Phase)),
)
def test_any_query_gives_a_scenario_and_an_address_without_problems(query, phase):
    bench = read(**{**query, "phase": str(phase)})
    again = read(**dict(parse_qsl(bench.query)))
    assert again.problems == ()
    assert again.first.scenario == bench.first.scenario


def test_a_field_of_the_form_is_there_once_in_each_phase():
    for phase in Phase:
        names = [field.name for field in fields_of(phase)]
        assert len(names) == len(set(names))
