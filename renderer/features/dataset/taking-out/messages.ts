const number = (value: number): string => value.toLocaleString('en');

const en = {
  title: 'Take the pictures out',
  text: 'Folders for splits and classes, the originals as they are, and manifest.csv. Imported again they give the same project.',
  out: 'Into this folder',
  outHint: 'New or empty; left empty, into the project’s own exports folder',
  start: 'Export pictures',
  exporting: 'Exporting pictures',
  cancel: 'Cancel the export',
  done: (images: number) => (images === 1 ? '1 picture written to' : `${number(images)} pictures written to`),
  skipped: (count: number) =>
    count === 1 ? '1 picture could not be written' : `${number(count)} pictures could not be written`,
};

const ko: typeof en = {
  title: '사진 내보내기',
  text: '분할과 클래스마다 폴더를 만들고 원본 그대로 manifest.csv와 함께 씁니다. 다시 가져오면 같은 프로젝트가 됩니다.',
  out: '이 폴더로',
  outHint: '새 폴더나 빈 폴더. 비워 두면 프로젝트의 exports 폴더에 씁니다',
  start: '사진 내보내기',
  exporting: '사진 내보내는 중',
  cancel: '내보내기 취소',
  done: (images) => `사진 ${number(images)}장을 여기에 썼습니다:`,
  skipped: (count) => `사진 ${number(count)}장은 쓰지 못했습니다`,
};

export const messages = { en, ko };
