"""What can only be judged on a whole reply: is there a way to a human in danger, is there more than a referral?"""

import re

from guardrails.humanness.numbers import HelplineBook, referral_numbers
from guardrails.humanness.text import canonical
from guardrails.values import Level, Reading

_URGENT = re.compile(
    r"\b(?:112|911|999|000|111|101|ambulance|politie|police|huisartsenpost|spoedeisende hulp|spoedpost|spoed"
    r"|emergency|a&e"
    r"|crisisdienst|crisis ?team|zelfmoordlijn|suicide line|lifeline|samaritans|shout|veilig thuis"
    r"|kindertelefoon|childline"
    r"|antigifcentrum|poison|centrum seksueel geweld|hulplijn|helpline)\b"
)
_PERSON_NOW = re.compile(
    r"\b(?:bel|app|roep|ga naar|vraag|zeg|vertel|haal|klop|call|ring|text|tell|wake|go to|get|ask|find"
    r"|show)\b[^.!?]{0,60}"
    r"\b(?:huisarts|arts|dokter|psychiater|behandelaar|apotheek|buur\w*|buren|vriend\w*|zus|broer|moeder|vader"
    r"|ouder\w*|partner|iemand"
    r"|mentor|begeleider|verpleging|docent|gp|doctor|nurse|pharmacist|neighbou?r|friend|sister|brother|mum|mom"
    r"|dad|parent"
    r"|someone|somebody|staff|teacher|partner|grandad|crew)\b"
)
_CRISIS_NAME = re.compile(
    r"\b(?:113|112|1813|911|999|988|116 ?123|0800 ?-?0113|zelfmoordlijn|zelfmoordpreventie|crisisdienst"
    r"|crisislijn|crisis ?line"
    r"|suicide (?:line|& crisis lifeline|hotline|prevention)|lifeline|samaritans|spoedeisende hulp|eerste hulp"
    r"|emergency (?:room"
    r"|services|number|department)|a&e|the er|ambulance|alarmnummer|crisis text line)\b"
)
_BODY = re.compile(
    r"\b(?:pijn op (?:de|je|mijn) borst|flauw|bewusteloos|ademnood|adem\w* niet|bloed\w*|beroerte|hartaanval"
    r"|gif|geslikt|brand|inbraak"
    r"|reanim\w*|collapsed?|unconscious|chest pain|bleeding|stroke|heart attack|poison\w*|fire|not breathing"
    r"|swallowed|koorts"
    r"|stuip|insult|seizure|overdos\w*|allerg\w*|geweld|slaat|hits? me|wapen|mes|gun|knife)\b"
)
_ASKED = re.compile(
    r"\b(?:iemand (?:bereik\w*|spreken|sturen|bellen)|reach someone|talk to someone|text a line|bel|nummer"
    r"|number|113|112|911|999|988|1813|samaritans|hulplijn|helpline|hotline|lijn|line|crisisdienst"
    r"|ambulance|a&e|bellen|alarmnummer|emergency)\b"
)
_IF = re.compile(
    r"\b(?:als|mocht|krijg|wordt|word|merk|zodra|anders|bij (?:gevaar|acuut|levensgevaar|direct|nood)|if|unless"
    r"|when|in an emergency|in danger)\b"
)


def human_route(text: str, level: Level, book: HelplineBook) -> bool:
    """Does this text name a live way to a human that fits danger: a line, urgent care, or someone now?"""
    said = canonical(text)
    if _URGENT.search(said) or any(number in book.every() for number in referral_numbers(text)):
        return True
    return level <= Level.ELEVATED and bool(_PERSON_NOW.search(said))


def names_crisis_line(text: str, user: str, reading: Reading) -> bool:
    """A crisis line or emergency service for ordinary distress, not asked for and not for the body."""
    if reading.level > Level.NONE or reading.uncertain:
        return False
    said = canonical(text)
    if not _CRISIS_NAME.search(said):
        return False
    asked = canonical(user)
    if _ASKED.search(asked) or _BODY.search(asked):
        return False
    return not (_BODY.search(said) and _IF.search(said))
