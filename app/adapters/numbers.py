"""What a person types to call somebody, read with the numbering metadata (F61).

Nothing is guessed: what is no whole number of its own is refused, with what to type instead.
"""

from typing import TYPE_CHECKING, Final

from app.domain.numbering import NumberKind, OutsideNumber, current
from app.ports import NotANumber

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

LONGEST = 40  # characters
NO_COUNTRY = "001"  # satellites, and services of the whole world
_TOO_SHORT: Final = "“{typed}” is too short: type the number with its area code."


class MetadataNumbers:
    """The metadata is large: it is imported with the first number."""

    def read(self, typed: str, country: str) -> OutsideNumber:
        import phonenumbers

        typed = typed.strip()
        if not typed:
            raise NotANumber("Type the number to call.")
        if phonenumbers.is_emergency_number(typed, country):
            digits = phonenumbers.normalize_digits_only(typed)
            return OutsideNumber(digits, country, "emergency")
        try:
            parsed = phonenumbers.parse(typed[:LONGEST], country)
        except phonenumbers.NumberParseException as error:
            raise NotANumber(f"“{typed[:LONGEST]}” is no telephone number.") from error
        if parsed.extension:
            raise NotANumber("Leave the extension out: press its keys once somebody has answered.")
        if any(letter.isalpha() or letter == "@" for letter in typed) or len(typed) > LONGEST:
            raise NotANumber(f"“{typed[:LONGEST]}” is no telephone number: type its digits.")
        if phonenumbers.is_valid_short_number_for_region(parsed, country):
            return OutsideNumber(typed, country, "short")
        return _number(typed, parsed)

    def country_of(self, e164: str) -> str:
        import phonenumbers

        return _country(phonenumbers.parse(e164))


def _number(typed: str, parsed: "PhoneNumber") -> OutsideNumber:
    import phonenumbers

    e164 = current(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    parsed = phonenumbers.parse(e164)
    match phonenumbers.is_possible_number_with_reason(parsed):
        case phonenumbers.ValidationResult.IS_POSSIBLE:
            pass
        case phonenumbers.ValidationResult.TOO_LONG:
            raise NotANumber(f"“{typed}” has too many digits.")
        case _:
            raise NotANumber(_TOO_SHORT.format(typed=typed))
    country = _country(parsed)
    return OutsideNumber(e164, country, "other" if country == NO_COUNTRY else _kind(parsed))


def _country(parsed: "PhoneNumber") -> str:
    """Of a number in no range that is known: the country to which its code belongs first."""
    import phonenumbers

    found = phonenumbers.region_code_for_number(parsed)
    return found or phonenumbers.region_code_for_country_code(parsed.country_code or 0)


def _kind(parsed: "PhoneNumber") -> NumberKind:
    import phonenumbers

    types = phonenumbers.PhoneNumberType
    match phonenumbers.number_type(parsed):
        case types.FIXED_LINE:
            return "fixed"
        case types.MOBILE | types.FIXED_LINE_OR_MOBILE:
            return "mobile"
        case types.TOLL_FREE:
            return "free"
        case types.VOIP:
            return "internet"
        case types.SHARED_COST | types.UAN:
            return "shared cost"
        case types.PREMIUM_RATE:
            return "premium"
        case types.UNKNOWN:
            return "unknown"
        case _:
            return "other"
