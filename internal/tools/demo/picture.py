"""Makes the picture in the README of what `make demo` printed: the act in which Bruno leaves. Rich draws it.

    go run ./internal/tools/demo -colours ... | python3 picture.py demo.svg
"""

import io
import re
import sys

from rich.console import CONSOLE_SVG_FORMAT, Console
from rich.text import Text

ACT = "8"
# What says nothing to somebody who looks at a picture.
NOISE = re.compile(r"Refreshing state|Reading\.\.\.|Read complete|^✓|^Terraform (used|will)|^plan\. Resource actions|^  - destroy$|Destroying\.\.\.")

act, noise, empty = [], False, False
for line in sys.stdin:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", line.rstrip("\n"))
    if plain.startswith("══ "):
        wanted = plain.startswith(f"══ {ACT}. ")
        if wanted:
            act.append(f"\x1b[1m{plain.strip('═ ')[len(ACT) + 2:]}\x1b[0m\n")
    elif act and wanted:
        # The changes of outputs, too, until the warning or the next line of the demo.
        noise = plain.startswith(("Changes to Outputs", "Outputs:")) or noise and not plain.startswith(("╷", "The map"))
        if not noise and not NOISE.search(plain) and (plain or not empty):
            act.append("\x1b[0m" + line)
            empty = not plain
if not act:
    sys.exit(f"the demo has no act {ACT}")

console = Console(record=True, width=92, file=io.StringIO())
console.print(Text.from_ansi("".join(act).rstrip()))
# GitHub shows no font from elsewhere.
form = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
console.save_svg(sys.argv[1], title="make demo", code_format=form)
