import type { ErrorCode } from '../../app/contract/index.ts';

/** One sentence for every code, with the same `{names}` as the English one; a missing code does not compile. */
export const errorsInKorean: Readonly<Record<ErrorCode, string>> = {
  unexpected: 'Tessera 안에서 문제가 생겼습니다: {reason}',
  invalidInput: '{what} 값이 올바르지 않습니다: {reason}',
  projectNotFound:
    '{path}에 Tessera 프로젝트가 없습니다. 먼저 그곳에 프로젝트를 만들거나 다른 폴더를 고르세요.',
  projectExists: '{path}에 이미 프로젝트나 다른 파일이 있습니다. 비어 있거나 새로운 폴더를 고르세요.',
  projectLocked: '{path}은(는) 다른 Tessera에서 열려 있습니다. 그쪽을 닫고 다시 시도하세요.',
  projectDamaged: '{path}의 데이터베이스를 읽을 수 없습니다({reason}). 파일은 그대로 두었습니다.',
  projectNewer: '{path}은(는) 더 새로운 Tessera에서 만들어졌습니다. Tessera를 업데이트해야 바꿀 수 있습니다.',
  projectReadOnly: '{path}은(는) 읽기 전용으로 열려 있습니다. 여기서는 아무것도 바꿀 수 없습니다.',
  projectOnNetwork:
    '{path}은(는) 네트워크 드라이브({kind})에 있어 데이터베이스를 안전하게 둘 수 없습니다. 프로젝트를 이 컴퓨터의 디스크로 옮기세요. 사진은 네트워크에서 가져와도 됩니다.',
  projectBusy: '이 프로젝트에서 아직 작업이 진행 중입니다. 끝나기를 기다리거나 먼저 취소하세요.',
  snapshotNotFound: '{path}에 온전한 스냅샷 {name}이(가) 없습니다. 다른 것을 고르세요.',
  projectNotWritable: '{path}에 쓸 수 없습니다: {reason}. 공간을 비우거나 권한을 확인한 뒤 다시 시도하세요.',
  projectNotOpen: '열려 있지 않은 프로젝트입니다. 홈 화면에서 여세요.',
  folderTaken: '{path}에 이미 파일이 있습니다. 비어 있거나 새로운 폴더를 고르세요.',
  fileNotFound: '{path}이(가) 없습니다. 이름을 확인하고 다시 시도하세요.',
  fileUnreadable: '{path}을(를) 읽을 수 없습니다: {reason}. 권한을 확인하고 다시 시도하세요.',
  fileMalformed: '{path}은(는) 올바른 {format} 파일이 아닙니다: {reason}.',
  pictureUnreadable: '{path}은(는) Tessera가 읽을 수 있는 사진이 아닙니다: {reason}.',
  modelNotTaken: '{path} 모델을 가져올 수 없습니다: {reason}.',
  broughtModelNotFound: '이 프로젝트에는 {model} 모델이 없습니다. 먼저 가져오세요.',
  importEmpty: '{path}에서 사진을 찾지 못했습니다. 사진이 든 폴더, zip 또는 IDX 파일을 고르세요.',
  cannotReference:
    '{path}: 이 컴퓨터의 디스크에 따로 있는 사진 파일이 아니어서 제자리에서 참조할 수 없습니다. 복사해서 가져오세요.',
  referenceGone:
    '프로젝트가 참조하는 {path} 파일이 더 이상 없습니다. 파일을 제자리에 돌려놓거나 지금 있는 곳에서 다시 가져오세요.',
  referenceChanged:
    '{path} 파일은 더 이상 가져올 때의 사진이 아닙니다. 원래 파일을 돌려놓거나 사진을 지우고 새로 가져오세요.',
  layoutUnknown: '{path}의 구성을 알 수 없습니다. --layout으로 구성을 알려 주세요.',
  archiveUnsafe: '{path}을(를) 받지 않았습니다: {reason}.',
  imageNotFound: '사진 {image}은(는) 이 프로젝트에 없습니다.',
  classNotFound: '이 프로젝트에는 {name} 클래스가 없습니다.',
  classExists: '{name} 클래스가 이미 있습니다. 다른 이름을 고르세요.',
  keyTaken: '{key} 키는 이미 {name}에 쓰입니다. 다른 키를 고르세요.',
  testLocked: '시험 세트가 잠겨 있어 이렇게 바꿀 수 없습니다. 먼저 데이터 화면에서 잠금을 푸세요.',
  finalOnly: '시험 세트가 잠겨 있습니다. 최종 평가에만 쓸 수 있습니다.',
  versionNotFound: '이 데이터 세트에는 {version} 버전이 없습니다.',
  nothingToUndo: '실행 취소할 것이 없습니다.',
  nothingToRedo: '다시 실행할 것이 없습니다.',
  tooFewPictures: '학습하려면 라벨이 붙은 사진이 두 장 이상인 클래스가 둘 이상 필요합니다. {reason}',
  graphInvalid: '신경망이 {layer} 층에서 맞지 않습니다: {reason}.',
  modelUnknown: '{name} 모델은 없습니다. 다음 중에서 고르세요: {known}.',
  runNotFound: '이 프로젝트에는 {run} 학습 기록이 없습니다.',
  runHasNoCheckpoint:
    '{run}에는 체크포인트가 없습니다. 한 에포크 이상 학습시키거나 다른 학습 기록을 고르세요.',
  sweepNotFound: '이 프로젝트에 탐색 {sweep}이(가) 없습니다.',
  sweepActive: '{sweep}은(는) 아직 진행 중입니다. 먼저 취소하세요.',
  sweepDataChanged:
    '{sweep}의 사진을 기억하는 실행이 남아 있지 않고 데이터 세트가 바뀌었습니다. 새 탐색을 시작하세요.',
  runActive: '{run}은(는) 아직 학습 중입니다. 먼저 멈추세요.',
  lossNotFiniteIn:
    '{step}번째 스텝에서 손실이 {value}이(가) 되었습니다. {layer} 층이 처음으로 숫자가 아닌 값을 냈습니다. 그 전까지 배운 것은 남아 있습니다. 학습률을 낮추거나 워밍업을 늘리거나 기울기를 클리핑하고 다시 학습시키세요.',
  lossNotFinite: '{step}번째 스텝에서 손실이 {value}이(가) 되었습니다. 학습률을 낮추고 다시 학습시키세요.',
  workerStopped:
    '작업 프로세스가 갑자기 끝났습니다({reason}). 마지막 체크포인트는 남아 있으니 이어서 학습할 수 있습니다.',
  workerKilled:
    '시스템이 작업 프로세스를 끝냈습니다({reason}). 메모리가 부족했을 가능성이 큽니다. 마지막 체크포인트는 남아 있습니다. 다른 프로그램을 닫고 이어서 학습하거나, 배치나 사진 크기를 줄여 새로 시작하세요.',
  portTaken: '이 컴퓨터의 {port}번 포트는 다른 프로그램이 쓰고 있습니다. 다른 포트를 고르세요.',
  jobNotFound: '{job} 작업이 없습니다.',
  jobNotPausable: '{job} 작업은 일시정지할 수 없습니다. 대신 취소하세요.',
  jobNotWaiting: '{job} 작업은 더 이상 대기 중이 아닙니다.',
  jobNotRepeatable: '{job} 작업은 여기서 다시 할 수 없습니다. 새로 시작하세요.',
  cancelled: '취소했습니다.',
  paused: '일시정지했습니다.',
  connectionLost: 'Tessera와의 연결이 끊겼습니다. 다시 연결하는 중이니 잠시 뒤에 다시 시도하세요.',
  exportFailed: '{path}에 모델을 쓰지 못했습니다: {reason}.',
  fileNotWritten: '{path}에 쓰지 못했습니다: {reason}. 다른 곳을 고르거나 공간을 비운 뒤 다시 시작하세요.',
  exportDiffers: '내보낸 모델의 답이 Tessera와 다릅니다({difference}). 파일을 남기지 않았습니다.',
  engineUnavailable: '네이티브 엔진을 불러올 수 없습니다: {reason}. npm start를 실행해 다시 빌드하세요.',
  shapeMismatch: '{operator}: {reason}.',
  networkDisposed: '이미 정리된 신경망이라 더 쓸 수 없습니다.',
  uploadNotFound: '올려 둔 파일이 더는 없습니다. 사진을 다시 추가하세요.',
  uploadTooLarge: '올리는 파일이 {limit}보다 큽니다. zip이나 폴더를 경로로 가져오세요.',
};
