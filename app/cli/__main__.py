"""python -m app.cli: the same as chokepoint."""

from app.cli import main

raise SystemExit(main())
