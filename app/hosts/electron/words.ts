/** What the desktop itself says, outside of the screens, in both of their languages. */
const en = {
  file: 'File',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  help: 'Help',
  about: 'About Tessera',
  services: 'Services',
  hide: 'Hide Tessera',
  hideOthers: 'Hide Others',
  unhide: 'Show All',
  quit: 'Quit Tessera',
  close: 'Close Window',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  delete: 'Delete',
  selectAll: 'Select All',
  reload: 'Reload',
  actualSize: 'Actual Size',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
  fullScreen: 'Full Screen',
  developerTools: 'Developer Tools',
  minimize: 'Minimize',
  zoom: 'Zoom',
  front: 'Bring All to Front',
  onnx: 'Where exported models run (onnx.ai)',
  fashionMnist: 'Where the sample pictures are from (Fashion-MNIST)',
  cannotStart: 'Tessera cannot start',
  noSandbox:
    'This system does not allow the sandbox that Tessera’s window runs in. Install the .deb package instead of the ' +
    'AppImage, or use the browser: tessera serve.',
  notClosed: 'Something could not be closed in good order',
  sampleMissing: 'The sample project could not be made',
  windowGone: 'The window stopped working.',
  windowGoneDetail: (reason: string): string =>
    `Reason: ${reason}. What was saved is kept, and a training run goes on. Opening the window again shows where it is.`,
  openAgain: 'Open again',
  workUnderWay: 'Work is still under way.',
  workUnderWayDetail: (titles: string): string =>
    `${titles}\n\nQuitting stops it. A training run keeps its last checkpoint and can be resumed from there.`,
  goOn: 'Keep working',
  quitAnyway: 'Quit',
  camera: 'Let Tessera use the camera?',
  cameraDetail:
    'To take pictures on the Data screen. They stay on this computer, and the camera is off when its panel is closed.',
  allow: 'Allow this time',
  deny: 'Do not allow',
};
export type Words = typeof en;

const ko: Words = {
  file: '파일',
  edit: '편집',
  view: '보기',
  window: '창',
  help: '도움말',
  about: 'Tessera에 관하여',
  services: '서비스',
  hide: 'Tessera 가리기',
  hideOthers: '기타 가리기',
  unhide: '모두 보기',
  quit: 'Tessera 종료',
  close: '창 닫기',
  undo: '실행 취소',
  redo: '다시 실행',
  cut: '잘라내기',
  copy: '복사',
  paste: '붙여넣기',
  delete: '삭제',
  selectAll: '모두 선택',
  reload: '새로 고침',
  actualSize: '실제 크기',
  zoomIn: '확대',
  zoomOut: '축소',
  fullScreen: '전체 화면',
  developerTools: '개발자 도구',
  minimize: '최소화',
  zoom: '창 크기 조절',
  front: '모두 앞으로 가져오기',
  onnx: '내보낸 모델을 실행하는 곳 (onnx.ai)',
  fashionMnist: '예제 사진의 출처 (Fashion-MNIST)',
  cannotStart: 'Tessera를 시작할 수 없습니다',
  noSandbox:
    '이 시스템에서는 Tessera 창을 보호하는 샌드박스를 사용할 수 없습니다. AppImage 대신 .deb 패키지를 설치하거나 ' +
    '브라우저에서 사용하세요: tessera serve.',
  notClosed: '정상적으로 닫지 못한 것이 있습니다',
  sampleMissing: '예제 프로젝트를 만들 수 없습니다',
  windowGone: '창이 작동을 멈췄습니다.',
  windowGoneDetail: (reason) =>
    `이유: ${reason}. 저장한 내용은 그대로 있고 학습은 계속됩니다. 창을 다시 열면 이어서 볼 수 있습니다.`,
  openAgain: '다시 열기',
  workUnderWay: '아직 진행 중인 작업이 있습니다.',
  workUnderWayDetail: (titles) =>
    `${titles}\n\n종료하면 작업이 멈춥니다. 학습은 마지막 체크포인트가 남아 거기서 다시 시작할 수 있습니다.`,
  goOn: '계속 작업',
  quitAnyway: '종료',
  camera: 'Tessera가 카메라를 쓰도록 허용할까요?',
  cameraDetail:
    '데이터 화면에서 사진을 찍는 데 씁니다. 사진은 이 컴퓨터를 떠나지 않고, 카메라 화면을 닫으면 카메라도 꺼집니다.',
  allow: '이번에만 허용',
  deny: '허용 안 함',
};

/** By a locale of the system: `ko`, `ko-KR`, and English for every other one. */
export function wordsFor(locale: string): Words {
  return /^ko\b/i.test(locale) ? ko : en;
}
