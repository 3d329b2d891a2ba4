const en = {
  reading: (files: string) => `Reading the folder: ${files} files`,
  chooseFolder: 'Choose a folder',
  chooseFiles: 'Choose files',
  path: 'Or a path on this computer',
  pathHint: 'A folder, a zip, or an IDX, CSV or CIFAR file',
  look: 'Look inside',
};

const ko: typeof en = {
  reading: (files) => `폴더를 읽는 중: 파일 ${files}개`,
  chooseFolder: '폴더 고르기',
  chooseFiles: '파일 고르기',
  path: '또는 이 컴퓨터의 경로',
  pathHint: '폴더, zip, 또는 IDX·CSV·CIFAR 파일',
  look: '들여다보기',
};

export const messages = { en, ko };
