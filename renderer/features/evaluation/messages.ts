import type { Split } from '../../../app/contract/index.ts';
import type { ConfusionScale } from '../../charts/confusion.ts';

const en = {
  title: 'Evaluate',
  run: 'Run',
  split: 'Pictures',
  splits: { train: 'training', val: 'validation', test: 'test' } satisfies Record<Split, string>,
  evaluate: 'Evaluate again',
  evaluateFinally: 'Final evaluation',
  evaluating: (run: string) => `Evaluating ${run}`,
  accuracy: 'Accuracy',
  interval: (low: string, high: string) => `95 % interval ${low} – ${high}`,
  ofPictures: (right: string, total: string) => `${right} of ${total} pictures`,
  macroF1: 'Macro F1',
  macroF1Hint: 'the mean over the classes',
  loss: 'Loss',
  lossHint: 'mean cross-entropy',
  temperature: (value: string) => `confidence fitted, T = ${value}`,
  temperatureHint:
    'The logits were divided by this after training, by the validation pictures, so that of the answers given with 90 % about nine in ten are right.',
  matrix: 'Confusion matrix',
  scale: 'Cells show',
  scales: {
    counts: 'pictures',
    row: '% of true class',
    column: '% of predicted class',
    all: '% of all',
  } satisfies Record<ConfusionScale, string>,
  classes: 'Classes',
  columns: { name: 'Class', precision: 'Precision', recall: 'Recall', f1: 'F1', support: 'Pictures' },
  worst: 'Mistakes, the worst first',
  cell: (truth: string, predicted: string) =>
    truth === predicted ? `${truth}, recognised` : `${truth}, taken for ${predicted}`,
  ofClass: (name: string) => `All of ${name}, mistakes first`,
  takenFor: (name: string) => `Taken for ${name}, mistakes first`,
  number: (column: string, name: string, value: string) =>
    `${column} of ${name}: ${value}. Show the pictures`,
  none: 'None of these',
  noneText: (name: string) =>
    `“${name}” is learned like a class; a picture that is taken for it counts as none of the others.`,
  noneRight: (count: number, of: number) =>
    `${count.toLocaleString('en')} of ${of.toLocaleString('en')} were left alone`,
  noneWrong: (count: number, of: number) =>
    `${count.toLocaleString('en')} of ${of.toLocaleString('en')} pictures of the other classes were left alone by mistake`,
  allMistakes: 'All mistakes',
  count: (count: string) => (count === '1' ? '1 picture' : `${count} pictures`),
  verdict: (truth: string, predicted: string, confidence: string) => `${truth} → ${predicted} ${confidence}`,
  noMistakes: 'Not one mistake on these pictures.',
  noPictures: 'No picture is in this cell.',
  more: 'Show more',
  emptyTitle: 'Nothing to evaluate yet',
  emptyText: 'Train a model first; then its mistakes can be seen and put right here.',
  toTrain: 'To the Train screen',
};

const ko: typeof en = {
  title: '평가',
  run: '학습 기록',
  split: '사진',
  splits: { train: '학습', val: '검증', test: '시험' },
  evaluate: '다시 평가',
  evaluateFinally: '최종 평가',
  evaluating: (run) => `${run} 평가 중`,
  accuracy: '정확도',
  interval: (low, high) => `95 % 구간 ${low} – ${high}`,
  ofPictures: (right, total) => `사진 ${total}장 중 ${right}장`,
  macroF1: '매크로 F1',
  macroF1Hint: '클래스별 값의 평균',
  loss: '손실',
  lossHint: '평균 교차 엔트로피',
  temperature: (value) => `확신도 보정, T = ${value}`,
  temperatureHint:
    '학습이 끝난 뒤 검증 사진을 기준으로 로짓을 이 값으로 나누었습니다. 90 %라고 답한 것 가운데 열에 아홉은 맞도록 하기 위해서입니다.',
  matrix: '혼동 행렬',
  scale: '칸의 값',
  scales: { counts: '사진 수', row: '실제 클래스의 %', column: '예측 클래스의 %', all: '전체의 %' },
  classes: '클래스',
  columns: { name: '클래스', precision: '정밀도', recall: '재현율', f1: 'F1', support: '사진' },
  worst: '틀린 사진, 가장 크게 틀린 것부터',
  cell: (truth, predicted) =>
    truth === predicted ? `${truth}, 맞힘` : `${truth} 사진을 ${predicted}(으)로 예측`,
  ofClass: (name) => `${name} 사진 모두, 틀린 것부터`,
  takenFor: (name) => `${name}(으)로 예측한 사진, 틀린 것부터`,
  number: (column, name, value) => `${name}의 ${column}: ${value}. 사진 보기`,
  none: '해당 없음',
  noneText: (name) =>
    `“${name}”은(는) 클래스처럼 학습합니다. 이것으로 예측한 사진은 다른 어느 클래스도 아닌 것으로 봅니다.`,
  noneRight: (count, of) =>
    `${of.toLocaleString('ko')}장 중 ${count.toLocaleString('ko')}장을 제대로 걸러 냄`,
  noneWrong: (count, of) =>
    `다른 클래스 사진 ${of.toLocaleString('ko')}장 중 ${count.toLocaleString('ko')}장을 잘못 걸러 냄`,
  allMistakes: '틀린 사진 모두',
  count: (count) => `사진 ${count}장`,
  verdict: (truth, predicted, confidence) => `${truth} → ${predicted} ${confidence}`,
  noMistakes: '이 사진들에서는 하나도 틀리지 않았습니다.',
  noPictures: '이 칸에는 사진이 없습니다.',
  more: '더 보기',
  emptyTitle: '아직 평가할 것이 없습니다',
  emptyText: '먼저 모델을 학습시키세요. 틀린 사진을 여기서 보고 바로잡을 수 있습니다.',
  toTrain: '학습 화면으로',
};

export const messages = { en, ko };
