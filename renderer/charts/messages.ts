import type { LayerOp } from '../../app/contract/index.ts';

const en = {
  asTable: 'Values as a table',
  summary: (title: string, latest: readonly string[]) =>
    latest.length === 0 ? `${title}: no values yet` : `${title}: latest ${latest.join(', ')}`,
  confusion: 'Confusion matrix: rows are the true class, columns the predicted one',
  truth: 'true',
  predicted: 'predicted',
  cell: (truth: string, predicted: string, count: number) =>
    `true ${truth}, predicted ${predicted}, ${count} ${count === 1 ? 'picture' : 'pictures'}`,
  network: 'The layers of the network, from the picture to the scores',
  parameters: 'parameters',
  multiplyAdds: 'multiply-adds for one picture',
  reads: (names: readonly string[]) => `from ${names.join(' and ')}`,
  op: {
    input: 'picture',
    batchNorm2d: 'batch norm',
    lrn: 'local response norm',
    dropout: 'dropout',
    add: 'add',
    concat: 'concatenate',
    relu6: 'ReLU6',
    leakyRelu: 'leaky ReLU',
    hardSwish: 'hard swish',
    conv2d: 'convolution',
    maxPool2d: 'max pooling',
    avgPool2d: 'average pooling',
    globalAvgPool: 'global average',
    relu: 'ReLU',
    sigmoid: 'sigmoid',
    tanh: 'tanh',
    flatten: 'flatten',
    dense: 'dense',
  } satisfies Record<LayerOp | 'input', string>,
};

const ko: typeof en = {
  asTable: '값을 표로 보기',
  summary: (title, latest) =>
    latest.length === 0 ? `${title}: 아직 값이 없습니다` : `${title}: 최근 값 ${latest.join(', ')}`,
  confusion: '혼동 행렬: 행은 실제 클래스, 열은 예측한 클래스',
  truth: '실제',
  predicted: '예측',
  cell: (truth, predicted, count) => `실제 ${truth}, 예측 ${predicted}, 사진 ${count}장`,
  network: '사진에서 점수까지 네트워크의 층',
  parameters: '매개변수',
  multiplyAdds: '사진 한 장의 곱셈-덧셈',
  reads: (names) => `${names.join(', ')}에서`,
  op: {
    input: '사진',
    batchNorm2d: '배치 정규화',
    lrn: '국소 응답 정규화',
    dropout: '드롭아웃',
    add: '더하기',
    concat: '이어 붙이기',
    relu6: 'ReLU6',
    leakyRelu: '누설 ReLU',
    hardSwish: '하드 스위시',
    conv2d: '합성곱',
    maxPool2d: '최대 풀링',
    avgPool2d: '평균 풀링',
    globalAvgPool: '전역 평균',
    relu: 'ReLU',
    sigmoid: '시그모이드',
    tanh: 'tanh',
    flatten: '펼치기',
    dense: '완전 연결',
  },
};

export const messages = { en, ko };
