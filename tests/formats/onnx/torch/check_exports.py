"""onnx.checker's opinion on exported files: `python3 check_exports.py FOLDER`. The files come from

    TESSERA_EXPORT_ALL=1 TESSERA_EXPORT_FOLDER=FOLDER npx vitest run tests/formats/onnx/architectures.test.ts
"""

import pathlib
import sys

import onnx

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    onnx.checker.check_model(str(path), full_check=True)
    print(path.name, "passes")
