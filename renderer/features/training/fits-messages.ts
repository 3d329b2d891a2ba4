const en = {
  title: 'What fits?',
  measure: 'Measure this computer',
  measuring: 'Measuring …',
  unmeasured: 'A benchmark of about five seconds tells beforehand how long every network takes here.',
  chosen: (time: string, memory: string, disk: string) =>
    `These settings: about ${time}, ${memory} of memory, ${disk} on disk`,
  times: { tenMinutes: 'Ten minutes', hour: 'An hour', night: 'A night' },
  choice: (model: string, size: number, epochs: number) => `${model}, ${size} px, ${epochs} epochs`,
  head: (model: string, size: number) => `${model}, ${size} px, a new head`,
  nothing: 'nothing makes enough epochs',
  take: (choice: string) => `Take ${choice}`,
  all: 'Every network',
  model: 'Network',
  size: 'Pictures',
  epoch: 'An epoch',
  memory: 'Memory',
  disk: 'Disk',
  note: 'Without the first reading of the pictures; what else the computer does comes on top.',
};

const ko: typeof en = {
  title: '시간 안에 되는 것',
  measure: '이 컴퓨터 측정하기',
  measuring: '측정 중 …',
  unmeasured: '약 5초의 측정으로 각 네트워크가 여기서 얼마나 걸리는지 미리 알 수 있습니다.',
  chosen: (time, memory, disk) => `이 설정: 약 ${time}, 메모리 ${memory}, 디스크 ${disk}`,
  times: { tenMinutes: '10분', hour: '1시간', night: '하룻밤' },
  choice: (model, size, epochs) => `${model}, ${size} px, ${epochs}에폭`,
  head: (model, size) => `${model}, ${size} px, 새 분류층`,
  nothing: '충분한 에폭를 마칠 수 있는 것이 없습니다',
  take: (choice) => `${choice} 고르기`,
  all: '모든 네트워크',
  model: '네트워크',
  size: '사진 크기',
  epoch: '한 에폭',
  memory: '메모리',
  disk: '디스크',
  note: '사진을 처음 읽는 시간은 뺀 값이며, 컴퓨터가 다른 일을 하면 더 걸립니다.',
};

export const messages = { en, ko };
