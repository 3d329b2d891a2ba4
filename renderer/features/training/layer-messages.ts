const en = {
  title: 'Inside the layers, epoch by epoch',
  layer: 'Layer',
  shown: 'What is counted',
  values: { weights: 'weights', gradients: 'gradients', activations: 'activations' },
  epoch: (epoch: number) => `epoch ${epoch}`,
  none: 'This layer has none.',
  warnings: {
    dead: (id: string, share: string) =>
      `${share} of the channels of ${id} have given 0 for every picture looked at, for several epochs, and learn nothing any more. A lower learning rate or a warm-up helps.`,
    saturated: (id: string, share: string) =>
      `${share} of the numbers of ${id} lie at an end of its curve, where next to nothing is learned. A lower learning rate, batch norm before it, or ReLU instead helps.`,
  },
};

const ko: typeof en = {
  title: '에폭별 층 내부',
  layer: '층',
  shown: '볼 값',
  values: { weights: '가중치', gradients: '기울기', activations: '활성값' },
  epoch: (epoch) => `에폭 ${epoch}`,
  none: '이 층에는 없습니다.',
  warnings: {
    dead: (id, share) =>
      `${id} 채널의 ${share}가 여러 에폭 동안 살펴본 모든 사진에서 0만 내어 더는 배우지 못합니다. 학습률을 낮추거나 워밍업을 쓰면 도움이 됩니다.`,
    saturated: (id, share) =>
      `${id} 값의 ${share}가 곡선의 끝에 몰려 거의 배우지 못합니다. 학습률을 낮추거나 앞에 배치 정규화를 두거나 ReLU로 바꾸면 도움이 됩니다.`,
  },
};

export const layerMessages = { en, ko };
