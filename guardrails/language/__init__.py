"""The language of a message: Dutch, English, or another."""

from guardrails.language.detect import LanguageDetector, load_detector

__all__ = ["LanguageDetector", "load_detector"]
