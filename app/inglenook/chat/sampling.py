"""How the next word is picked: knobs, their ranges, presets."""

from dataclasses import dataclass, replace

from inglenook.core.errors import BadArgumentError

MOST_GRAMMAR_CHARS = 256 * 1024
"""Longest JSON schema or grammar; one this long takes about a second to prepare."""

MOST_BIASES = 1024
MOST_STOPS = 64
MOST_BREAKERS = 16
MOST_BREAKER_BYTES = 40  # llama.cpp cuts longer ones


@dataclass(frozen=True, slots=True)
class Sampling:
    """Settings of one answer.

    A knob at its neutral value costs nothing. Where no other source is named, ranges and
    neutral values are those of llama.cpp's server; each knob works as it does there, and they
    are applied in its order: biases, penalties, DRY, top-n-sigma, top-k, typical, top-p,
    min-p, XTC, temperature.

    Attributes:
        temperature: 0 (always the likeliest token) to 2.
        temperature_range: 0 (off) to 2: where the model is sure the temperature falls by up
            to this much, where it is not it rises by as much (dynamic temperature).
        temperature_exponent: 0.1 to 10: how its doubt maps to the temperature, 1 is straight.
        top_k: Keep this many candidates, 0 for all.
        top_p: Keep the smallest set with this probability, 0 to 1 (1 is off).
        min_p: Drop candidates below this share of the best one, 0 to 1 (0 is off).
        typical_p: Keep those whose surprise is nearest to the expected one, until they have
            this probability, 0 to 1 (1 is off). Locally typical sampling, arXiv 2202.00666.
        top_n_sigma: Drop candidates more than so many standard deviations below the best
            logit, 0 (off) to 10; its authors use 1. arXiv 2411.07641.
        xtc_probability: Chance, 0 (off) to 1, that the likeliest candidates are left out ...
        xtc_threshold: ... all but the last of those at least this likely, 0 to 0.5.
        repeat_penalty: 1 (off) to 2, over the last ``repeat_window_tokens``.
        frequency_penalty: -2 to 2 for each time the token stands in the window; 0 is off.
            The range is that of OpenAI's API.
        presence_penalty: -2 to 2 once if the token stands in the window; 0 is off.
        repeat_window_tokens: 0 to 4096.
        dry_multiplier: 0 (off) to 5: strength of the penalty on going on with a sequence that
            has been written before; 0.8 is usual (its author's value).
        dry_base: 1 to 4: how it grows with the length of that sequence.
        dry_allowed_length: 1 to 64 tokens may be repeated freely.
        dry_window_tokens: 0 to 65,536 tokens are searched.
        dry_breakers: Strings over which no sequence is followed; at most 16 of 40 bytes.
        mirostat: 0 (off), 1 or 2: hold the surprise at ``mirostat_tau``. All cutting knobs
            rest meanwhile. arXiv 2007.14966.
        mirostat_tau: Surprise to hold in bits, 0.1 to 20.
        mirostat_eta: How fast it corrects itself, 0.001 to 1.
        logit_bias: Pairs of token id and what to add to its logit, -100 (never) to 100
            (nearly always); the range is that of OpenAI's API.
        seed: Same seed, same prompt, same build: same answer; None for a new one each time.
        answer_limit_tokens: Stop after so many tokens; None for the room that is left.
        stop: Strings that end the answer; they are not part of it.
        json_schema: The answer is JSON of this schema (as text); ``""`` for free text. An
            answer cut by a limit is the beginning of such JSON.
        grammar: The answer follows this grammar in llama.cpp's GBNF; ``""`` for free text.
        odds: Tell the probability of each token and of so many alternatives, 0 (off) to 20;
            the most is that of OpenAI's API.
    """

    temperature: float = 0.7
    temperature_range: float = 0.0
    temperature_exponent: float = 1.0
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    typical_p: float = 1.0
    top_n_sigma: float = 0.0
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    repeat_penalty: float = 1.0
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    repeat_window_tokens: int = 64
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    dry_window_tokens: int = 4096
    dry_breakers: tuple[str, ...] = ("\n", ":", '"', "*")
    mirostat: int = 0
    mirostat_tau: float = 5.0
    mirostat_eta: float = 0.1
    logit_bias: tuple[tuple[int, float], ...] = ()
    seed: int | None = None
    answer_limit_tokens: int | None = None
    stop: tuple[str, ...] = ()
    json_schema: str = ""
    grammar: str = ""
    odds: int = 0

    def __post_init__(self) -> None:
        for name, low, high in _RANGES:
            _check(name, getattr(self, name), low, high)
        for token, bias in self.logit_bias:
            _check("logit_bias token", token, 0, 2**31 - 1)
            _check("logit_bias", bias, -100.0, 100.0)
        if self.answer_limit_tokens is not None and self.answer_limit_tokens < 1:
            raise BadArgumentError(
                "The answer limit is too small",
                "Use at least one token.",
                limit=self.answer_limit_tokens,
            )
        self._check_lists()
        self._check_form()

    @property
    def penalises(self) -> bool:
        """Whether a token is less likely for having been written before, DRY aside."""
        is_neutral = (
            self.repeat_penalty == 1.0
            and not self.frequency_penalty
            and not self.presence_penalty
        )
        return bool(self.repeat_window_tokens) and not is_neutral

    @property
    def is_dry(self) -> bool:
        """Whether going on with a sequence written before is penalised."""
        return bool(self.dry_multiplier and self.dry_window_tokens)

    @property
    def is_greedy(self) -> bool:
        """Whether the likeliest token is picked, whatever was written before."""
        is_dry = self.is_dry and not self.mirostat
        return self.temperature <= 0.0 and not self.penalises and not is_dry

    def _check_lists(self) -> None:
        _check("number of biases", len(self.logit_bias), 0, MOST_BIASES)
        _check("number of stop strings", len(self.stop), 0, MOST_STOPS)
        _check("number of dry_breakers", len(self.dry_breakers), 0, MOST_BREAKERS)
        for breaker in self.dry_breakers:
            length = len(breaker.encode("utf-8", "replace"))
            _check("bytes in one of dry_breakers", length, 1, MOST_BREAKER_BYTES)
            if "\0" in breaker:
                raise BadArgumentError(
                    "A sequence breaker cannot be read", "Leave out its zero character."
                )

    def _check_form(self) -> None:
        if self.json_schema and self.grammar:
            raise BadArgumentError(
                "An answer follows a schema or a grammar", "Give one of them, not both."
            )
        for text in (self.json_schema, self.grammar):
            if len(text) > MOST_GRAMMAR_CHARS:
                raise BadArgumentError(
                    "The form asked of the answer is too large",
                    f"Use a schema or grammar of at most {MOST_GRAMMAR_CHARS:,} characters.",
                    characters=len(text),
                )


def _check(name: str, number: float, low: float, high: float) -> None:
    if not low <= number <= high:  # also refuses "not a number"
        raise BadArgumentError(
            "This sampling setting is out of range",
            f"{name} must be from {low} to {high}.",
            **{name.replace(" ", "_"): number},
        )


_RANGES: tuple[tuple[str, float, float], ...] = (
    ("temperature", 0.0, 2.0),
    ("temperature_range", 0.0, 2.0),
    ("temperature_exponent", 0.1, 10.0),
    ("top_k", 0, 1_000_000),
    ("top_p", 0.0, 1.0),
    ("min_p", 0.0, 1.0),
    ("typical_p", 0.0, 1.0),
    ("top_n_sigma", 0.0, 10.0),
    ("xtc_probability", 0.0, 1.0),
    ("xtc_threshold", 0.0, 0.5),
    ("repeat_penalty", 1.0, 2.0),
    ("frequency_penalty", -2.0, 2.0),
    ("presence_penalty", -2.0, 2.0),
    ("repeat_window_tokens", 0, 4096),
    ("dry_multiplier", 0.0, 5.0),
    ("dry_base", 1.0, 4.0),
    ("dry_allowed_length", 1, 64),
    ("dry_window_tokens", 0, 65_536),
    ("mirostat", 0, 2),
    ("mirostat_tau", 0.1, 20.0),
    ("mirostat_eta", 0.001, 1.0),
    ("odds", 0, 20),
)

BALANCED = Sampling()
EXACT = replace(BALANCED, temperature=0.0)

SMALL = replace(BALANCED, temperature=0.2, top_p=0.9, repeat_penalty=1.1)
"""For models that go round in circles.

The first two are what SmolLM2's makers recommend. Of eight answers of the 135M model, none
ran into a limit of 300 tokens with the penalty, and three did without (measured 2026-11).
"""

SMALL_MODEL_BYTES = 600 * 1024**2
"""Below about a billion parameters at four bits."""


def usual_for(model_bytes: int) -> Sampling:
    """Return the settings for a model nobody has chosen any for.

    Args:
        model_bytes: Size of its file; 0 if unknown.
    """
    return SMALL if 0 < model_bytes < SMALL_MODEL_BYTES else BALANCED
