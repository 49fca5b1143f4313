"""What answers cost, and how they were chosen, as programs read it."""

from collections.abc import Sequence

from inglenook.engine.draftevents import Compared
from inglenook.server.gathered import Gathered

Fields = dict[str, object]


def usage(answers: Sequence[Gathered]) -> Fields:
    """Return the tokens of a chat's answers; a prompt that several share counts once."""
    prompt = max(each.prompt_tokens for each in answers)
    written = sum(each.answer_tokens for each in answers)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": written,
        "total_tokens": prompt + written,
        "prompt_tokens_details": {
            "cached_tokens": min(prompt, max(each.reused_tokens for each in answers))
        },
        "completion_tokens_details": {
            "reasoning_tokens": sum(each.thinking_tokens for each in answers)
        },
    }


def response_usage(answer: Gathered) -> Fields:
    """Return the same by the names that responses have for it."""
    return {
        "input_tokens": answer.prompt_tokens,
        "input_tokens_details": {
            "cached_tokens": answer.reused_tokens,
            "cache_write_tokens": 0,
        },
        "output_tokens": answer.answer_tokens,
        "output_tokens_details": {"reasoning_tokens": answer.thinking_tokens},
        "total_tokens": answer.prompt_tokens + answer.answer_tokens,
    }


def chosen(answers: Sequence[Gathered], effort: str) -> Fields:
    """Return the field ``inglenook``: what was asked, what was chosen, and what it took."""
    return {"effort": effort, "choices": [_choice(each) for each in answers]}


def _choice(answer: Gathered) -> Fields | None:
    compared = answer.compared
    return None if compared is None else _compared(compared, answer.drafts)


def _compared(compared: Compared, drafts: int) -> Fields:
    return {
        "drafts": drafts,
        "chosen": compared.chosen,
        "reason": compared.reason.value,
        "is_decided": compared.is_decided,
        "votes": [
            {"answer": vote.answer, "weight": vote.weight, "drafts": list(vote.drafts)}
            for vote in compared.votes
        ],
        "tokens": compared.tokens,
        "judged_tokens": compared.judged_tokens,
        "seconds": round(compared.spent_s, 3),
    }
