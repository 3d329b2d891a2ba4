const number = (value: number): string => value.toLocaleString('en');

const en = {
  title: 'Watched folders',
  text: 'New pictures in these folders are taken in by themselves while the project is open.',
  path: 'Watch this folder',
  pathHint: 'A path on this computer; what lies there already is taken in too',
  pick: 'Choose a folder',
  watch: 'Watch',
  files: (count: number) => (count === 1 ? '1 file seen' : `${number(count)} files seen`),
  away: 'not there at the moment',
  stop: (path: string) => `Stop watching ${path}`,
  stopShort: 'Stop',
};

const ko: typeof en = {
  title: '지켜보는 폴더',
  text: '프로젝트가 열려 있는 동안 이 폴더에 새로 생긴 사진을 저절로 가져옵니다.',
  path: '이 폴더를 지켜보기',
  pathHint: '이 컴퓨터의 경로. 이미 있는 사진도 가져옵니다',
  pick: '폴더 고르기',
  watch: '지켜보기',
  files: (count) => `파일 ${number(count)}개 확인함`,
  away: '지금은 없음',
  stop: (path) => `${path} 그만 지켜보기`,
  stopShort: '그만',
};

export const messages = { en, ko };
