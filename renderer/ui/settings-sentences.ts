/** As `hostSentences`: what the host says of settings that do not fit together, and of searches over them. */
export const settingsSentences: Readonly<Record<string, string>> = {
  'it is not the head of the network that comes with weights':
    '가중치와 함께 오는 신경망의 분류 층이 아닙니다',

  // Settings that do not fit together, by what the host calls them.
  start: '다른 학습의 가중치',
  startModel: '가져온 모델의 가중치',
  schedule: '학습률 변화',
  earlyStopping: '조기 종료',
  fineTune: '계속 학습하는 부분',
  frozen: '고정할 층',
  followLabels: '바뀐 라벨 반영',
  pretrained: '시작 방법',
  momentum: '모멘텀',
  labelSmoothing: '라벨 스무딩',
  leastEpochs: '모두에게 주는 에폭',
  model: '모델',
  dropout: '드롭아웃',
  imageSize: '사진 크기',
  optimizer: '최적화 방법',
  learningRate: '학습률',
  batchSize: '배치 크기',
  weightDecay: '가중치 감쇠',
  augment: '데이터 증강',
  clipNorm: '기울기 노름 제한',
  averageDecay: '가중치 평균',
  seed: '시드',
  preprocessing: '전처리',
  'The search for a learning rate': '학습률 찾기',
  'The server': '서버',
  'A sweep': '탐색',
  'The grid': '모든 조합',
  'a head that is fitted to a pretrained network makes no steps; train all weights instead':
    '미리 학습된 신경망에 분류 층만 맞출 때는 스텝이 없습니다. 가중치 전체를 학습시키세요',
  'a head that is fitted to a pretrained network has none':
    '미리 학습된 신경망에 분류 층만 맞출 때는 학습률이 없습니다',
  'a run begins with the weights of one run or with the pretrained ones, not with both':
    '다른 학습의 가중치와 미리 학습된 가중치 가운데 하나로만 시작할 수 있습니다',
  'a run begins with the weights of one model, not of several':
    '여러 모델이 아니라 한 모델의 가중치로만 시작할 수 있습니다',
  'a warm-up of {warmup} epochs leaves nothing of {epochs}; make it shorter':
    '워밍업 {warmup}에폭을 하면 {epochs}에폭에서 남는 것이 없습니다. 줄이세요',
  'without validation pictures nothing tells when to stop; assign splits first':
    '검증 사진이 없으면 언제 멈출지 알 수 없습니다. 먼저 분할을 지정하세요',
  'the network has no layer {name}': '신경망에 {name} 층이 없습니다',
  'random weights have nothing to be tuned; begin with pretrained ones, with a run or with a model that was brought in':
    '무작위 가중치에는 조정할 것이 없습니다. 미리 학습된 가중치나 다른 학습, 가져온 모델로 시작하세요',
  'the network has {count} blocks before its classifier, not {wanted}':
    '분류 층 앞의 블록은 {wanted}개가 아니라 {count}개입니다',
  'that run has no layer of the same name and shape; choose a run of the same network':
    '그 학습에는 이름과 모양이 같은 층이 없습니다. 같은 신경망의 학습을 고르세요',
  'it belongs to another plan': '다른 계획의 것입니다',

  // Searches over settings.
  'it tries nothing out; name a setting with its values or its range':
    '시도할 것이 없습니다. 설정과 값 또는 범위를 적으세요',
  '{least} are more than the {epochs} epochs of the longest trial':
    '{least}은(는) 가장 긴 시도의 {epochs}에폭보다 큽니다',
  'it has no range; give its values': '범위로 정할 수 없습니다. 값을 적으세요',
  'its range goes from {from} to {to}; the second number must be the greater one':
    '범위가 {from}부터 {to}까지입니다. 둘째 수가 더 커야 합니다',
  'a logarithmic scale begins above 0': '로그 눈금은 0보다 큰 값에서 시작합니다',
  'its range has whole numbers for its ends': '범위의 양 끝은 정수여야 합니다',
  '{value} cannot be tried out ({reason})': '{value} 값은 시도할 수 없습니다({reason})',
  'a head is fitted at once, and there is nothing to try out; train all weights instead':
    '분류 층은 한 번에 맞춰져 시도할 것이 없습니다. 가중치 전체를 학습시키세요',
  'all trials of a sweep learn the same labels': '탐색의 모든 시도는 같은 라벨을 배웁니다',
  'a pretrained start brings its own network': '미리 학습된 시작은 신경망이 정해져 있습니다',
  'only sgd has one, and the optimizer is {optimizer}': 'SGD에만 있는 값인데 최적화 방법이 {optimizer}입니다',
  'only the loss softmaxCrossEntropy has it': '교차 엔트로피 손실에만 있는 값입니다',
  'without validation pictures nothing tells which trial is the best; assign splits first':
    '검증 사진이 없으면 어느 시도가 가장 좋은지 알 수 없습니다. 먼저 분할을 지정하세요',
  '{size} combinations are more than {most}; give fewer values, or draw some at random':
    '조합이 {size}개로 {most}개를 넘습니다. 값을 줄이거나 무작위로 몇 개만 뽑으세요',
  'give values with commas between, or a range as 0.0001..0.1:log':
    '쉼표로 나눈 값이나 0.0001..0.1:log 같은 범위를 적으세요',
};
