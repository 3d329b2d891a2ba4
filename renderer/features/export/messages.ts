import type { ExportFormat } from '../../../app/contract/index.ts';

const en = {
  title: 'Share',
  run: 'Run',
  format: 'Format',
  formats: {
    onnx: {
      name: 'ONNX',
      text: 'One file that ONNX Runtime and most other engines run; the preprocessing of the pictures is inside it.',
    },
    safetensors: {
      name: 'safetensors',
      text: 'The weights alone, by the names of their layers, to be loaded into Python or another program.',
    },
  } satisfies Record<ExportFormat, { name: string; text: string }>,
  out: 'Write to',
  outHint: 'A path on this computer. Left empty, it goes into the exports folder of the project.',
  start: 'Export',
  exporting: 'Exporting',
  certificate: 'Parity certificate',
  verified: 'Verified',
  differs: 'Differs',
  proof: (judge: string, images: string, difference: string) =>
    `Run by ${judge} on ${images} real pictures: greatest difference ${difference}`,
  verdictGood: 'The exported file answers as Tessera does.',
  verdictBad: 'The exported file does not answer as Tessera does. Do not rely on it.',
  size: 'Size',
  bytes: (count: string) => `${count} bytes`,
  path: 'Path',
  copyPath: 'Copy path',
  copied: 'Copied',
  download: (name: string) => `Download ${name}`,
  failed: 'The export did not finish',
  emptyTitle: 'Nothing to export yet',
  emptyText: 'Train a model first; then it can leave Tessera as a file and answer anywhere in the same way.',
  toTrain: 'To the Train screen',
};

const ko: typeof en = {
  title: '내보내기',
  run: '학습 기록',
  format: '형식',
  formats: {
    onnx: {
      name: 'ONNX',
      text: 'ONNX Runtime을 비롯한 여러 엔진이 실행하는 파일 하나입니다. 사진 전처리가 그 안에 들어 있습니다.',
    },
    safetensors: {
      name: 'safetensors',
      text: '층 이름이 붙은 가중치만 담습니다. 파이썬이나 다른 프로그램에서 읽을 수 있습니다.',
    },
  },
  out: '저장할 곳',
  outHint: '이 컴퓨터의 경로입니다. 비워 두면 프로젝트의 exports 폴더에 저장합니다.',
  start: '내보내기',
  exporting: '내보내는 중',
  certificate: '일치 증명서',
  verified: '확인됨',
  differs: '다름',
  proof: (judge, images, difference) =>
    `${judge}(으)로 실제 사진 ${images}장을 실행: 가장 큰 차이 ${difference}`,
  verdictGood: '내보낸 파일은 Tessera와 똑같이 답합니다.',
  verdictBad: '내보낸 파일이 Tessera와 다르게 답합니다. 믿고 쓰지 마세요.',
  size: '크기',
  bytes: (count) => `${count}바이트`,
  path: '경로',
  copyPath: '경로 복사',
  copied: '복사됨',
  download: (name) => `${name} 내려받기`,
  failed: '내보내기를 끝내지 못했습니다',
  emptyTitle: '아직 내보낼 것이 없습니다',
  emptyText: '먼저 모델을 학습시키세요. 그러면 파일로 내보내 어디서나 똑같이 답하게 할 수 있습니다.',
  toTrain: '학습 화면으로',
};

export const messages = { en, ko };
