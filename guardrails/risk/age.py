"""Reads whether the writer says to be under 18; other people's ages do not count."""

import re

from guardrails.phrases import Words

_NUMBER = r"(?:[6-9]|1[0-7])"
_SPELLED = r"(?:zeven|acht|negen|tien|elf|twaalf|dertien|veertien|vijftien|zestien|zeventien|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)"
_UNIT = r"(?:jaar|jr|years|yrs|yr|year|yo|y/o|j)"
_NOT_AGE = (
    r"(?!(?:[a-z]+ )?(?:uur|u|dagen|dag|weken|maanden|maand|minuten|kilo|kg|km|euro|keer|x|kinderen|ochtend|punten|"
    r"weeks|days|months|hours|minutes|times|pounds|stone|kids|am|pm|percent|%|"
    r"(?:jaar|jr|years|yrs) (?:samen|getrouwd|clean|nuchter|in|bij|geleden|ago|sober|married|together|into|op|verder|ouder|jonger|older|younger|werkzaam|with|down))\b)"
)
_SAYS = re.compile(
    rf" (?:ik (?:ben|word) (?:pas |nog maar |net |maar |bijna |al |een (?:meisje|jongen) van )?{_NUMBER}(?: {_UNIT})? {_NOT_AGE}"
    rf"|ik (?:ben|word) (?:pas |nog maar |net |bijna )?{_SPELLED} (?:jaar |, |\. |en |$){_NOT_AGE}"
    rf"|(?:i'm|i am) (?:only |just |turning |almost |a )?{_NUMBER}(?: {_UNIT})? {_NOT_AGE}"
    rf"|(?:i'm|i am) (?:only |just |turning |almost )?{_SPELLED} (?:years old |, |\. |and |$){_NOT_AGE}"
    r"|ik zit (?:nu |nog )?(?:in |op )(?:de )?(?:groep (?:[3-8]|drie|vier|vijf|zes|zeven|acht)|basisschool|brugklas|(?:1|2|3|4)e? (?:havo|vwo|vmbo|mavo|gym|middelbaar)|havo (?:1|2|3|4)|vwo (?:1|2|3|4|5)|vmbo (?:1|2|3|4)|mavo (?:1|2|3|4)|(?:eerste|tweede|derde|vierde) (?:klas|middelbaar))\b"
    r"|(?:i'm|i am) (?:still )?in (?:primary school|middle school|year (?:[4-9]|1[01])|(?:[4-9]|10)th grade|(?:fourth|fifth|sixth|seventh|eighth|ninth|tenth) grade|6th class)\b"
    rf"|ik ,? ?(?:m|v|meisje|jongen) ,? ?{_NUMBER} |(?:m|f|girl|boy) ?{_NUMBER} ,? ?here "
    r")"
)
_AS_IF = re.compile(r" (?:toen|alsof|als|sinds|when|since|as if|like) $")


def says_minor(words: Words) -> bool:
    """True when the writer gives an age, school year or class of a child as their own, in the present."""
    for found in _SAYS.finditer(words.row):
        before = words.row[max(0, found.start() - 12) : found.start() + 1]
        if not _AS_IF.search(before):
            return True
    return False
