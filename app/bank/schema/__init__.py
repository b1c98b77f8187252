"""The forms of a question's files, a module a file: validation at the edge, and JSON Schemas for editors."""

from app.bank.schema.bank import FolderForm, QuickForm
from app.bank.schema.form import Form
from app.bank.schema.key import KeyForm
from app.bank.schema.published import PublishedFile
from app.bank.schema.question import QuestionForm
from app.bank.schema.samples import SamplesForm
from app.bank.schema.variants import VariantsForm

SCHEMAS: dict[str, type[Form]] = {
    "question": QuestionForm,
    "key": KeyForm,
    "variants": VariantsForm,
    "samples": SamplesForm,
    "claims": PublishedFile,
    "quick": QuickForm,
    "bank": FolderForm,
}
"""By the name of the file, for `chokepoint schema`."""
