import type { ExportFormat, Graph, Split } from '../../../app/contract/index.ts';

/** What goes into the file and what comes out, as programmers write it. */
const shapes = ({ height, width, channels }: Graph['input'], classes: number): string =>
  `images: uint8 [N, ${height}, ${width}, ${channels}] → logits, probabilities: float32 [N, ${classes}]`;

const en = {
  run: 'Run',
  format: 'Format',
  formats: {
    onnx: {
      name: 'ONNX',
      text: 'One file that ONNX Runtime and most other engines run; the preprocessing of the pictures is inside it.',
    },
    'onnx-int8': {
      name: 'ONNX, 8 bits',
      text: 'The same with weights and values of 8 bits: about a quarter of the size, and faster on many processors. Measured on your validation pictures beside the full one.',
    },
    safetensors: {
      name: 'safetensors',
      text: 'The weights by the names of their layers, to be loaded into Python or another program.',
    },
    bundle: {
      name: 'Bundle',
      text: 'A zip of both, with golden pictures and their answers, a model card, and programs for Node, Python and a browser page that use it.',
    },
  } satisfies Record<ExportFormat, { name: string; text: string }>,
  out: 'Write to',
  signature: shapes,
  outHint:
    'A path on this computer. labels.txt is written beside it. Left empty, both go into the exports folder of the project.',
  outHintBundle:
    'A path on this computer that ends in .zip. Left empty, it goes into the exports folder of the project.',
  card: 'Model card',
  cardMade: 'made from the run; say what only you know',
  cardEdited: 'as you wrote it',
  cardReset: 'Make it from the run again',
  start: 'Export',
  exporting: 'Exporting',
  cancel: 'Cancel',
  certificate: 'Parity certificate',
  verified: 'Verified',
  differs: 'Differs',
  proof: (judge: string, images: string, difference: string) =>
    `Run by ${judge} on ${images} real pictures: greatest difference ${difference}`,
  tolerance: (allowed: string) => `(up to ${allowed} is rounding)`,
  verdictGood: 'The exported file answers as Tessera does.',
  verdictBad: 'The exported model does not answer as Tessera does.',
  quantisation: '8 bits beside the full model',
  quantised: { float: 'Full, 32 bits', int8: '8 bits' },
  accuracy: 'Accuracy',
  quantisedGood: 'Within one point of the full model.',
  quantisedBad: (points: string) => `Loses ${points} points of accuracy.`,
  quantisedProof: (images: string, split: Split, judge: string, agreeing: string) =>
    `Both run by ${judge} on ${images} ${{ train: 'training', val: 'validation', test: 'test' }[split]} pictures; they name the same class for ${agreeing} of them.`,
  calibration: (images: string) => `Ranges were measured on ${images} training pictures.`,
  trainingOnly: 'No picture is set apart for validation, so this is how it does on what it learned.',
  floatProof: (difference: string) => `The full model itself differs from Tessera by ${difference} at most.`,
  size: 'Size',
  bytes: (count: string) => `${count} bytes`,
  path: 'Path',
  copyPath: 'Copy path',
  copied: 'Copied',
  download: (name: string) => `Download ${name}`,
  emptyTitle: 'Nothing to export yet',
  emptyText: 'Train a model first; then it can leave Tessera as a file and answer anywhere in the same way.',
  toTrain: 'To the Train screen',
};

const ko: typeof en = {
  run: '학습 기록',
  format: '형식',
  formats: {
    onnx: {
      name: 'ONNX',
      text: 'ONNX Runtime을 비롯한 여러 엔진이 실행하는 파일 하나입니다. 사진 전처리가 그 안에 들어 있습니다.',
    },
    'onnx-int8': {
      name: 'ONNX 8비트',
      text: '가중치와 값을 8비트로 줄인 같은 모델입니다. 크기는 4분의 1쯤이고 더 빠른 컴퓨터가 많습니다. 검증 사진으로 원래 모델과 나란히 재어 봅니다.',
    },
    safetensors: {
      name: 'safetensors',
      text: '층 이름이 붙은 가중치를 담습니다. 파이썬이나 다른 프로그램에서 읽을 수 있습니다.',
    },
    bundle: {
      name: '묶음',
      text: '위의 둘과 함께 기준 사진과 그 답, 모델 카드, 그리고 Node·파이썬·브라우저용 예제 프로그램을 zip 하나에 담습니다.',
    },
  },
  out: '저장할 곳',
  signature: shapes,
  outHint:
    '이 컴퓨터의 경로입니다. labels.txt도 같은 곳에 저장합니다. 비워 두면 프로젝트의 exports 폴더에 저장합니다.',
  outHintBundle: '.zip으로 끝나는 이 컴퓨터의 경로입니다. 비워 두면 프로젝트의 exports 폴더에 저장합니다.',
  card: '모델 카드',
  cardMade: '학습 기록에서 만들었습니다. 당신만 아는 것을 적어 주세요',
  cardEdited: '직접 쓴 내용',
  cardReset: '학습 기록에서 다시 만들기',
  start: '내보내기',
  exporting: '내보내는 중',
  cancel: '취소',
  certificate: '일치 증명서',
  verified: '확인됨',
  differs: '다름',
  proof: (judge, images, difference) =>
    `${judge}(으)로 실제 사진 ${images}장을 실행: 가장 큰 차이 ${difference}`,
  tolerance: (allowed) => `(${allowed}까지는 반올림 차이)`,
  verdictGood: '내보낸 파일은 Tessera와 똑같이 답합니다.',
  verdictBad: '내보낸 모델이 Tessera와 다르게 답합니다.',
  quantisation: '원래 모델과 나란히 본 8비트 모델',
  quantised: { float: '원래 모델, 32비트', int8: '8비트' },
  accuracy: '정확도',
  quantisedGood: '원래 모델과의 차이가 1포인트를 넘지 않습니다.',
  quantisedBad: (points) => `정확도가 ${points}포인트 떨어집니다.`,
  quantisedProof: (images, split, judge, agreeing) =>
    `${judge}(으)로 ${{ train: '학습', val: '검증', test: '시험' }[split]} 사진 ${images}장에 둘 다 실행: ${agreeing}장에서 같은 클래스로 답합니다.`,
  calibration: (images) => `값의 범위는 학습 사진 ${images}장으로 쟀습니다.`,
  trainingOnly: '검증용 사진이 없어서, 배운 사진에 대한 결과입니다.',
  floatProof: (difference) => `원래 모델은 Tessera와 가장 크게 ${difference}만큼 다릅니다.`,
  size: '크기',
  bytes: (count) => `${count}바이트`,
  path: '경로',
  copyPath: '경로 복사',
  copied: '복사됨',
  download: (name) => `${name} 내려받기`,
  emptyTitle: '아직 내보낼 것이 없습니다',
  emptyText: '먼저 모델을 학습시키세요. 그러면 파일로 내보내 어디서나 똑같이 답하게 할 수 있습니다.',
  toTrain: '학습 화면으로',
};

export const messages = { en, ko };
