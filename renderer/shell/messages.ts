import type { HostInfo, JobKind } from '../../app/contract/index.ts';
import type { Refusal } from '../client/index.ts';

const en = {
  connecting: 'Connecting to Tessera …',
  lost: 'The connection to Tessera was lost. It is being opened again …',
  refusedTitle: 'This page is not let in',
  refused: {
    tokenUsed:
      'This address was used before, and each works only once. Use the browser window where it was opened first, or start tessera serve again and open the address that it prints.',
    tokenWrong:
      'The key in this address is not the right one. Open the address exactly as tessera serve printed it.',
    tokenMissing:
      'There is no key in this address. Open the address exactly as tessera serve printed it, with everything after #.',
  } satisfies Record<Refusal, string>,
  home: 'Projects',
  allProjects: 'All projects',
  project: 'Project',
  screens: 'Screens',
  skip: 'To the content',
  theme: 'Light or dark',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  language: 'Language',
  keys: 'Keys',
  keysHere: 'On this screen',
  keysEverywhere: 'Everywhere',
  showKeys: 'Show the keys',
  jobs: 'Work in progress',
  idle: 'Nothing is running',
  job: {
    import: 'Importing',
    sample: 'Preparing',
    train: 'Training',
    evaluate: 'Evaluating',
    predictFolder: 'Predicting',
    export: 'Exporting',
  } satisfies Record<JobKind, string>,
  waiting: 'waiting',
  jobProgress: (job: string) => `Progress: ${job}`,
  left: (time: string) => `${time} left`,
  cancel: (job: string) => `Cancel: ${job}`,
  more: (count: number) => `${count} more`,
  done: (job: string) => `Done: ${job}`,
  failed: (job: string, why: string) => `${job}: ${why}`,
  show: 'Show',
  engine: ({ isa, threads }: HostInfo) => `${isa} · ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
  engineHint: ({ version }: HostInfo) => `Instruction set and threads of the engine. Tessera ${version}`,
};

const ko: typeof en = {
  connecting: 'Tessera에 연결하는 중 …',
  lost: 'Tessera와의 연결이 끊겼습니다. 다시 연결하는 중 …',
  refusedTitle: '이 페이지로는 들어갈 수 없습니다',
  refused: {
    tokenUsed:
      '이미 쓴 주소입니다. 주소는 한 번만 쓸 수 있습니다. 처음 연 브라우저 창을 쓰거나, tessera serve를 다시 실행해 새로 나온 주소를 여세요.',
    tokenWrong: '이 주소의 열쇠가 맞지 않습니다. tessera serve가 알려 준 주소를 그대로 여세요.',
    tokenMissing: '이 주소에 열쇠가 없습니다. tessera serve가 알려 준 주소를 # 뒤까지 그대로 여세요.',
  },
  home: '프로젝트',
  allProjects: '모든 프로젝트',
  project: '프로젝트',
  screens: '화면',
  skip: '본문으로',
  theme: '밝기',
  themes: { system: '시스템 설정대로', light: '밝게', dark: '어둡게' },
  language: '언어',
  keys: '단축키',
  keysHere: '이 화면',
  keysEverywhere: '어디서나',
  showKeys: '단축키 보기',
  jobs: '진행 중인 작업',
  idle: '진행 중인 작업이 없습니다',
  job: {
    import: '가져오기',
    sample: '준비',
    train: '학습',
    evaluate: '평가',
    predictFolder: '예측',
    export: '내보내기',
  },
  waiting: '대기 중',
  jobProgress: (job) => `진행: ${job}`,
  left: (time) => `${time} 남음`,
  cancel: (job) => `취소: ${job}`,
  more: (count) => `${count}개 더`,
  done: (job) => `끝남: ${job}`,
  failed: (job, why) => `${job}: ${why}`,
  show: '보기',
  engine: ({ isa, threads }) => `${isa} · 스레드 ${threads}개`,
  engineHint: ({ version }) => `엔진의 명령어 집합과 스레드. Tessera ${version}`,
};

export const messages = { en, ko };
