/** The files of a bundle, as other tools expect them to be called. */
export const bundleName = {
  onnx: 'model.onnx',
  weights: 'weights.safetensors',
  labels: 'labels.txt',
  signature: 'signature.json',
  preprocess: 'preprocess.json',
  parity: 'parity.json',
  golden: 'golden/golden.json',
  card: 'MODEL_CARD.md',
  readme: 'README.md',
} as const;

/** Real pictures of the project whose answers are known, exactly as the network takes them. */
export const goldenPicture = (index: number): string => `golden/${String(index + 1).padStart(2, '0')}.png`;
