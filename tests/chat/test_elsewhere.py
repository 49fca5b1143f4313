from inglenook.chat.elsewhere import HERE, Choice, Endpoint, OfferedModel


def test_a_model_that_an_engine_does_not_list_is_known_by_its_name_alone():
    listed = OfferedModel("big", 4096)
    endpoint = Endpoint("E", "Box", "http://box/v1", "box", (listed,))
    assert endpoint.model("big") is listed
    assert endpoint.model("other") == OfferedModel("other")


def test_a_model_that_is_named_by_a_path_is_called_by_its_last_part():
    assert OfferedModel("/models/SmolLM2-135M.Q4_1.gguf").name == "SmolLM2-135M.Q4_1"
    assert OfferedModel("Qwen/Qwen3-32B").name == "Qwen3-32B"
    assert OfferedModel("gemma3:12b").name == "gemma3:12b"
    assert OfferedModel("/").name == "/"


def test_a_choice_without_an_engine_is_this_computer():
    assert not HERE.is_elsewhere
    assert Choice("E", "big").is_elsewhere
