import type { OriginalState } from '../../../../app/contract/index.ts';

const number = (value: number): string => value.toLocaleString('en');
const pictures = (count: number): string => (count === 1 ? '1 picture' : `${number(count)} pictures`);

const en = {
  title: 'Originals elsewhere',
  text: 'These pictures are referenced in place: their files lie outside of the project.',
  referenced: 'Referenced in place',
  missing: 'Original missing',
  bar: (name: string, count: number) => `${name}: ${pictures(count)}`,
  missingText: (count: number) =>
    `${count === 1 ? 'One file is' : `${number(count)} files are`} not where ${count === 1 ? 'it was' : 'they were'}: moved, changed, or on a disk that is not plugged in. Plug the disk in, or say where the files are now. Until then they cannot be trained on.`,
  lay: (path: string, count: number) => `${path} (${number(count)})`,
  laid: 'Where they lay',
  check: 'Check again',
  checking: 'Looking whether they are there',
  bringInAll: 'Bring all in',
  bringIn: 'Bring in',
  bringInHint: 'Copies the original into the project, which then needs no other file',
  bringing: 'Copying into the project',
  brought: (count: number) =>
    count === 1 ? '1 picture is in the project now' : `${number(count)} pictures are in the project now`,
  left: (count: number) =>
    count === 1 ? '1 picture could not be copied' : `${number(count)} pictures could not be copied`,
  folder: 'They are below this folder now',
  folderHint: 'A path on this computer; files are told by their content, whatever they are called',
  pick: 'Choose a folder',
  find: 'Find them',
  finding: 'Looking for the originals',
  found: (found: number, missing: number) =>
    missing === 0
      ? `All ${pictures(found)} found again`
      : `${pictures(found)} found again, ${number(missing)} still missing`,
  cancel: 'Cancel',
  shown: (count: number) => `${pictures(count)} whose original is missing`,
  original: 'Original',
  states: {
    there: 'outside of the project, referenced in place',
    gone: 'not there any more: moved, deleted, or on a disk that is not plugged in',
    changed: 'another file lies in its place now',
    unreadable: 'cannot be read; check its permissions',
  } satisfies Record<OriginalState, string>,
};

const koPictures = (count: number): string => `사진 ${number(count)}장`;

const ko: typeof en = {
  title: '프로젝트 밖의 원본',
  text: '제자리에서 참조하는 사진입니다. 파일이 프로젝트 밖에 있습니다.',
  referenced: '제자리에서 참조',
  missing: '원본 없음',
  bar: (name, count) => `${name}: ${koPictures(count)}`,
  missingText: (count) =>
    `파일 ${number(count)}개가 있던 자리에 없습니다. 옮겼거나 바뀌었거나 연결하지 않은 디스크에 있습니다. 디스크를 연결하거나 파일이 지금 어디 있는지 알려 주세요. 그때까지는 학습에 쓸 수 없습니다.`,
  lay: (path, count) => `${path} (${number(count)})`,
  laid: '있던 곳',
  check: '다시 확인',
  checking: '파일이 있는지 보는 중',
  bringInAll: '모두 프로젝트로 복사',
  bringIn: '프로젝트로 복사',
  bringInHint: '원본을 프로젝트로 복사합니다. 그다음에는 다른 파일이 필요 없습니다',
  bringing: '프로젝트로 복사하는 중',
  brought: (count) => `${koPictures(count)}이 이제 프로젝트 안에 있습니다`,
  left: (count) => `${koPictures(count)}은 복사하지 못했습니다`,
  folder: '지금은 이 폴더 아래에 있음',
  folderHint: '이 컴퓨터의 경로. 이름이 달라도 내용으로 알아봅니다',
  pick: '폴더 고르기',
  find: '찾기',
  finding: '원본을 찾는 중',
  found: (found, missing) =>
    missing === 0
      ? `${koPictures(found)}을 모두 다시 찾았습니다`
      : `${koPictures(found)}을 다시 찾았고, ${number(missing)}장은 아직 없습니다`,
  cancel: '취소',
  shown: (count) => `원본이 없는 ${koPictures(count)}`,
  original: '원본',
  states: {
    there: '프로젝트 밖에 있음, 제자리에서 참조',
    gone: '더 이상 없음: 옮겼거나 지웠거나 연결하지 않은 디스크에 있음',
    changed: '그 자리에 다른 파일이 있음',
    unreadable: '읽을 수 없음. 권한을 확인하세요',
  },
};

export const messages = { en, ko };
