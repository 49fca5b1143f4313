"""Built-in chat templates, for models that come without one."""

from collections.abc import Callable
from dataclasses import dataclass

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}"
    "<|im_end|>\n{% endfor %}<|im_start|>assistant\n"
)
LLAMA3 = (
    "{{ bos_token }}{% for message in messages %}<|start_header_id|>{{ message.role }}"
    "<|end_header_id|>\n\n{{ message.content }}<|eot_id|>{% endfor %}"
    "<|start_header_id|>assistant<|end_header_id|>\n\n"
)
GEMMA = (
    "{{ bos_token }}{% for message in messages %}{% if message.role == 'system' %}"
    "{{ raise_exception('no system role') }}{% endif %}<start_of_turn>"
    "{{ 'model' if message.role == 'assistant' else 'user' }}\n{{ message.content }}"
    "<end_of_turn>\n{% endfor %}<start_of_turn>model\n"
)
PHI3 = (
    "{% for message in messages %}<|{{ message.role }}|>\n{{ message.content }}<|end|>\n"
    "{% endfor %}<|assistant|>\n"
)
MISTRAL = (
    "{{ bos_token }}{% for message in messages %}{% if message.role == 'system' %}"
    "{{ raise_exception('no system role') }}{% elif message.role == 'user' %}[INST] "
    "{{ message.content }} [/INST]{% else %} {{ message.content }}{{ eos_token }}{% endif %}"
    "{% endfor %}"
)
PLAIN = (
    "{% for message in messages %}{% if message.role == 'system' %}{{ message.content }}\n\n"
    "{% else %}{{ 'Answer' if message.role == 'assistant' else 'Question' }}: "
    "{{ message.content }}\n\n{% endif %}{% endfor %}Answer:"
)


@dataclass(frozen=True, slots=True)
class Family:
    """How one family of models is spoken to.

    Attributes:
        template: A chat template.
        marker: A control token that only this family has; empty for the last resort.
        stop: Strings that end an answer, where no token does.
    """

    template: str
    marker: str
    stop: tuple[str, ...] = ()


FAMILIES = (
    Family(LLAMA3, "<|start_header_id|>"),
    Family(GEMMA, "<start_of_turn>", ("<end_of_turn>",)),
    Family(CHATML, "<|im_start|>", ("<|im_end|>",)),
    Family(PHI3, "<|assistant|>", ("<|end|>",)),
    Family(MISTRAL, "[INST]"),
)
LAST_RESORT = Family(PLAIN, "", ("\nQuestion:",))


def family_for(has_token: Callable[[str], bool]) -> Family:
    """Return the family a model without a template belongs to.

    Args:
        has_token: Whether the vocabulary has a text as one control token.
    """
    return next((each for each in FAMILIES if has_token(each.marker)), LAST_RESORT)
