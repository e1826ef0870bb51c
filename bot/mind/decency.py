"""Words that belong only where everybody said that they are of age: unmistakable ones, since what is meant cannot be read from words alone."""

import re

_EXPLICIT = re.compile(
    r"\b(?:porn\w*|blow ?jobs?|hand ?jobs?|orgasm\w*|masturbat\w*|cunnilingus|fellatio|clitoris|cumming|cumshots?|dick pics?|horny|(?:anal|oral) sex"
    r"|(?:my|your|his|her) (?:cock|pussy|tits|boner)|fuck(?:ing|ed)? (?:me|you|her|him) (?:hard|harder|senseless)|naked (?:pics?|photos?) of me"
    r"|wichsen|ficken|blowjobs?|orgasmus|masturbier\w*|nacktbilder?)\b|做爱|口交|自慰|阴茎|阴道|性交|裸照",
    re.IGNORECASE,
)


def is_explicit(text: str) -> bool:
    """Whether it is plainly sexual."""
    return _EXPLICIT.search(text) is not None
