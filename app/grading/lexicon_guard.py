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
    r"ignore (?:all |any |the |your |my )*(?:previous|prior|above|preceding|earlier|rubric|instructions?)|disregard (?:all |any |the |your )*(?:previous|prior|above|rubric|instructions?|length)|"
    r"(?:forget|override) (?:all |any |the |your |everything )*(?:previous|instructions?|rules|above)|"
    r"\b(?:full|maximum|max|top|highest|perfect|best) (?:marks?|credit|points?|score|grade|rating)\b|\bmaximum in every|"
    r"\bverdict\s?[=:]|\b(?:final )?score\s?[\"']?\s?[:=]\s?[\"']?\d|\btotal\s?[:=]?\s?\d+\s?/\s?\d+|\b(?:bottleneck|numbers|trap|flip|move)s?\s?[:=]?\s?[\"']?\d\s?/\s?\d|"
    r"assume (?:that )?i(?:'ve| have|'d)? (?:given|said|mentioned|covered|stated|written|explained|answered|included)|"
    r"\b(?:this|the) (?:candidate|response|answer|submission) (?:has been|was|is|should|must|passed|deserves|receives|gets|demonstrates|correctly)|\bcandidate (?:passed|is correct|has shown|has been|deserves)|"
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


OPEN = frozenset("the a an of to in on for with by at from and or than into its their our my your".split())
NEVER_AFTER = frozenset(
    "the a an of to in on for with by at from and or than into is are was were be has have had but so because if would will can which then".split()
)
ALLOWED = frozenset(
    "of the|to the|in the|on the|for the|with the|by the|at the|from the|and the|or the|than the|into the|of a|to a|in a|on a|for a|with a|by a|at a|from a|and a|or a|than a|into a|"
    "of an|to an|in an|for an|with an|and an|and in|and on|and for|and to|and with|and by|and of|and at|and from|and then|and so|and if|and is|and are|and would|and can|and will|and has|and have|and was|and were|"
    "to be|to have|than in|than for|than to|than on|than with|than of|than at|than by|or in|or to|or for|or on|or with|or at|or if|or is|or are|than is|than are|than would|or by|from in|to in|from of|and because|and but|"
    "at in|in at|of to|or not|in to|on to|on at|for in|to at|to on|or of|or from|and which|of which|in which|for which|by which|with which|at which|on which|from which|to which|to or|on or|in or|than if|than can|than will|than has|than have|and than|or than|and or|of in|in and|on and|at and|or have|or has|or be|and be|of on|of at|of for|for at|for of|than from|from to|by in|than then|or would|or can|or will|or then".split(
        "|"
    )
)
