import type { Graph, Parity } from '../../contract/index.ts';
import { images, logits, probabilities } from '../onnx/write.ts';
import type { ExportedModel } from '../exported-model.ts';
import { goldenPicture } from './names.ts';

/** What a written file answered, and in whose hands. */
export interface FileParity extends Parity {
  file: string;
}

/** A picture, uint8 [H, W, C] of the graph's input, with what Tessera answers. */
export interface GoldenPicture {
  pixels: Uint8Array;
  logits: ArrayLike<number>;
  probabilities: readonly number[];
}

/** What goes in and comes out, by the names of the ONNX file; -1 is any number of pictures. */
export function signatureOf({ graph: { input }, classes }: ExportedModel) {
  const out = { dtype: 'float32', shape: [-1, classes.length] };
  return {
    inputs: [{ name: images, dtype: 'uint8', shape: [-1, input.height, input.width, input.channels] }],
    outputs: [
      { name: logits, ...out },
      { name: probabilities, ...out },
    ],
  };
}

/** How any picture becomes the network's input, step by step, for programs that do it themselves. */
export function preprocessOf({ graph: { input }, normalisation }: ExportedModel) {
  return {
    steps: [
      { step: 'orient', by: 'EXIF' },
      { step: 'flatten', over: [255, 255, 255] },
      { step: 'colourSpace', space: 'sRGB' },
      { step: 'cropSquare', anchor: 'centre' },
      { step: 'resize', width: input.width, height: input.height, filter: 'lanczos3' },
      channelStep(input),
      { step: 'layout', dtype: 'uint8', order: 'NHWC' },
    ],
    /** Already done inside `model.onnx`: (value / 255 − mean) / std. */
    insideTheModel: { divideBy: 255, ...normalisation },
  };
}

function channelStep({ channels }: Graph['input']) {
  return channels === 1
    ? {
        step: 'grey',
        // sRGB is made linear, weighed, and brought back: red (255, 0, 0) becomes 127.
        luminance: { space: 'linear', weights: [0.2126, 0.7152, 0.0722] },
      }
    : { step: 'rgb', order: ['R', 'G', 'B'] };
}

/** The answers that are expected, for a test of whoever runs the model elsewhere. */
export function goldenOf(pictures: readonly GoldenPicture[], tolerance: number) {
  return {
    tolerance,
    pictures: pictures.map((picture, index) => ({
      file: goldenPicture(index),
      logits: Array.from(picture.logits),
      probabilities: [...picture.probabilities],
    })),
  };
}
