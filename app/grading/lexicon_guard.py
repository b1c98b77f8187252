"""What the guard looks for: words to a grader, verbs and relations, function words and the pairs they never form."""
# ruff: noqa: E501, SIM905 - a lexicon is read by entry, not by column

import re

GRADER = (
    r"grader\b|grading\b|evaluator\b|examiner|assessor|rubric|scorer\b|interviewer|hiring panel|recruiter|llm judge|the judge\b|as an ai\b|"
    r"system (?:note|prompt|message|override|instruction)|^\W*system\b|answer key|the key in your"
)
DEMAND = (
    r"award|assign|give|full (?:marks|credit|points|score)|max(?:imum)? (?:score|points|marks|credit)|top (?:score|marks|grade)|perfect score|"
    r"100 ?(?:/|%|points|out of)|10 ?/ ?10|5 ?/ ?5|4 ?/ ?4|pass(?:ed)?\b|pre (?:approved|verified)|satisf\w+|disregard|ignore|override|must be|"
    r"mark\w*|output|return|set (?:the )?verdict|treat|record|shown complete|do not deduct|deduction|leniently|as if present|superseded|replaced|corrected key|outstanding|instead of grading|please|required"
)
ALWAYS = re.compile(
    r"system note\b|\bnote to (?:the )?(?:evaluator|grader|examiner|assessor|interviewer)|^\W*system\s?:|ignore (?:all |any |the |your |my )*(?:previous|prior|above|preceding|earlier|rubric|instructions?)|disregard (?:all |any |the |your )*(?:previous|prior|above|rubric|instructions?|length)|"
    r"(?:forget|override) (?:all |any |the |your |everything )*(?:previous|instructions?|rules|above)|"
    r"\b(?:full|maximum|max|top|highest|perfect|best) (?:marks?|credit|points?|score|grade|rating)\b|\bmaximum in every|"
    r"\bverdict\s?[=:]|\b(?:final )?score\s?[\"']?\s?[:=]\s?[\"']?\d|\btotal\s?[:=]?\s?\d+\s?/\s?\d+|\b(?:bottleneck|numbers|trap|flip|move)s?\s?[:=]?\s?[\"']?\d\s?/\s?\d|"
    r"assume (?:that )?i(?:'ve| have|'d)? (?:given|said|mentioned|covered|stated|written|explained|answered|included)|"
    r"\b(?:this|the) (?:candidate|response|answer|submission) (?:has been|was|is|should|must|passed|deserves|receives|gets|demonstrates|correctly|names|gives every|states the|sees through|identifies|covers|fully|meets)|\bcandidate (?:passed|is correct|has shown|has been|deserves)|"
    r"\b(?:end of (?:answer|submission)|begin (?:grading|rubric|system)|new instructions?|jailbreak|developer mode)\b|<\|?im_start|\[/?inst\]|\bas the (?:lead )?interviewer\b|final_score|trap_avoided|confidence\s?[=:]\s?[01]|"
    # the same in other languages, accents already removed
    r"ignor(?:iere|ieren sie|ez|a|e|are|eer) (?:alle |toutes? |todas? |las |les |die |as |le |tutte )*(?:vorherigen|bisherigen|instructions?|instrucciones|anweisungen|instrucoes|istruzioni|consignes|anteriores|precedent\w*)|"
    r"volle punkt\w*|maximale punkt\w*|hochste punktzahl|bewert\w+ (?:diese|die) antwort|note maximale|tous les points|la note|puntuacion maxima|maxima puntuacion|todos los puntos|calificacion|nota maxima|punteggio massimo|pontuacao maxima|"
    r"игнориру|максимальн\w+ балл|высш\w+ балл|оценк|忽略|满分|評分|评分|無視|満点|採点|무시|만점|تجاهل|पूर्ण अंक"
)
VERB = re.compile(
    r"\b(?:is|are|was|be|has|have|do|does|take|takes|put|use|spend|gives?|goes|go|gain|gains|costs?|optimi[sz]e|fuse|reduce|raise|overlap|"
    r"would|should|will|can|could|need|needs|get|gets|dominates?|i|i'd|we|it|that|because|so|then|when|if|only|means|read|reads|move|hide|hiding|fusing|keep|grows?)\b|[=<>~]|->"
)


FUNCTION = frozenset(
    "the a an of to in on for with by at from and or but is are was were be it that this as so not we i than because which if when would will "
    "its there their has have can".split()
)


DETERMINERS = frozenset("the a an its their our my your".split())
PREPOSITIONS = frozenset("of to in on for with by at from into than".split())
PRONOUNS = frozenset("i he she we they you i'd he's it's that's they're we're i'm there".split())
AUXILIARIES = frozenset(
    "is are was were be been has have had do does did would will can could should may might must isn't doesn't don't".split()
)
STOPS = frozenset([*".,;:!?", "|", "so", "but", "because", "if", "not"])  # "|" stands for the end of a sentence
AFTER_NO_DETERMINER = (
    DETERMINERS
    | PREPOSITIONS
    | PRONOUNS
    | AUXILIARIES
    | STOPS
    | frozenset("and or it this that when which then )".split())
)
AFTER_NO_PREPOSITION = PREPOSITIONS | PRONOUNS | AUXILIARIES | STOPS | frozenset(("and", "or"))
PAIRS = frozenset(
    "to be|to have|to do|than is|than are|than in|than for|than to|than on|than with|than of|than at|than by|than from|than the|from the|of the|in the|at the|to the|on the|for the|with the|by the|into the|of a|in a|at a|to a|on a|for a|with a|by a|into a|from a|than a|of an|in an|for an|to an|with an|from in|from on|to in|of in|on to|in to|by at|for at|at in|to at|of at|for in|to from|of on|than if|than when|to and|of i|than i|than we|than they|than he|than you|for i|in which|of which|for which|with which|at which|by which|to which|from which|on which|than would|than can|than will|than have|than has|than do|than does|in so|to then|on and|in and|from to|by then|of or|to or|in or|in while|on by|in by|to on|for of|by in|to by|of by|in for|in at|to for|on for|in of".split(
        "|"
    )
)
STARTERS = frozenset("The A An So If At In It With But And For When Only Even That This Not My Per Then By".split())
