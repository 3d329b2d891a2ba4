import type { CheckpointInfo } from '../../../app/contract/index.ts';

const number = (value: number): string => value.toLocaleString('en');

/** What is told of a run beside its curves: its settings, its data, and what of it is kept. */
const en = {
  data: (name: string) => `data ${name}`,
  disk: (size: string) => `${size} on the disk`,
  total: (size: string, free: string) => `Runs take ${size}, ${free} are free.`,
  title: 'Settings and data',
  settings: 'Settings',
  dataTitle: 'Data',
  frozenAs: (names: string) => `Frozen as ${names}`,
  notFrozen: 'Not frozen as a version',
  fingerprint: (hash: string) => `Fingerprint of pictures, labels and splits: ${hash}`,
  counts: (train: number, val: number, test: number) =>
    `${number(train)} to train, ${number(val)} to validate, ${number(test)} to test`,
  classPictures: 'Class and pictures',
  fromEpoch: (epoch: number) => `From epoch ${epoch} on, by labels changed meanwhile:`,
  labelChanges: (relabeled: number, leftOut: number, takenBack: number) =>
    `${number(relabeled)} relabeled, ${number(leftOut)} left out, ${number(takenBack)} taken back`,
  compare: 'Compare with now',
  same: 'The data of now are the same.',
  changes: {
    added: (count: number) => `${number(count)} added since`,
    removed: (count: number) => `${number(count)} removed since`,
    relabeled: (count: number) => `${number(count)} relabeled since`,
    moved: (count: number) => `${number(count)} moved to another split since`,
  },
  show: (what: string) => `Show: ${what}`,
  showThem: 'Show',
  checkpoints: (size: string) => `Checkpoints · ${size}`,
  kept: {
    usual: 'The last two and the best are kept.',
    every: (epochs: number) =>
      epochs === 1
        ? 'The last two, the best and that of every epoch are kept.'
        : `The last two, the best and one every ${epochs} epochs are kept.`,
    trial: (sweep: string) => `Of a trial of ${sweep} the best and the last are kept.`,
    head: 'A new head is saved once, when it is done.',
  },
  noCheckpoints: 'No checkpoint is kept: this run answers no more and cannot be resumed. Its curves stay.',
  columns: { which: 'Checkpoint', size: 'Size', saved: 'Saved' },
  which: {
    last: 'last',
    previous: 'the one before',
    best: 'best',
    epoch: 'epoch',
    start: 'what it began with',
  } satisfies Record<CheckpointInfo['which'], string>,
  removeSpare: (size: string) => `Keep only the best and the last (frees ${size})`,
  removeAll: 'Remove all checkpoints …',
  confirm: (run: string) => `Remove checkpoints of ${run}?`,
  confirmSpare:
    'The best and the last stay: the run answers as before and can be resumed. The others are gone for good.',
  confirmAll:
    'The run, its curves and its evaluations stay, but it can answer no picture, be exported or be resumed any more. This cannot be undone.',
  remove: 'Remove',
  cancel: 'Cancel',
};

const ko: typeof en = {
  data: (name) => `데이터 ${name}`,
  disk: (size) => `디스크 ${size}`,
  total: (size, free) => `학습 기록이 ${size}를 차지하고, ${free}가 남아 있습니다.`,
  title: '설정과 데이터',
  settings: '설정',
  dataTitle: '데이터',
  frozenAs: (names) => `고정된 버전: ${names}`,
  notFrozen: '버전으로 고정하지 않음',
  fingerprint: (hash) => `사진, 라벨, 분할의 지문: ${hash}`,
  counts: (train, val, test) => `학습 ${number(train)}장, 검증 ${number(val)}장, 시험 ${number(test)}장`,
  classPictures: '클래스와 사진 수',
  fromEpoch: (epoch) => `에폭 ${epoch}부터 그사이 바뀐 라벨 반영:`,
  labelChanges: (relabeled, leftOut, takenBack) =>
    `라벨 변경 ${number(relabeled)}장, 제외 ${number(leftOut)}장, 다시 포함 ${number(takenBack)}장`,
  compare: '지금과 비교',
  same: '지금 데이터와 같습니다.',
  changes: {
    added: (count) => `그 뒤 추가 ${number(count)}장`,
    removed: (count) => `그 뒤 빠짐 ${number(count)}장`,
    relabeled: (count) => `그 뒤 라벨 변경 ${number(count)}장`,
    moved: (count) => `그 뒤 분할 이동 ${number(count)}장`,
  },
  show: (what) => `보기: ${what}`,
  showThem: '보기',
  checkpoints: (size) => `체크포인트 · ${size}`,
  kept: {
    usual: '마지막 둘과 최고를 남깁니다.',
    every: (epochs) =>
      epochs === 1
        ? '마지막 둘과 최고, 그리고 모든 에폭을 남깁니다.'
        : `마지막 둘과 최고, 그리고 ${epochs} 에폭마다 하나를 남깁니다.`,
    trial: (sweep) => `${sweep}의 시도라서 최고와 마지막만 남깁니다.`,
    head: '새 분류 층은 학습이 끝날 때 한 번 저장합니다.',
  },
  noCheckpoints: '남은 체크포인트가 없어 더는 예측하거나 이어서 학습할 수 없습니다. 곡선은 그대로 남습니다.',
  columns: { which: '체크포인트', size: '크기', saved: '저장 시각' },
  which: { last: '마지막', previous: '그 앞', best: '최고', epoch: '에폭', start: '시작 가중치' },
  removeSpare: (size) => `최고와 마지막만 남기기 (${size} 확보)`,
  removeAll: '모든 체크포인트 지우기 …',
  confirm: (run) => `${run}의 체크포인트를 지울까요?`,
  confirmSpare: '최고와 마지막은 남으므로 예측과 이어서 학습은 그대로 됩니다. 나머지는 되살릴 수 없습니다.',
  confirmAll:
    '학습 기록과 곡선, 평가는 남지만 더는 예측하거나 내보내거나 이어서 학습할 수 없습니다. 되돌릴 수 없습니다.',
  remove: '지우기',
  cancel: '취소',
};

export const recordMessages = { en, ko };
