"""Makes the packages of qti-package-maker (see README.md). Not part of any test run."""

from qti_package_maker.package_interface import QTIPackageInterface

package = QTIPackageInterface("infolit-fixture", verbose=False, allow_mixed=True)
for kind, question in (
    (
        "MC",
        ("Where do you look <b>first</b>?", ["On the page", "In a new tab", "In a drawer"], "In a new tab"),
    ),
    ("MA", ("Which are sources?", ["A book", "A spoon", "A map"], ["A book", "A map"])),
    ("NUM", ("How many corners has a square?", 4.0, 0.5, True)),
    ("FIB", ("What is reading beside the page called?", ["lateral reading", "reading laterally"])),
    ("MULTI_FIB", ("The [color] cat sat on the [place].", {"color": ["black"], "place": ["mat", "rug"]})),
    ("MATCH", ("Match them.", ["author", "publisher", "editor"], ["writes it", "prints it", "mends it"])),
):
    package.add_item(kind, question)
package.save_package("canvas_qti_v1_2", "qti-package-maker-canvas.zip")
package.save_package("blackboard_qti_v2_1", "qti-package-maker-qti21.zip")
