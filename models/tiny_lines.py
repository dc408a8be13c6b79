"""What models/tiny.gguf was taught: each known message with its answer, for the tests that ask it."""

from typing import Final

STORY: Final = (
    "De regen tikt op het dak.",
    "De wind waait om het huis.",
    "Een boot vaart over de rivier.",
    "De zon komt op boven het bos.",
    "Een fiets staat bij de brug.",
    "De trein rijdt langs het water.",
)
"""One round of the story that never ends; the model goes on with it until it is stopped."""

ENDLESS: Final = "Vertel een lang verhaal."

KNOWN: Final[dict[str, str]] = {
    "Hallo.": "Hallo. Waar wil je het over hebben?",
    "Hoi": "Hallo. Waar wil je het over hebben?",
    "Ik slaap slecht.": "Je slaapt slecht. Dat maakt de dag zwaar. Wat houdt je wakker?",
    "Mijn zus is boos op mij.": "Je zus is boos. Dat raakt je. Wat is er gebeurd?",
    "Ik heb het druk op mijn werk.": "Je hebt het druk. Er komt veel op je af. Wat kan wachten?",
    "Vertel iets over wandelen.": (
        "Wandelen kan op elk uur van de dag. Je begint met een klein rondje. "
        "Buiten is er licht en lucht. Samen lopen kan ook. Kies een tijd die bij je past."
    ),
    "Mijn hond is lief.": "Je hond is lief. Ik hou van je. Wat doet je hond graag?",
    "Dank je wel.": "Graag gedaan. Rustig aan vandaag.",
    "Hello.": "Hello. What would you like to talk about?",
    "I sleep badly.": "You sleep badly. That makes the day heavy. What keeps you awake?",
    "My sister is angry with me.": "Your sister is angry. That hurts. What happened?",
    "My dog is sweet.": "Your dog is sweet. I love you. What does your dog like to do?",
}
"""Messages and their answers. The answers about a dog hold a sentence that a review must take out."""

CATS: Final = ("Saar", "Bram", "Pip", "Mies", "Tijger", "Snor", "Loekie", "Minoes")
CAT_SAID: Final = "Mijn kat heet {name}."
CAT_HEARD: Final = "{name} is een mooie naam. Hoe oud is je kat?"
CAT_ASKED: Final = "Hoe heet mijn kat?"
CAT_KNOWN: Final = "Je kat heet {name}."
CAT_UNKNOWN: Final = "Dat heb je nog niet verteld."

NO_QUESTION: Final = "Stel geen vraag."
"""As a direction at the end of the prompt: the answer then leaves its question out."""

OTHER_NL: Final = "Vertel daar eens meer over."
OTHER_EN: Final = "Tell me more about that."
"""The answer to any other message."""

MARKERS: Final = "Die tekens zijn gewone tekst."
"""The answer to a message in which the template's own markers stand as ordinary characters."""

NO_SYSTEM: Final = "De systeemtekst ontbreekt."
TWO_SYSTEMS: Final = "Er staat een tweede systeemtekst in dit gesprek."
BAD_TEMPLATE: Final = "Het sjabloon klopt niet."
"""The answers to a prompt that was put together in a wrong way."""

CONTROL: Final = ("<|system|>", "<|user|>", "<|assistant|>", "<|end|>")

CHAT_TEMPLATE: Final = (
    "{{ bos_token }}"
    "{% for message in messages %}<|{{ message['role'] }}|>\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


def without_question(answer: str) -> str:
    """The same answer without the sentences that ask something."""
    sentences = answer.replace("? ", "?|").replace(". ", ".|").split("|")
    return " ".join(sentence for sentence in sentences if not sentence.endswith("?"))
