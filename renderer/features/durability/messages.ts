import type { ReadOnlyReason, SnapshotDifference, SnapshotReason } from '../../../app/contract/index.ts';

const en = {
  readOnly: {
    locked: 'Open for reading only: another Tessera has this project open. What it saves appears here.',
    newer: 'Open for reading only: this project was made by a newer Tessera. Update this one to change it.',
    folder: 'Open for reading only: the folder of this project cannot be written.',
    network:
      'Open for reading only: this project is on a network drive. Move it to a disk of this computer to change it.',
  } satisfies Record<ReadOnlyReason, string>,
  takeOver: 'Open for changes',

  stalled: (count: string, reason: string) =>
    `${count} not saved yet: ${reason} They are kept here and saved as soon as that is possible.`,
  changes: (count: number) => (count === 1 ? '1 change is' : `${count.toLocaleString('en')} changes are`),
  tryNow: 'Try now',
  giveUp: 'Give them up',

  snapshots: 'Snapshots',
  snapshotsHint:
    'Whole copies of labels, classes, splits and runs, taken at opening and every few minutes while something changes. Pictures stay where they are.',
  none: 'There is no snapshot yet. The first one is taken a few seconds after opening.',
  takeNow: 'Take one now',
  taken: 'A snapshot was taken',
  unchanged: 'Nothing has changed since the newest one',
  reason: {
    open: 'at opening',
    interval: 'by itself',
    asked: 'asked for',
    migration: 'before an update',
    restore: 'before a restore',
  } satisfies Record<SnapshotReason, string>,
  facts: (images: string, labeled: string) => `${images} pictures, ${labeled} labeled`,
  columns: { when: 'Taken', holds: 'Holds', since: 'Changed since' },
  same: 'nothing',
  comparing: 'comparing …',
  difference: ({ added, removed, relabeled, moved, classes, runs }: SnapshotDifference): string[] => [
    ...(added ? [`${added.toLocaleString('en')} added`] : []),
    ...(removed ? [`${removed.toLocaleString('en')} removed`] : []),
    ...(relabeled ? [`${relabeled.toLocaleString('en')} relabeled`] : []),
    ...(moved ? [`${moved.toLocaleString('en')} in another split`] : []),
    ...(classes ? [`${classes} ${classes === 1 ? 'class' : 'classes'}`] : []),
    ...(runs ? [`${runs} ${runs === 1 ? 'run' : 'runs'}`] : []),
  ],
  restore: 'Restore',
  restoreOf: (when: string) => `Restore the snapshot of ${when}`,
  restored: (when: string) =>
    `The project is as it was ${when}. What was there before is kept as a snapshot.`,
  undo: 'Undo',
  close: 'Close',

  damagedTitle: 'This project is damaged',
  damagedText: (path: string, reason: string) =>
    `The database in ${path} could not be read (${reason}). It will be moved aside as it is, and the project is built anew from what is whole.`,
  looking: 'Looking at what is whole …',
  found: 'What there is',
  inFile: 'In the damaged file',
  readable: (images: string, labeled: string, classes: number) =>
    `${images} pictures, ${labeled} labeled, ${classes} ${classes === 1 ? 'class' : 'classes'}`,
  unreadable: 'nothing that can be read',
  onDisk: 'Originals on the disk',
  originals: (count: string) => `${count} pictures`,
  buildFrom: 'Build it from',
  newest: (when: string) => `Snapshot ${when}`,
  fromNothing: 'Only what the damaged file still tells',
  labelsToo: 'Labels that the damaged file still tells are put over it; each of them can be undone.',
  build: 'Build the project anew',
  building: 'Building …',
  back: 'All projects',
  doneTitle: 'The project is whole again',
  done: (images: string, labeled: string) => `${images} pictures, ${labeled} of them labeled.`,
  fromFile: (pictures: string, labels: string) =>
    `From the damaged file: ${pictures} pictures and ${labels} changes that the snapshot did not have.`,
  unknown: (count: string) =>
    `${count} pictures that nothing knew any more are imported again, without labels.`,
  moved: (path: string) => `The damaged file is kept: ${path}`,
  openIt: 'Open the project',
};

const ko: typeof en = {
  readOnly: {
    locked:
      '읽기 전용: 다른 Tessera에서 이 프로젝트를 열고 있습니다. 그쪽에서 저장한 내용은 여기에도 나타납니다.',
    newer: '읽기 전용: 더 새로운 Tessera에서 만든 프로젝트입니다. 바꾸려면 이 Tessera를 업데이트하세요.',
    folder: '읽기 전용: 이 프로젝트의 폴더에 쓸 수 없습니다.',
    network: '읽기 전용: 네트워크 드라이브에 있는 프로젝트입니다. 바꾸려면 이 컴퓨터의 디스크로 옮기세요.',
  },
  takeOver: '편집할 수 있게 열기',

  stalled: (count, reason) =>
    `${count} 아직 저장되지 않았습니다. ${reason} 여기에 보관해 두었다가 쓸 수 있게 되면 바로 저장합니다.`,
  changes: (count) => `변경 ${count}건이`,
  tryNow: '지금 다시 시도',
  giveUp: '변경 버리기',

  snapshots: '스냅샷',
  snapshotsHint:
    '라벨, 클래스, 분할, 학습 기록을 통째로 복사해 둔 것입니다. 열 때, 그리고 바뀌는 동안 몇 분마다 만듭니다. 사진은 그대로 있습니다.',
  none: '아직 스냅샷이 없습니다. 프로젝트를 열고 몇 초 뒤에 첫 스냅샷을 만듭니다.',
  takeNow: '지금 만들기',
  taken: '스냅샷을 만들었습니다',
  unchanged: '가장 최근 스냅샷에서 바뀐 것이 없습니다',
  reason: {
    open: '열 때',
    interval: '자동',
    asked: '직접 만듦',
    migration: '업데이트 전',
    restore: '되돌리기 전',
  },
  facts: (images, labeled) => `사진 ${images}장, 라벨 ${labeled}장`,
  columns: { when: '만든 때', holds: '내용', since: '그 뒤로 바뀐 것' },
  same: '없음',
  comparing: '비교하는 중 …',
  difference: ({ added, removed, relabeled, moved, classes, runs }) => [
    ...(added ? [`추가 ${added}장`] : []),
    ...(removed ? [`삭제 ${removed}장`] : []),
    ...(relabeled ? [`라벨 변경 ${relabeled}장`] : []),
    ...(moved ? [`분할 변경 ${moved}장`] : []),
    ...(classes ? [`클래스 ${classes}개`] : []),
    ...(runs ? [`학습 ${runs}회`] : []),
  ],
  restore: '되돌리기',
  restoreOf: (when) => `${when} 스냅샷으로 되돌리기`,
  restored: (when) => `프로젝트를 ${when} 상태로 되돌렸습니다. 조금 전 상태는 스냅샷으로 남겨 두었습니다.`,
  undo: '실행 취소',
  close: '닫기',

  damagedTitle: '손상된 프로젝트입니다',
  damagedText: (path, reason) =>
    `${path}의 데이터베이스를 읽을 수 없습니다(${reason}). 그 파일은 그대로 옆으로 옮기고, 온전한 것들로 프로젝트를 다시 만듭니다.`,
  looking: '무엇이 온전한지 살펴보는 중 …',
  found: '남아 있는 것',
  inFile: '손상된 파일 안',
  readable: (images, labeled, classes) => `사진 ${images}장, 라벨 ${labeled}장, 클래스 ${classes}개`,
  unreadable: '읽을 수 있는 것이 없음',
  onDisk: '디스크의 원본',
  originals: (count) => `사진 ${count}장`,
  buildFrom: '무엇으로 다시 만들까요',
  newest: (when) => `${when} 스냅샷`,
  fromNothing: '손상된 파일에서 읽을 수 있는 것만',
  labelsToo: '손상된 파일에 남은 라벨을 그 위에 더합니다. 하나하나 실행 취소할 수 있습니다.',
  build: '프로젝트 다시 만들기',
  building: '만드는 중 …',
  back: '모든 프로젝트',
  doneTitle: '프로젝트가 다시 온전해졌습니다',
  done: (images, labeled) => `사진 ${images}장, 그중 라벨이 붙은 사진 ${labeled}장.`,
  fromFile: (pictures, labels) =>
    `손상된 파일에서 사진 ${pictures}장과 스냅샷에 없던 변경 ${labels}건을 살렸습니다.`,
  unknown: (count) => `기록이 사라진 사진 ${count}장을 라벨 없이 다시 가져옵니다.`,
  moved: (path) => `손상된 파일은 남겨 두었습니다: ${path}`,
  openIt: '프로젝트 열기',
};

export const messages = { en, ko };
