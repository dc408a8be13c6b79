"""What can go wrong with a vault, as codes, and the sentence a person reads for each code."""

import errno
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import ClassVar, Final

OWNER: Final = "Klankbord, inhoud"
DATE: Final = "2026-11-24"
STATUS: Final = "concept"


class VaultError(Exception):
    """The vault failed. `code` names a sentence, `detail` a system's name for the error; never content."""

    code: ClassVar[str] = "disk_fault"

    def __init__(self, detail: str = "") -> None:
        super().__init__(self.code, detail)
        self.detail = detail


class DiskFault(VaultError):
    code = "disk_fault"


class DiskFull(VaultError):
    code = "disk_full"


class ReadOnly(VaultError):
    code = "read_only"


class InUse(VaultError):
    code = "in_use"


class Damaged(VaultError):
    code = "damaged"


class DamagedConversation(Damaged):
    """One conversation cannot be read; the others can."""

    code = "damaged_conversation"


class UnsafeKeys(VaultError):
    code = "unsafe_keys"


class NotOurs(VaultError):
    code = "not_ours"


class NewerVersion(VaultError):
    code = "newer_version"


class KeysMissing(VaultError):
    code = "keys_missing"


class NoVault(VaultError):
    code = "no_vault"


class AlreadyExists(VaultError):
    code = "already_exists"


class WrongPassphrase(VaultError):
    code = "wrong_passphrase"


class WeakPassphrase(VaultError):
    code = "weak_passphrase"


class PassphraseTooLong(VaultError):
    code = "passphrase_too_long"


class MistypedRecoveryCode(VaultError):
    code = "mistyped_recovery_code"


class WrongRecoveryCode(VaultError):
    code = "wrong_recovery_code"


class TooLittleMemory(VaultError):
    code = "too_little_memory"


class CipherTooOld(VaultError):
    code = "cipher_too_old"


class FileTaken(VaultError):
    code = "file_taken"


class Gone(VaultError):
    code = "gone"


class Closed(VaultError):
    code = "closed"


_BY_ERRNO: Final[Mapping[int, type[VaultError]]] = MappingProxyType(
    {
        errno.ENOSPC: DiskFull,
        getattr(errno, "EDQUOT", errno.ENOSPC): DiskFull,
        errno.EACCES: ReadOnly,
        errno.EPERM: ReadOnly,
        errno.EROFS: ReadOnly,
        errno.EEXIST: NotOurs,
        errno.ENOTDIR: NotOurs,
    }
)


@contextmanager
def file_errors() -> Generator[None]:
    """Turn what the operating system says about a file into a `VaultError` that carries no path."""
    try:
        yield
    except OSError as error:
        kind = _BY_ERRNO.get(error.errno or 0, DiskFault)
        raise kind(errno.errorcode.get(error.errno or 0, "")) from None


# code: (Dutch, English). Plain text, concept until someone named reviewed it.
messages: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "disk_fault": (
            "De schijf geeft een fout. Maak ruimte vrij en probeer het opnieuw.",
            "The disk gives an error. Free some space and try again.",
        ),
        "disk_full": (
            "De schijf is vol. Verwijder iets en probeer het opnieuw. Wat bewaard was, is er nog.",
            "The disk is full. Remove something and try again. What was saved is still there.",
        ),
        "read_only": (
            "Dit programma mag in deze map niet schrijven. Kies een andere map of pas de rechten aan.",
            "This program may not write in this folder. Choose another folder or change its permissions.",
        ),
        "in_use": (
            "De kluis is al open in een ander venster. Sluit dat eerst.",
            "The vault is already open in another window. Close that one first.",
        ),
        "damaged": (
            "De kluis is beschadigd. Verander niets en zet een reservekopie terug.",
            "The vault is damaged. Change nothing and put back a backup.",
        ),
        "damaged_conversation": (
            "Dit gesprek is beschadigd en opent niet. De andere gesprekken openen nog.",
            "This conversation is damaged and does not open. The other conversations still open.",
        ),
        "unsafe_keys": (
            "Het sleutelbestand is veranderd en niet meer veilig. Zet een reservekopie terug.",
            "The key file was changed and is no longer safe. Put back a backup.",
        ),
        "not_ours": (
            "In deze map staat iets van een ander programma. Kies een andere map.",
            "This folder holds something of another program. Choose another folder.",
        ),
        "newer_version": (
            "Deze kluis is van een nieuwere versie van dit programma. Werk dit programma eerst bij.",
            "This vault is from a newer version of this program. Update this program first.",
        ),
        "keys_missing": (
            "Het sleutelbestand ontbreekt. Zet het bestand vault.keys terug uit een reservekopie.",
            "The key file is missing. Put the file vault.keys back from a backup.",
        ),
        "no_vault": (
            "Er is hier nog geen kluis. Begin een gesprek en kies dan voor bewaren.",
            "There is no vault here yet. Start a conversation and then choose to keep it.",
        ),
        "already_exists": (
            "Er is hier al een kluis. Open die met je wachtwoordzin.",
            "There is already a vault here. Open it with your passphrase.",
        ),
        "wrong_passphrase": (
            "Deze wachtwoordzin klopt niet. Er is niets verloren. Let op hoofdletters en probeer opnieuw.",
            "This passphrase is not right. Nothing is lost. Check capitals and try again.",
        ),
        "weak_passphrase": (
            "Deze wachtwoordzin is te makkelijk te raden. Neem vier losse woorden of meer.",
            "This passphrase is too easy to guess. Take four separate words or more.",
        ),
        "passphrase_too_long": (
            "Deze wachtwoordzin is te lang. Kies een kortere zin.",
            "This passphrase is too long. Choose a shorter one.",
        ),
        "mistyped_recovery_code": (
            "In deze herstelcode zit een typefout. Vergelijk elk teken met je papier.",
            "This recovery code has a typing error. Compare each character with your paper.",
        ),
        "wrong_recovery_code": (
            "Deze herstelcode hoort niet bij deze kluis. Zoek de juiste code.",
            "This recovery code does not belong to this vault. Look for the right code.",
        ),
        "too_little_memory": (
            "Er is te weinig geheugen vrij. Sluit andere programma's en probeer het opnieuw.",
            "There is too little free memory. Close other programs and try again.",
        ),
        "cipher_too_old": (
            "Een onderdeel voor versleuteling is te oud. Installeer dit programma opnieuw.",
            "A part for encryption is too old. Install this program again.",
        ),
        "file_taken": (
            "Er is al een bestand met deze naam. Kies een andere naam.",
            "There is already a file with this name. Choose another name.",
        ),
        "gone": (
            "Dit gesprek of bericht bestaat niet meer. Ververs de pagina.",
            "This conversation or message no longer exists. Refresh the page.",
        ),
        "closed": (
            "De kluis is op slot. Vul je wachtwoordzin in.",
            "The vault is locked. Enter your passphrase.",
        ),
    }
)
