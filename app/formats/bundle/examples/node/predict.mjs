// node predict.mjs [picture …]: a line of JSON for each picture; without pictures the golden ones are checked.
import { readFile } from 'node:fs/promises';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';

const bundle = new URL('../../', import.meta.url);
const read = (name) => readFile(new URL(name, bundle));
const json = async (name) => JSON.parse(await read(name));

const labels = (await read('labels.txt')).toString().trimEnd().split('\n');
const [input] = (await json('signature.json')).inputs;
const [, height, width, channels] = input.shape;
const session = await ort.InferenceSession.create(await read('model.onnx'));

/** A file or its bytes → uint8 [1, height, width, channels], as preprocess.json has it. */
async function pixels(picture) {
  const upright = sharp(picture).autoOrient().flatten({ background: 'white' }).toColourspace('srgb');
  const square = upright.resize(width, height, { fit: 'cover', position: 'centre', kernel: 'lanczos3' });
  const coloured = channels === 1 ? square.greyscale().toColourspace('b-w') : square;
  return new ort.Tensor('uint8', await coloured.raw().toBuffer(), [1, height, width, channels]);
}

async function ask(picture) {
  const { logits, probabilities } = await session.run({ [input.name]: await pixels(picture) });
  return { logits: [...logits.data], probabilities: [...probabilities.data] };
}

async function checkGolden() {
  const { tolerance, pictures } = await json('golden/golden.json');
  for (const { file, logits } of pictures) {
    const answer = await ask(await read(file));
    const difference = Math.max(
      ...logits.map((expected, index) => Math.abs(expected - answer.logits[index])),
    );
    console.log(JSON.stringify({ file, difference, agrees: difference <= tolerance }));
    if (!(difference <= tolerance)) process.exitCode = 1;
  }
}

const pictures = process.argv.slice(2);
if (pictures.length === 0) await checkGolden();
for (const picture of pictures) {
  const { probabilities } = await ask(picture);
  const best = probabilities.indexOf(Math.max(...probabilities));
  console.log(JSON.stringify({ picture, label: labels[best], confidence: probabilities[best] }));
}
