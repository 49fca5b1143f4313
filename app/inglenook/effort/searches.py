"""What an evaluation can run beside the drafts it keeps: searches and judges, by name."""

from inglenook.effort.strategy import Kind, Score, Strategy

SEARCHES: dict[str, tuple[str, Strategy]] = {
    "search": ("Search", Strategy(Kind.SEARCH, 8, Score.SEQUENCE, width=8)),
    "beam": ("Beam", Strategy(Kind.BEAM, 8, Score.SEQUENCE, width=8)),
    "mcts": ("Monte Carlo", Strategy(Kind.MCTS, 4, Score.SEQUENCE, width=8)),
    "consistency": ("Most consistent", Strategy(Kind.CONSISTENCY, 8, Score.MEAN)),
    "synthesis": ("Written from drafts", Strategy(Kind.SYNTHESIS, 8, Score.MEAN)),
    "reward": ("Best by reward model", Strategy(Kind.BEST_OF, 8, Score.REWARD)),
    "likeness": ("Nearest to all", Strategy(Kind.BEST_OF, 8, Score.LIKENESS)),
    "judge": ("Best by judge", Strategy(Kind.BEST_OF, 8, Score.JUDGE)),
}
"""Their names in reports, and how they are made."""
