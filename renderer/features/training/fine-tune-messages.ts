const en = {
  title: 'What goes on learning',
  blocks: 'Last blocks that learn',
  decay: 'Each earlier block learns',
  summary: (learning: number, still: number) =>
    still === 0 ? `All ${learning} parts learn` : `${learning} parts learn, ${still} stay as they are`,
  text: 'From the classifier towards the picture, with the learning rate of each at its highest.',
  parameters: (count: string) => `${count} weights`,
  stays: 'stays',
  rate: (rate: string) => `rate ${rate}`,
};

const ko: typeof en = {
  title: '계속 학습하는 부분',
  blocks: '학습하는 마지막 블록 수',
  decay: '앞 블록의 학습률',
  summary: (learning, still) =>
    still === 0 ? `${learning}개 부분 모두 학습` : `${learning}개 부분 학습, ${still}개 부분 고정`,
  text: '분류 층에서 사진 쪽으로 차례대로, 각각의 가장 높은 학습률입니다.',
  parameters: (count) => `가중치 ${count}`,
  stays: '고정',
  rate: (rate) => `학습률 ${rate}`,
};

export const fineTuneMessages = { en, ko };
