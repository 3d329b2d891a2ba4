const en = {
  timeLeft: (time: string) => `${time} left`,
  copyError: 'Copy this message',
  copied: 'Copied',
  close: 'Close',
  notices: 'Notices',
  dismiss: 'Dismiss',
  undo: 'Undo',
  gridKeys: 'Arrow keys move, Space selects, Enter opens.',
  relabelKeys: 'Arrow keys move, Space selects, digits give a class.',
  listClasses: 'List the classes, to give one (or the other mouse button)',
  relabel: (count: number) => (count === 1 ? 'Class of this picture' : `Class of ${count} pictures`),
  noLabel: 'No label',
  classOf: (name: string, given: string) => `Class of ${name}: ${given}`,
  relabeled: (count: number, name: string) =>
    count === 1 ? `Now labeled ${name}` : `${count.toLocaleString('en')} pictures now labeled ${name}`,
  unlabeled: (count: number) =>
    count === 1 ? 'The label was taken away' : `${count.toLocaleString('en')} labels were taken away`,
  wrong: 'mistake',
  excluded: 'excluded',
  originals: { elsewhere: 'referenced in place', missing: 'original missing' },
  loading: 'loading',
};

const ko: typeof en = {
  timeLeft: (time) => `${time} 남음`,
  copyError: '이 메시지 복사',
  copied: '복사했습니다',
  close: '닫기',
  notices: '알림',
  dismiss: '알림 닫기',
  undo: '실행 취소',
  gridKeys: '화살표 키로 이동, 스페이스로 선택, 엔터로 열기.',
  relabelKeys: '화살표 키로 이동, 스페이스로 선택, 숫자 키로 클래스 지정.',
  listClasses: '클래스 목록에서 지정 (또는 마우스 오른쪽 버튼)',
  relabel: (count) => (count === 1 ? '이 사진의 클래스' : `사진 ${count}장의 클래스`),
  noLabel: '라벨 없음',
  classOf: (name, given) => `${name}의 클래스: ${given}`,
  relabeled: (count, name) =>
    count === 1 ? `라벨을 ${name}(으)로 바꿨습니다` : `사진 ${count}장의 라벨을 ${name}(으)로 바꿨습니다`,
  unlabeled: (count) => (count === 1 ? '라벨을 지웠습니다' : `라벨 ${count}개를 지웠습니다`),
  wrong: '틀림',
  excluded: '제외됨',
  originals: { elsewhere: '제자리에서 참조', missing: '원본 없음' },
  loading: '불러오는 중',
};

export const messages = { en, ko };
