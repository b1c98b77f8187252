"""Claims that a language model may propose for sentences that the rules could not read; code checks every one.

The model sees numbered sentences and the words of the ontology: no rubric, no points, no key. It gives claims with
quotes, never marks. What does not hold to the sentence that it quotes is dropped, and without a model nothing changes.
"""
