"""``python -m toolkit`` is ``playreel``."""

from toolkit.cli import main

if __name__ == "__main__":
    main()
