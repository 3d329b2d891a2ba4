const en = {
  title: 'Local prediction server',
  text: 'Other programs of this computer ask the model: POST /predict with a picture. It listens on 127.0.0.1 alone, off until you start it, and ends with Tessera.',
  off: 'off',
  on: 'on',
  port: 'Port',
  threshold: '“Not sure” below',
  otherModel: 'Another model than this run',
  model: 'ONNX file or bundle',
  modelHint: 'The path of a model that was exported. Left empty, the run above is served.',
  start: 'Start the server',
  again: 'Serve this instead',
  stop: 'Stop',
  address: 'Address',
  serves: 'Serves',
  requests: 'Requests',
  requestsOf: (requests: string, pictures: string, refused: string) =>
    `${requests}, ${pictures} ${pictures === '1' ? 'picture' : 'pictures'} answered${refused === '0' ? '' : `, ${refused} refused`}`,
  example: 'Example',
  copy: 'Copy the example',
  copied: 'Copied',
};

const ko: typeof en = {
  title: '로컬 예측 서버',
  text: '이 컴퓨터의 다른 프로그램이 모델에 물어볼 수 있습니다. POST /predict로 사진을 보내면 됩니다. 127.0.0.1에서만 열리고, 시작하기 전에는 꺼져 있으며, Tessera가 끝나면 함께 끝납니다.',
  off: '꺼짐',
  on: '켜짐',
  port: '포트',
  threshold: '“확신 없음” 기준',
  otherModel: '이 학습 기록 대신 다른 모델',
  model: 'ONNX 파일 또는 묶음',
  modelHint: '내보낸 모델의 경로입니다. 비워 두면 위의 학습 기록을 씁니다.',
  start: '서버 시작',
  again: '이 모델로 바꾸기',
  stop: '멈추기',
  address: '주소',
  serves: '모델',
  requests: '요청',
  requestsOf: (requests, pictures, refused) =>
    `${requests}건, 사진 ${pictures}장에 답함${refused === '0' ? '' : `, ${refused}건 거절`}`,
  example: '예',
  copy: '예 복사',
  copied: '복사됨',
};

export const serverMessages = { en, ko };
