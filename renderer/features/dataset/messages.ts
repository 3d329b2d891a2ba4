import type { ImportLayout, JournalEntry, Split } from '../../../app/contract/index.ts';

/** What was done to pictures or classes: how many, and the journal's word for it. */
interface Done {
  kind: JournalEntry['kind'];
  images: number;
  summary: string;
}

const number = (value: number): string => value.toLocaleString('en');
const pictures = (count: number): string => (count === 1 ? '1 picture' : `${number(count)} pictures`);
const splits: Readonly<Record<Split, string>> = { train: 'Train', val: 'Validation', test: 'Test' };

const en = {
  pictures: 'Pictures',
  dropLabel: 'Drop to look into it',
  emptyTitle: 'No pictures yet',
  emptyText:
    'Drop a folder, a zip, IDX files or pictures anywhere here. A folder for each class gives the labels; what was understood is shown before anything is taken in.',
  add: 'Add pictures',
  addText: 'Drop them anywhere on this screen, or choose them here.',
  close: 'Close',
  undo: 'Undo',
  redo: 'Redo',

  filters: 'Which pictures are shown',
  search: 'Search names',
  className: 'Class',
  anyClass: 'Every class',
  noLabel: 'No label',
  noLabelCount: (count: number) => `No label (${number(count)})`,
  split: 'Split',
  anySplit: 'Every split',
  splits,
  noSplit: 'Unassigned',
  clear: 'Show all',
  shown: (count: number, of: number) => (count === of ? pictures(of) : `${number(count)} of ${pictures(of)}`),
  nothingTitle: 'No picture fits',
  nothingText: 'Take a filter away to see more.',
  comingTitle: 'On their way',
  comingText: 'Pictures appear here as they come in. You can leave this screen meanwhile.',

  chosen: (count: number) => `${number(count)} chosen`,
  label: 'Label',
  move: 'Move to',
  remove: 'Delete',
  unchoose: 'Choose none',
  done: ({ kind, images, summary }: Done): string => {
    switch (kind) {
      case 'label':
        return summary === ''
          ? `Label taken from ${pictures(images)}`
          : `${pictures(images)} labeled ${summary}`;
      case 'split':
        return summary in splits
          ? `${pictures(images)} moved to ${splits[summary as Split]}`
          : `Split changed for ${pictures(images)}`;
      case 'deleteImages':
        return `${pictures(images)} deleted`;
      case 'acceptSuggestions':
        return `${pictures(images)} labeled as suggested`;
      case 'exclude':
        return summary === 'out' ? `${pictures(images)} excluded` : `${pictures(images)} taken in again`;
      case 'note':
        return summary === '' ? 'Note removed' : 'Note written';
      case 'tags':
        return `${summary} on ${pictures(images)}`;
      case 'changeClass':
        return `Class ${summary} changed`;
      case 'reorderClasses':
        return 'Classes put into another order';
      case 'mergeClasses':
        return `Classes merged: ${summary}`;
      case 'deleteClass':
        return `Class ${summary} deleted`;
      case 'createClass':
        return `Class ${summary} added`;
      case 'renameClass':
        return `Class renamed: ${summary}`;
    }
  },
  undone: (what: string) => `Undone: ${what}`,
  redone: (what: string) => `Done again: ${what}`,

  classes: 'Classes',
  noClasses: 'No classes yet. They come with labeled pictures, or are made on the Label screen.',
  classBar: (name: string, count: number, share: string) => `${name}: ${pictures(count)}, ${share}`,
  splitTitle: 'Splits',
  splitBar: (name: string, count: number) => `${name}: ${pictures(count)}`,
  splitForm: 'Divide anew',
  splitText: 'Each class is divided in these shares; the same seed gives the same division.',
  percent: (name: string) => `${name} %`,
  seed: 'Seed',
  keep: 'Keep what is assigned',
  assign: 'Divide',
  problems: 'Files that could not be read',
  moreProblems: (count: number) => `and ${number(count)} more`,

  sending: (name: string) => `Sending ${name}`,
  inspecting: (name: string) => `Looking into ${name}`,
  someFiles: 'the files',
  previewTitle: (name: string) => `What was understood of ${name}`,
  noPreviewTitle: (name: string) => `Nothing was understood of ${name}`,
  previewCount: (count: number, classes: number) =>
    `${pictures(count)} in ${classes} ${classes === 1 ? 'class' : 'classes'}`,
  previewUnlabeled: (count: number) => `${pictures(count)} without a label`,
  layout: 'Laid out as',
  layouts: {
    auto: 'Automatic',
    folders: 'Folders',
    csv: 'CSV table',
    idx: 'IDX (MNIST)',
    cifar: 'CIFAR',
    npz: 'NumPy arrays (npz)',
    zip: 'Zip',
  } satisfies Record<ImportLayout, string>,
  layoutText: {
    folders: 'One folder for each class, perhaps below train, val and test.',
    csv: 'A table that names each file, its label and its split.',
    idx: 'Pictures and labels in IDX files, as MNIST has them.',
    cifar: 'Pictures and labels in CIFAR batches.',
    npz: 'Pictures as arrays of bytes, x_train and y_train or images and labels.',
    zip: 'A zip with folders in it.',
  } satisfies Record<Exclude<ImportLayout, 'auto'>, string>,
  labelAll: 'Label all of them',
  labelAllHint: 'Left empty, the labels stay as they were understood',
  columns: 'Columns of the list',
  fileColumn: 'Names the file',
  labelColumn: 'Is the label',
  splitColumn: 'Is the split',
  noColumn: 'None',
  useCamera: 'Use the camera',
  pasteHint: 'Ctrl+V takes in pictures from the clipboard.',
  pasted: 'the clipboard',
  into: 'Put into',
  originals: 'Originals',
  originalsWays: { copy: 'Copy into the project', inPlace: 'Reference in place' },
  originalsText: {
    copy: 'The project keeps its own copy of every picture.',
    inPlace:
      'The files stay where they are and take no further space; one that is moved, changed or deleted can no longer be used.',
    copyOnly: 'Only picture files on a disk of this computer can be referenced in place; these are copied.',
  },
  asFound: 'As understood',
  asFoundSplits: 'Its own splits',
  divided: 'Divided 80 / 10 / 10',
  found: { train: 'Train', val: 'Validation', test: 'Test', none: 'No split' },
  sampleLabel: 'A few of the pictures',
  previewProblems: (count: number) =>
    count === 1
      ? '1 file cannot be read and is left out'
      : `${number(count)} files cannot be read and are left out`,
  start: (count: number) => (count === 0 ? 'Import' : `Import ${pictures(count)}`),
  cancel: 'Cancel',
  importing: 'Importing',
  preparing: 'Preparing the sample',
  waiting: 'Waiting for other work to end',
  cancelImport: 'Cancel the import',
  result: (added: number, duplicates: number, skipped: number) =>
    [
      `${pictures(added)} added`,
      ...(duplicates > 0
        ? [duplicates === 1 ? '1 duplicate left out' : `${number(duplicates)} duplicates left out`]
        : []),
      ...(skipped > 0 ? [`${number(skipped)} could not be read`] : []),
    ].join(', '),
  skipped: 'Which ones',
  dismiss: 'Dismiss',

  back: 'Back to the pictures',
  previous: 'Previous picture',
  next: 'Next picture',
  place: (index: number, of: number) => `${number(index + 1)} of ${number(of)}`,
  size: 'Size',
  sizeText: (width: number, height: number, channels: number) =>
    `${width} × ${height}, ${channels === 1 ? 'grey' : 'colour'}`,
  view: 'View',
  picture: 'Picture',
  numbers: 'Numbers',
  numbersText: 'To the network a picture is nothing but these numbers: 0 is black, 255 is full light.',
  numbersHint: 'N shows the numbers that it is made of.',
  channel: 'Channel',
  channels: ['Red', 'Green', 'Blue'] as [string, string, string],
  tooLarge: 'Numbers are shown for pictures of up to 32 × 32.',
  notShown: 'This picture cannot be shown.',
  numbersLabel: (width: number, height: number) => `${height} rows of ${width} values`,
  key: {
    open: 'Open the picture',
    remove: 'Delete the chosen pictures',
    search: 'Search',
    all: 'Choose all',
    add: 'Add pictures',
    paste: 'Pictures from the clipboard',
    step: 'Previous and next picture',
    class: 'Give the opened picture a class',
    numbers: 'Picture or numbers',
    close: 'Back to the pictures',
  },
};

const koPictures = (count: number): string => `사진 ${number(count)}장`;
const koSplits: Readonly<Record<Split, string>> = { train: '학습', val: '검증', test: '시험' };

const ko: typeof en = {
  pictures: '사진',
  dropLabel: '놓으면 안을 들여다봅니다',
  emptyTitle: '아직 사진이 없습니다',
  emptyText:
    '폴더, zip, IDX 파일, 사진을 아무 데나 놓으세요. 클래스마다 폴더가 있으면 그 이름이 라벨이 되고, 무엇을 알아냈는지 먼저 보여 준 다음에 가져옵니다.',
  add: '사진 추가',
  addText: '이 화면 아무 데나 놓거나 여기서 고르세요.',
  close: '닫기',
  undo: '실행 취소',
  redo: '다시 실행',

  filters: '보이는 사진',
  search: '이름 찾기',
  className: '클래스',
  anyClass: '모든 클래스',
  noLabel: '라벨 없음',
  noLabelCount: (count) => `라벨 없음 (${number(count)})`,
  split: '분할',
  anySplit: '모든 분할',
  splits: koSplits,
  noSplit: '미지정',
  clear: '모두 보기',
  shown: (count, of) => (count === of ? koPictures(of) : `${koPictures(of)} 중 ${number(count)}장`),
  nothingTitle: '맞는 사진이 없습니다',
  nothingText: '필터를 빼면 더 많이 보입니다.',
  comingTitle: '들어오는 중',
  comingText: '들어오는 대로 사진이 여기에 나타납니다. 그동안 다른 화면으로 가도 됩니다.',

  chosen: (count) => `${number(count)}장 선택`,
  label: '라벨',
  move: '분할 옮기기',
  remove: '삭제',
  unchoose: '선택 해제',
  done: ({ kind, images, summary }) => {
    switch (kind) {
      case 'label':
        return summary === ''
          ? `${koPictures(images)}의 라벨을 지움`
          : `${koPictures(images)}에 ${summary} 라벨을 붙임`;
      case 'split':
        return summary in koSplits
          ? `${koPictures(images)}을 ${koSplits[summary as Split]} 분할로 옮김`
          : `${koPictures(images)}의 분할을 바꿈`;
      case 'deleteImages':
        return `${koPictures(images)}을 삭제함`;
      case 'acceptSuggestions':
        return `${koPictures(images)}에 제안대로 라벨을 붙임`;
      case 'exclude':
        return `${koPictures(images)}을 ${summary === 'out' ? '제외함' : '다시 포함함'}`;
      case 'note':
        return summary === '' ? '메모를 지움' : '메모를 적음';
      case 'tags':
        return `${koPictures(images)}: ${summary}`;
      case 'changeClass':
        return `${summary} 클래스를 바꿈`;
      case 'reorderClasses':
        return '클래스 순서를 바꿈';
      case 'mergeClasses':
        return `클래스를 합침: ${summary}`;
      case 'deleteClass':
        return `${summary} 클래스를 삭제함`;
      case 'createClass':
        return `클래스 ${summary} 추가`;
      case 'renameClass':
        return `클래스 이름 바꿈: ${summary}`;
    }
  },
  undone: (what) => `실행 취소: ${what}`,
  redone: (what) => `다시 실행: ${what}`,

  classes: '클래스',
  noClasses: '아직 클래스가 없습니다. 라벨이 붙은 사진과 함께 들어오거나, 라벨 화면에서 만듭니다.',
  classBar: (name, count, share) => `${name}: ${koPictures(count)}, ${share}`,
  splitTitle: '분할',
  splitBar: (name, count) => `${name}: ${koPictures(count)}`,
  splitForm: '새로 나누기',
  splitText: '클래스마다 이 비율로 나눕니다. 시드가 같으면 결과도 같습니다.',
  percent: (name) => `${name} %`,
  seed: '시드',
  keep: '이미 나눈 것은 그대로',
  assign: '나누기',
  problems: '읽지 못한 파일',
  moreProblems: (count) => `그 밖에 ${number(count)}개`,

  sending: (name) => `${name} 보내는 중`,
  inspecting: (name) => `${name} 들여다보는 중`,
  someFiles: '파일',
  previewTitle: (name) => `${name}에서 알아낸 것`,
  noPreviewTitle: (name) => `${name}에서 알아낸 것이 없습니다`,
  previewCount: (count, classes) => `${koPictures(count)}, 클래스 ${classes}개`,
  previewUnlabeled: (count) => `라벨 없는 ${koPictures(count)}`,
  layout: '구성',
  layouts: {
    auto: '자동',
    folders: '폴더',
    csv: 'CSV 표',
    idx: 'IDX (MNIST)',
    cifar: 'CIFAR',
    npz: 'NumPy 배열 (npz)',
    zip: 'zip',
  },
  layoutText: {
    folders: '클래스마다 폴더 하나. train, val, test 아래에 있어도 됩니다.',
    csv: '파일마다 라벨과 분할을 적은 표.',
    idx: 'MNIST처럼 IDX 파일에 든 사진과 라벨.',
    cifar: 'CIFAR 묶음에 든 사진과 라벨.',
    npz: 'x_train과 y_train, 또는 images와 labels 같은 바이트 배열에 든 사진과 라벨.',
    zip: '폴더가 든 zip.',
  },
  labelAll: '모두 이 라벨로',
  labelAllHint: '비워 두면 알아낸 라벨 그대로 둡니다',
  columns: '목록의 열',
  fileColumn: '파일 이름',
  labelColumn: '라벨',
  splitColumn: '분할',
  noColumn: '없음',
  useCamera: '카메라 쓰기',
  pasteHint: 'Ctrl+V로 클립보드의 사진을 가져옵니다.',
  pasted: '클립보드',
  into: '넣을 곳',
  originals: '원본',
  originalsWays: { copy: '프로젝트로 복사', inPlace: '제자리에서 참조' },
  originalsText: {
    copy: '프로젝트가 모든 사진의 사본을 따로 보관합니다.',
    inPlace:
      '파일이 있던 자리에 그대로 남아 공간을 더 쓰지 않지만, 옮기거나 바꾸거나 지운 파일은 더 이상 쓸 수 없습니다.',
    copyOnly: '이 컴퓨터의 디스크에 있는 사진 파일만 제자리에서 참조할 수 있어서, 이 사진들은 복사합니다.',
  },
  asFound: '알아낸 대로',
  asFoundSplits: '자체 분할대로',
  divided: '80 / 10 / 10으로 나누기',
  found: { train: '학습', val: '검증', test: '시험', none: '분할 없음' },
  sampleLabel: '사진 몇 장',
  previewProblems: (count) => `파일 ${number(count)}개는 읽을 수 없어 뺍니다`,
  start: (count) => (count === 0 ? '가져오기' : `${koPictures(count)} 가져오기`),
  cancel: '취소',
  importing: '가져오는 중',
  preparing: '예제 준비 중',
  waiting: '다른 작업이 끝나기를 기다리는 중',
  cancelImport: '가져오기 취소',
  result: (added, duplicates, skipped) =>
    [
      `${koPictures(added)} 추가`,
      ...(duplicates > 0 ? [`겹치는 ${number(duplicates)}장은 뺌`] : []),
      ...(skipped > 0 ? [`${number(skipped)}개는 읽지 못함`] : []),
    ].join(', '),
  skipped: '어떤 파일인지',
  dismiss: '닫기',

  back: '사진 목록으로',
  previous: '이전 사진',
  next: '다음 사진',
  place: (index, of) => `${number(of)}장 중 ${number(index + 1)}번째`,
  size: '크기',
  sizeText: (width, height, channels) => `${width} × ${height}, ${channels === 1 ? '회색조' : '컬러'}`,
  view: '보기',
  picture: '사진',
  numbers: '숫자',
  numbersText: '신경망에게 사진은 이 숫자들일 뿐입니다. 0은 검정, 255는 가장 밝은 빛입니다.',
  numbersHint: 'N을 누르면 이 사진을 이루는 숫자가 보입니다.',
  channel: '채널',
  channels: ['빨강', '초록', '파랑'],
  tooLarge: '숫자는 32 × 32 이하인 사진에서 보여 줍니다.',
  notShown: '이 사진은 보여 줄 수 없습니다.',
  numbersLabel: (width, height) => `${height}줄, 한 줄에 값 ${width}개`,
  key: {
    open: '사진 열기',
    remove: '선택한 사진 삭제',
    search: '찾기',
    all: '모두 선택',
    add: '사진 추가',
    paste: '클립보드의 사진',
    step: '이전 사진과 다음 사진',
    class: '연 사진에 클래스 지정',
    numbers: '사진 또는 숫자',
    close: '사진 목록으로',
  },
};

export const messages = { en, ko };
