// The model in this page: nothing is sent anywhere.
import * as ort from './node_modules/onnxruntime-web/dist/ort.wasm.min.mjs';

const bundle = new URL('../../', import.meta.url);
const get = (name) => fetch(new URL(name, bundle));
const json = async (name) => (await get(name)).json();

const labels = (await (await get('labels.txt')).text()).trimEnd().split('\n');
const [input] = (await json('signature.json')).inputs;
const [, height, width, channels] = input.shape;
const session = await ort.InferenceSession.create(await (await get('model.onnx')).arrayBuffer());

/** A picture → uint8 [1, height, width, channels]; the browser turns it upright and brings it to sRGB. */
async function pixels(blob) {
  const picture = await createImageBitmap(blob);
  const side = Math.min(picture.width, picture.height);
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  const left = (picture.width - side) / 2;
  const top = (picture.height - side) / 2;
  context.drawImage(picture, left, top, side, side, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const values = new Uint8Array(width * height * channels);
  for (let place = 0; place < width * height; place++) {
    const [red, green, blue] = data.subarray(4 * place, 4 * place + 3);
    if (channels === 1) values[place] = grey(red, green, blue);
    else values.set([red, green, blue], 3 * place);
  }
  return new ort.Tensor('uint8', values, [1, height, width, channels]);
}

/** Luminance, weighed in linear light as preprocess.json has it. */
function grey(red, green, blue) {
  if (red === green && green === blue) return red;
  const linear = (byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const light = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
}

async function ask(blob) {
  const { logits, probabilities } = await session.run({ [input.name]: await pixels(blob) });
  return { logits: [...logits.data], probabilities: [...probabilities.data] };
}

async function checkGolden() {
  const { tolerance, pictures } = await json('golden/golden.json');
  let agrees = true;
  for (const { file, logits } of pictures) {
    const answer = await ask(await (await get(file)).blob());
    const difference = Math.max(
      ...logits.map((expected, index) => Math.abs(expected - answer.logits[index])),
    );
    const row = document.querySelector('#golden').insertRow();
    const cells = [file, difference.toExponential(1), difference <= tolerance ? 'agrees' : 'differs'];
    for (const text of cells) row.insertCell().textContent = text;
    agrees &&= difference <= tolerance;
  }
  document.body.dataset.golden = agrees ? 'agrees' : 'differs';
}

document.querySelector('#picture').addEventListener('change', async ({ target }) => {
  const [file] = target.files;
  if (file === undefined) return;
  const { probabilities } = await ask(file);
  const best = probabilities.indexOf(Math.max(...probabilities));
  document.querySelector('#answer').textContent =
    `${labels[best]}, ${(100 * probabilities[best]).toFixed(1)} %`;
});
await checkGolden();
