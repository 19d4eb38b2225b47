"""Which columns stand for what people must not be judged by, going by names in several languages and by values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

#: Usual names, as words in lower case without accents; English, German, French, Spanish, Portuguese, Italian, Dutch.
_NAMES = frozenset(
    {"sex", "gender", "sexe", "sexo", "genero", "geschlecht", "sesso", "genere", "geslacht", "gender identity"}
    | {"gender id", "sex id", "sex at birth", "identidad de genero", "geschlechtsidentitat", "geschlechtsidentitaet"}
    | {"race", "ethnicity", "ethnic", "race ethnicity", "ethnicity race", "ethnic origin", "ethnic background"}
    | {"ethnie", "ethnische herkunft", "etnia", "raza", "raca", "razza", "etniciteit", "hispanic", "skin color"}
    | {"skin colour", "hautfarbe", "cor raca", "raca cor", "origine ethnique", "origen etnico"}
    | {"age", "alter", "edad", "idade", "leeftijd", "alter in jahren", "age in years", "lebensalter"}
    | {"birth date", "date of birth", "dob", "birthdate", "birthday", "birth year", "year of birth", "yob", "birthyear"}
    | {"geburtsdatum", "geburtsjahr", "geburtstag", "date de naissance", "date naissance", "annee de naissance"}
    | {"annee naissance", "fecha de nacimiento", "fecha nacimiento", "ano de nacimiento", "data de nascimento"}
    | {"data nascimento", "ano de nascimento", "data di nascita", "data nascita", "geboortedatum", "geboortejaar"}
    | {"religion", "religione", "religiao", "religie", "konfession", "religious affiliation", "glaube", "caste"}
    | {"nationality", "nationalitat", "nationalitaet", "nationalite", "nacionalidad", "nacionalidade", "nazionalita"}
    | {"nationaliteit", "citizenship", "staatsangehorigkeit", "staatsangehoerigkeit", "staatsburgerschaft"}
    | {"citoyennete", "ciudadania", "cidadania", "cittadinanza", "native country", "country of birth"}
    | {"birth country", "national origin", "geburtsland", "herkunft", "pays de naissance", "pais de nacimiento"}
    | {"pais de nascimento", "is female", "is male", "situation de handicap", "travailleur handicape"}
    | {"herkunftsland", "foreign worker", "immigrant", "immigration", "migrationshintergrund", "gastarbeiter"}
    | {"disability", "disabled", "behinderung", "schwerbehinderung", "discapacidad", "deficiencia"}
    | {"disabilita", "sexual orientation", "sexuelle orientierung", "orientation sexuelle", "orientacion sexual"}
    | {"orientacao sexual", "orientamento sessuale", "pregnant", "pregnancy", "schwanger", "schwangerschaft"}
    | {"enceinte", "grossesse", "embarazada", "embarazo", "veteran"}
)
#: These name music, films or games as well: a column of more names than people are told apart by is none of ours.
_AMBIGUOUS = frozenset({"genre", "genere", "genero"})
_FEW = 4
#: What may stand in for such a column: asked about, never guessed.
_PROXIES = frozenset(
    {"zip", "zip code", "zipcode", "postcode", "postal code", "postalcode", "post code", "plz", "postleitzahl"}
    | {"code postal", "codigo postal", "cep", "postleitcode", "marital", "marital status", "familienstand"}
    | {"estado civil", "etat civil", "situation familiale", "stato civile", "burgerlijke staat", "first name"}
    | {"firstname", "last name", "lastname", "surname", "vorname", "nachname", "nombre de pila", "apellido"}
    | {"birthplace", "place of birth", "geburtsort", "lieu de naissance", "lugar de nacimiento", "local de nascimento"}
    | {"mother tongue", "native language", "muttersprache", "langue maternelle", "lengua materna"}
)
#: Words beside a name that leave it what it is: whose it is, and in what form.
_WHOSE = frozenset(
    {"applicant", "person", "people", "client", "customer", "patient", "employee", "user", "candidate", "respondent"}
    | {"student", "victim", "defendant", "offender", "author", "borrower", "coapplicant", "worker", "subject", "member"}
    | {"participant", "rater", "annotator", "driver", "officer", "suspect", "perpetrator", "speaker", "derived", "the"}
    | {"self", "reported", "is", "has", "bewerber", "kunde", "patienten", "cliente", "paciente", "persona", "personne"}
    | {"demographic", "demographics", "demo", "target", "perceived", "observed", "co"}
)
_FORM = frozenset(
    {"code", "coded", "cd", "group", "groups", "grp", "cat", "category", "categories", "class", "band", "bracket"}
    | {"bucket", "range", "bin", "binned", "desc", "description", "years", "yrs", "yr", "flag", "ind", "indicator"}
    | {"status", "value", "raw", "clean", "cleaned", "encoded", "label", "text", "str", "num", "gruppe", "groupe"}
    | {"grupo", "klasse", "rc", "recode", "binary", "bool", "x", "y", "n"}
)
#: Of `race` these tell of a contest.
_SPORT = frozenset({"class", "category", "status", "num", "years"})

_SEX_WORDS = frozenset(
    {"male", "female", "man", "woman", "men", "women", "boy", "girl", "nonbinary", "non-binary", "diverse"}
    | {"mann", "frau", "mannlich", "maennlich", "weiblich", "divers", "homme", "femme", "masculin", "feminin"}
    | {"hombre", "mujer", "varon", "masculino", "femenino", "feminino", "homem", "mulher", "uomo", "donna"}
    | {"maschio", "femmina", "vrouw", "vrouwelijk", "mannelijk"}
)
#: Single letters must be one of these pairs: h and m would be high and middle, and m, w and f are days.
_SEX_LETTERS = ({"m", "f"}, {"m", "w"}, {"h", "f"})
_SEX_OTHER = frozenset({"other", "unknown", "d", "x", "andere", "autre", "otro", "unbekannt", "inconnu"})
_RACES = frozenset(
    {"white", "black", "asian", "hispanic", "latino", "latina", "latinx", "caucasian", "african-american"}
    | {"african american", "asian-pac-islander", "black or african american", "native american"}
    | {"white non-hispanic", "black non-hispanic", "pacific islander"}
)
#: Beside `black` and `white` these tell of cars and shirts, not of people.
_COLOURS = frozenset({"red", "green", "blue", "yellow", "orange", "grey", "gray", "silver", "pink", "purple"})


def by_name(name: str, distinct: int | None = None) -> bool:
    """Whether a column is named as one; `distinct` is how many different texts it holds, if it holds texts."""
    bare = _bare(name)
    if bare in _AMBIGUOUS:
        return distinct is None or distinct <= _FEW
    return bare in _NAMES


def by_values(values: Iterable[str]) -> str | None:
    """What the values name, `sexes` or `races`; None where it is neither."""
    held = {_plain(value.strip()) for value in values}
    named = held - _SEX_OTHER
    if named in _SEX_LETTERS or (len(named) > 1 and named <= _SEX_WORDS | {"m", "f"}):
        return "sexes"
    return "races" if len(held & _RACES) > 1 and not held & _COLOURS else None


def is_proxy(name: str) -> bool:
    """Whether a column is named as one that may stand in for where people come from or how they live."""
    return _bare(name) in _PROXIES


def _bare(name: str) -> str:
    """The name's words without those that say only whose it is or in what form."""
    words = _words(name)
    whole = " ".join(words)
    if whole in _NAMES or whole in _PROXIES:
        return whole
    if "race" in words and _SPORT & set(words):
        return whole
    while len(words) > 1 and words[-1] in _FORM:
        words.pop()
    while len(words) > 1 and (words[0] in _WHOSE or words[0] in _FORM):
        words.pop(0)
    while len(words) > 1 and words[-1] in _WHOSE:
        words.pop()
    return " ".join(words)


def _words(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return [word for word in re.split(r"[\W_\d]+", _plain(spaced)) if word]


def _plain(text: str) -> str:
    """In lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
