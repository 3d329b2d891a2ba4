import type { JournalEntry, Split } from '../../../app/contract/index.ts';

const pictures = (count: number): string =>
  count === 1 ? '1 picture' : `${count.toLocaleString('en')} pictures`;
const splitsEn: Readonly<Record<Split, string>> = { train: 'training', val: 'validation', test: 'test' };
const splitsKo: Readonly<Record<Split, string>> = { train: '학습', val: '검증', test: '시험' };
const isSplit = (text: string): text is Split => Object.hasOwn(splitsEn, text);

const en = {
  title: 'Label',
  progress: (labeled: number, all: number) =>
    `${labeled.toLocaleString('en')} of ${all.toLocaleString('en')} labeled`,
  showing: 'Pictures that are shown',
  all: 'All pictures',
  unlabeled: 'Without a label',
  queue: 'What teaches most',
  suggestedFilter: 'Sure suggestions',
  suggestions: 'Suggestions',
  suggestWith: (run: string) => `Suggest labels with ${run}`,
  suggestion: (name: string, confidence: number) => `${name}? ${Math.floor(confidence * 100)} %`,
  previewAccept: 'Look at all above 95 % …',
  acceptAll: (count: number) =>
    `Accept ${count === 1 ? '1 suggestion' : `${count.toLocaleString('en')} suggestions`}`,
  change: (name: string) => `Change ${name}`,
  classDialog: (name: string) => `Class ${name}`,
  key: 'Key',
  keyHint: 'A digit or a letter; empty for the next free one',
  keyNone: 'A key is one digit or one letter.',
  keyInUse: (key: string) => `${key} does something else on this screen. Choose another key.`,
  color: 'Colour',
  colorNumber: (number: number) => `Colour ${number}`,
  description: 'What belongs into it',
  moveUp: 'Move up',
  moveDown: 'Move down',
  mergeInto: 'Merge into',
  chooseClass: 'Choose a class',
  merge: 'Merge',
  deleteClass: 'Delete the class, keep its pictures',
  classUndo: 'All of it can be undone.',
  noneClass: 'None of these',
  noneClassAdd: 'Add “None of these”',
  noneClassHint:
    'A class for pictures that are none of the others, so that the network learns to leave them alone.',
  ofClass: (name: string) => `Labeled ${name}`,
  ofSplit: (split: Split) => `In ${splitsEn[split]}`,
  splits: splitsEn,
  view: 'View',
  views: { one: 'One', grid: 'Grid' },
  place: (index: number, count: number) => `${index.toLocaleString('en')} of ${count.toLocaleString('en')}`,
  noLabel: 'no label',
  size: (width: number, height: number) => `${width} × ${height}`,
  strip: 'Pictures before and after',
  stripClass: 'Class of this picture',
  previous: 'Previous picture',
  next: 'Next picture',
  nextUnlabeled: 'Next without a label',
  picture: 'The picture',
  pictureFailed: 'This picture cannot be shown.',
  classes: 'Classes',
  give: (name: string, count: number) =>
    count > 1 ? `Label ${pictures(count)} ${name}` : `Label this picture ${name}`,
  classKeys: 'Keys',
  newClass: 'New class',
  newClassName: 'Name of the new class',
  newClassHint: 'Enter makes it and labels with it',
  rename: (name: string) => `Rename ${name}`,
  renameField: (name: string) => `New name of ${name}`,
  unlabel: 'Take the label away',
  exclude: 'Exclude, or take in again',
  excluded: 'excluded',
  remove: 'Remove from the project',
  selected: (count: number) => `${pictures(count)} selected`,
  clear: 'Clear',
  saving: 'Saving …',
  saved: 'Saved',
  unsaved: (count: number) =>
    count === 1 ? 'A label was not saved.' : `${count.toLocaleString('en')} labels were not saved.`,
  tryAgain: 'Try again',
  showIt: 'Show',
  forgetIt: 'Leave it',
  undo: 'Undo',
  redo: 'Redo',
  undone: (what: string) => `Undone: ${what}`,
  redone: (what: string) => `Redone: ${what}`,
  history: 'History',
  noHistory: 'What is labeled, renamed and removed will be listed here. All of it can be undone.',
  notDone: 'undone',
  entry: ({ kind, images, summary }: JournalEntry): string => {
    switch (kind) {
      case 'label':
        return summary === '' ? `${pictures(images)} → no label` : `${pictures(images)} → ${summary}`;
      case 'split':
        if (isSplit(summary)) return `${pictures(images)} → ${splitsEn[summary]}`;
        return summary === '' ? `${pictures(images)} → no split` : `Split ${summary}: ${pictures(images)}`;
      case 'createClass':
        return `New class ${summary}`;
      case 'renameClass':
        return `Class ${summary}`;
      case 'deleteImages':
        return `${pictures(images)} removed`;
      case 'acceptSuggestions':
        return `${pictures(images)}, as suggested`;
      case 'exclude':
        return summary === 'out' ? `${pictures(images)} excluded` : `${pictures(images)} taken in again`;
      case 'note':
        return summary === '' ? 'Note removed' : `Note: ${summary}`;
      case 'tags':
        return `${summary}: ${pictures(images)}`;
      case 'changeClass':
        return `Class ${summary} changed`;
      case 'reorderClasses':
        return 'Classes in another order';
      case 'mergeClasses':
        return `Merged ${summary}`;
      case 'deleteClass':
        return `Class ${summary} deleted`;
    }
  },
  grid: 'Pictures to label',
  emptyTitle: 'No pictures to label yet',
  emptyText: 'Import a folder of pictures first; then a key is enough to label each of them.',
  toData: 'To the Data screen',
  noneTitle: 'Nothing here',
  noneUnlabeled: 'Every picture has a label.',
  noneText: 'No picture fits this filter.',
  showAll: 'Show all pictures',
  toTrain: 'Train a model',
  keys: {
    label: 'Label with that class and go on',
    accept: 'Accept the suggestion and go on',
    move: 'Previous and next picture',
    skip: 'Skip',
    nextUnlabeled: 'Next picture without a label',
    unlabel: 'Take the label away',
    exclude: 'Exclude the picture and go on, or take it in again',
    remove: 'Remove the picture from the project',
    newClass: 'New class, and label with it',
    grid: 'One picture or the grid',
    undo: 'Undo',
    redo: 'Redo',
  },
};

const koPictures = (count: number): string => `사진 ${count.toLocaleString('ko')}장`;

const ko: typeof en = {
  title: '라벨',
  progress: (labeled, all) =>
    `${all.toLocaleString('ko')}장 중 ${labeled.toLocaleString('ko')}장에 라벨을 붙였습니다`,
  showing: '보고 있는 사진',
  all: '모든 사진',
  unlabeled: '라벨 없는 사진',
  queue: '가장 많이 가르치는 사진',
  suggestedFilter: '확실한 제안',
  suggestions: '제안',
  suggestWith: (run) => `${run} 모델로 라벨 제안`,
  suggestion: (name, confidence) => `${name}? ${Math.floor(confidence * 100)} %`,
  previewAccept: '95 % 넘는 제안 보기 …',
  acceptAll: (count) => `제안 ${count.toLocaleString('ko')}개 받아들이기`,
  change: (name) => `${name} 바꾸기`,
  classDialog: (name) => `${name} 클래스`,
  key: '키',
  keyHint: '숫자나 글자 하나. 비우면 다음 빈 키를 씁니다',
  keyNone: '키는 숫자나 글자 하나여야 합니다.',
  keyInUse: (key) => `${key} 키는 이 화면에서 다른 일을 합니다. 다른 키를 고르세요.`,
  color: '색',
  colorNumber: (number) => `${number}번 색`,
  description: '어떤 사진이 들어가나요',
  moveUp: '위로',
  moveDown: '아래로',
  mergeInto: '합칠 클래스',
  chooseClass: '클래스를 고르세요',
  merge: '합치기',
  deleteClass: '클래스 삭제, 사진은 남김',
  classUndo: '모두 되돌릴 수 있습니다.',
  noneClass: '해당 없음',
  noneClassAdd: '“해당 없음” 추가',
  noneClassHint: '다른 어느 클래스도 아닌 사진을 모아, 신경망이 그런 사진을 구별하게 합니다.',
  ofClass: (name) => `라벨이 ${name}인 사진`,
  ofSplit: (split) => `${splitsKo[split]}용 사진`,
  splits: splitsKo,
  view: '보기',
  views: { one: '한 장', grid: '격자' },
  place: (index, count) => `${count.toLocaleString('ko')}장 중 ${index.toLocaleString('ko')}번째`,
  noLabel: '라벨 없음',
  size: (width, height) => `${width} × ${height}`,
  strip: '앞뒤 사진',
  stripClass: '이 사진의 클래스',
  previous: '이전 사진',
  next: '다음 사진',
  nextUnlabeled: '다음 라벨 없는 사진',
  picture: '사진',
  pictureFailed: '이 사진은 표시할 수 없습니다.',
  classes: '클래스',
  give: (name, count) => (count > 1 ? `${koPictures(count)}에 ${name} 라벨` : `이 사진에 ${name} 라벨`),
  classKeys: '키',
  newClass: '새 클래스',
  newClassName: '새 클래스의 이름',
  newClassHint: '엔터를 누르면 만들고 그 라벨을 붙입니다',
  rename: (name) => `${name} 이름 바꾸기`,
  renameField: (name) => `${name}의 새 이름`,
  unlabel: '라벨 지우기',
  exclude: '제외하거나 다시 포함',
  excluded: '제외됨',
  remove: '프로젝트에서 빼기',
  selected: (count) => `${koPictures(count)} 선택`,
  clear: '선택 해제',
  saving: '저장하는 중 …',
  saved: '저장했습니다',
  unsaved: (count) => `라벨 ${count.toLocaleString('ko')}개를 저장하지 못했습니다.`,
  tryAgain: '다시 시도',
  showIt: '보기',
  forgetIt: '그대로 두기',
  undo: '실행 취소',
  redo: '다시 실행',
  undone: (what) => `실행 취소: ${what}`,
  redone: (what) => `다시 실행: ${what}`,
  history: '기록',
  noHistory: '라벨, 이름 바꾸기, 빼기가 여기에 기록됩니다. 모두 되돌릴 수 있습니다.',
  notDone: '취소됨',
  entry: ({ kind, images, summary }) => {
    switch (kind) {
      case 'label':
        return `${koPictures(images)} → ${summary === '' ? '라벨 없음' : summary}`;
      case 'split':
        if (isSplit(summary)) return `${koPictures(images)} → ${splitsKo[summary]}`;
        return summary === ''
          ? `${koPictures(images)} → 분할 없음`
          : `분할 ${summary}: ${koPictures(images)}`;
      case 'createClass':
        return `새 클래스 ${summary}`;
      case 'renameClass':
        return `클래스 ${summary}`;
      case 'deleteImages':
        return `${koPictures(images)} 뺌`;
      case 'acceptSuggestions':
        return `${koPictures(images)}, 제안대로`;
      case 'exclude':
        return `${koPictures(images)} ${summary === 'out' ? '제외' : '다시 포함'}`;
      case 'note':
        return summary === '' ? '메모 지움' : `메모: ${summary}`;
      case 'tags':
        return `${summary}: ${koPictures(images)}`;
      case 'changeClass':
        return `클래스 ${summary} 변경`;
      case 'reorderClasses':
        return '클래스 순서 변경';
      case 'mergeClasses':
        return `클래스 합침: ${summary}`;
      case 'deleteClass':
        return `클래스 ${summary} 삭제`;
    }
  },
  grid: '라벨을 붙일 사진',
  emptyTitle: '라벨을 붙일 사진이 없습니다',
  emptyText: '먼저 사진 폴더를 가져오세요. 그다음에는 키 하나로 한 장씩 라벨을 붙일 수 있습니다.',
  toData: '데이터 화면으로',
  noneTitle: '해당하는 사진이 없습니다',
  noneUnlabeled: '모든 사진에 라벨이 있습니다.',
  noneText: '이 조건에 맞는 사진이 없습니다.',
  showAll: '모든 사진 보기',
  toTrain: '모델 학습시키기',
  keys: {
    accept: '제안을 받아들이고 다음으로',
    label: '그 클래스로 라벨을 붙이고 다음으로',
    move: '이전 사진, 다음 사진',
    skip: '건너뛰기',
    nextUnlabeled: '다음 라벨 없는 사진',
    unlabel: '라벨 지우기',
    exclude: '사진을 제외하고 다음으로, 또는 다시 포함',
    remove: '사진을 프로젝트에서 빼기',
    newClass: '새 클래스를 만들어 라벨 붙이기',
    grid: '한 장 보기와 격자 보기',
    undo: '실행 취소',
    redo: '다시 실행',
  },
};

export const messages = { en, ko };
