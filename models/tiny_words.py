"""Loose Dutch and English words from which the tiny model's meaningless training text is strung together."""

from typing import Final

DUTCH: Final = """
de het een en van ik te dat die in is niet je op met zijn voor er aan maar om als ook dan wat nog bij uit
naar heb hoe heeft hebben hij zij ze ons wij jullie hun mijn jouw zou kan moet mag wil zal was waren werd
worden geworden geen meer veel weinig al wel toch zo dus want omdat terwijl toen nu straks gisteren
vandaag morgen avond nacht ochtend middag week maand jaar uur minuut altijd nooit soms vaak weer even
heel erg best goed slecht mooi lelijk groot klein oud jong nieuw huis werk school straat tuin keuken
kamer deur raam tafel stoel bed auto trein bus fiets water brood koffie thee moeder vader broer zus kind
vriend vriendin buurman collega baas dokter arts hulp mens mensen persoon programma computer praten
zeggen vragen denken voelen weten zien horen lezen schrijven slapen eten drinken lopen werken helpen
geven nemen komen gaan blijven staan zitten liggen maken doen laten houden vinden zoeken krijgen beginnen
stoppen proberen wachten luisteren bang boos blij moe verdrietig alleen samen rustig druk zwaar licht
moeilijk makkelijk belangrijk gevoel gedachte zorgen vraag antwoord gesprek woord zin tekst taal
nederlands engels hoogstens maximaal kort lang gewoon eigen ander andere iemand niemand iets niets alles
elke deze dit daar hier waar waarom wanneer wie welke onder boven tussen tegen zonder door over tot
advies diagnose medicijn belofte nummer telefoon mening onderwerp aanwijzing regel eerst daarna misschien
eigenlijk
"""

ENGLISH: Final = """
the a an and of to in is not you on with his for there at but about if also then what still by from how
has have he she we they my your our could can must may want will was were be been no more much little
already so because while when now later yesterday today tomorrow evening night morning week month year
hour always never sometimes often again very good bad nice big small old new house work school street
garden kitchen room door window table chair bed car train bus bicycle water bread coffee tea mother
father brother sister child friend neighbour colleague boss doctor help person people program computer
talk say ask think feel know see hear read write sleep eat drink walk give take come go stay stand sit
make do let keep find look get begin stop try wait listen afraid angry happy tired sad alone together
calm busy heavy light hard easy important feeling thought question answer word sentence text language
english dutch at most short long plain own other someone nobody something nothing
"""
