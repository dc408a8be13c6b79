"""The way to human help: reviewed helplines, which doors fit, and the cards that show them."""

from guardrails.referral.cards import Need, card_for, help_cards
from guardrails.referral.helplines import Directory, HelplineError, load_directory

__all__ = ["Directory", "HelplineError", "Need", "card_for", "help_cards", "load_directory"]
