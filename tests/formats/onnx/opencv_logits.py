"""What OpenCV's DNN module answers: `python3 opencv_logits.py FOLDER COUNT`.

Every NAME.onnx of the folder is given the pictures of NAME.bin, uint8 [COUNT, side, side, 3]; side is in NAME.side. One line of
JSON for each: its name and its logits.
"""

import json
import pathlib
import sys

import cv2
import numpy

folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
for path in sorted(folder.glob("*.onnx")):
    side = int(path.with_suffix(".side").read_text())
    pictures = numpy.fromfile(path.with_suffix(".bin"), numpy.uint8).reshape(count, side, side, 3)
    network = cv2.dnn.readNetFromONNX(str(path))
    network.setInput(pictures, "images")
    logits = network.forward("logits")
    print(json.dumps({"name": path.stem, "logits": logits.reshape(count, -1).tolist()}), flush=True)
