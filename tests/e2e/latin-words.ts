import type { Page } from 'playwright-core';

/** In the page: every text that is seen or read aloud, each once. Paths and keys are marked up as what they are and left out. */
function textsInSight(): string[] {
  const found = new Set<string>();
  const isSeen = (element: Element | null): boolean =>
    element !== null &&
    element.checkVisibility({ visibilityProperty: true }) &&
    element.closest('code, kbd, script, style') === null;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (isSeen(node.parentElement)) found.add(node.nodeValue?.trim() ?? '');
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description']) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (isSeen(element)) found.add(element.getAttribute(name)?.trim() ?? '');
    }
  }
  return [...found];
}

/** Words of two letters and more that are written the same in every language. */
const everywhere = new Set(
  `Tessera English Ctrl Shift Alt Esc Enter Delete Backspace
   ONNX Runtime PyTorch ImageNet safetensors zip Zip README
   Fashion Zalando SE MIT
   JPEG PNG WebP GIF TIFF BMP AVIF CSV JSON JSONL SVG IDX MNIST CIFAR NumPy npz SHA UTF
   SGD Adam AdamW ReLU tanh F1 Softmax
   LeNet ResNet VGG GoogLeNet AlexNet EfficientNet Lite0 MobileNetV2 Small CNN small cnn
   onnxruntime Lines POST uint8 float32 logits probabilities SIGKILL
   MB GB kB ms px avx2 avx512 sse2 neon CPU GPU Node
   train val test images labels manifest exports tessera db png jpg csv onnx txt`.split(/\s+/),
);

/** A part of a text that is a name or an address, whatever it is made of. */
const names = [
  // Runs: quiet-heron-4.
  /\b[a-z]+-[a-z]+-\d+\b/g,
  // Their ids: 20261231-235959-0a1b2c.
  /\b\d{8}-\d{6}-[0-9a-f]{6}\b/g,
  // Fingerprints.
  /\b[0-9a-f]{7,}\b/g,
  // Architectures and layers.
  /VGG-\d+ with batch norm/g,
  /\b(?:conv|fc)\d+\b/g,
  /\b(?:VGG-11|Inception), small\b/g,
  // A range as it is typed.
  /\d:log\b/g,
  // Paths and addresses.
  /(?:https?:)?[\w.~-]*\/[^\s,)]*/g,
];

/** Words in Latin letters that stand on a screen that is not in English, each in its text. */
export async function latinWords(page: Page, allowed: readonly string[] = []): Promise<string[]> {
  const known = new Set([...everywhere, ...allowed]);
  return (await page.evaluate(textsInSight)).filter((text) => {
    const rest = names.reduce((left, name) => left.replaceAll(name, ' '), text);
    return (rest.match(/[A-Za-z][A-Za-z0-9]+/g) ?? []).some((word) => !known.has(word));
  });
}
