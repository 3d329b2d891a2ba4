import type { AnswersFormat } from '../../../app/contract/index.ts';

const en = {
  folder: 'A whole folder',
  format: 'What becomes of it',
  formats: {
    csv: 'CSV',
    json: 'JSON',
    jsonl: 'JSON Lines',
    folders: 'Sorted folders',
  } satisfies Record<AnswersFormat, string>,
  formatTexts: {
    csv: 'A table with a row for every picture: its name, its class and all probabilities.',
    json: 'One list with an object for every picture: its name, its class and all probabilities.',
    jsonl: 'A line with an object for every picture: its name, its class and all probabilities.',
    folders:
      'A copy of every picture in a folder named after its class; in “unsure” what the model is not sure about.',
  } satisfies Record<AnswersFormat, string>,
  threshold: 'Unsure below',
  outFile: 'Write to',
  outFolder: 'New or empty folder for the copies',
  outHint:
    'A path on this computer. Left empty, the exports folder of the project. What was begun there and interrupted goes on.',
  otherModel: 'Another model than this run',
  model: 'ONNX file or bundle',
  modelHint: 'The path of a model that was exported. Left empty, the run above is asked.',
  folderPath: 'Folder on this computer',
  pickFolder: 'Choose…',
  chooseFolder: 'Choose a folder',
  startFolder: 'Start',
  sending: 'Sending the pictures',
  predicting: 'Looking at the pictures',
  cancel: 'Cancel',
  cancelled: 'Cancelled. The answers so far are kept: started again in the same way, it goes on.',
  folderDone: (images: string, unsure: string) =>
    unsure === '0'
      ? `${images} pictures, written to`
      : `${images} pictures, ${unsure} of them unsure, written to`,
  unreadable: (count: string) => `${count} ${count === '1' ? 'file' : 'files'} could not be read`,
  moreUnreadable: (count: string) => `and ${count} more; all of them are in what was written`,
  download: 'Download it',
};

const ko: typeof en = {
  folder: '폴더 전체',
  format: '결과 형식',
  formats: { csv: 'CSV', json: 'JSON', jsonl: 'JSON Lines', folders: '분류된 폴더' },
  formatTexts: {
    csv: '사진마다 한 줄씩 적은 표입니다. 이름, 클래스, 모든 확률이 들어갑니다.',
    json: '사진마다 객체 하나씩 담은 목록입니다. 이름, 클래스, 모든 확률이 들어갑니다.',
    jsonl: '사진마다 객체 하나를 한 줄에 적습니다. 이름, 클래스, 모든 확률이 들어갑니다.',
    folders:
      '사진을 클래스 이름의 폴더에 복사합니다. 모델이 확신하지 못한 사진은 “unsure” 폴더에 들어갑니다.',
  },
  threshold: '불확실 기준',
  outFile: '저장할 곳',
  outFolder: '복사본을 담을 새 폴더나 빈 폴더',
  outHint:
    '이 컴퓨터의 경로입니다. 비워 두면 프로젝트의 exports 폴더에 저장합니다. 그곳에서 하다가 끊긴 작업은 이어서 합니다.',
  otherModel: '이 학습 기록 대신 다른 모델',
  model: 'ONNX 파일 또는 묶음',
  modelHint: '내보낸 모델의 경로입니다. 비워 두면 위의 학습 기록을 씁니다.',
  folderPath: '이 컴퓨터의 폴더',
  pickFolder: '고르기…',
  chooseFolder: '폴더 고르기',
  startFolder: '시작',
  sending: '사진을 보내는 중',
  predicting: '사진을 보는 중',
  cancel: '취소',
  cancelled: '취소했습니다. 지금까지의 답은 남아 있으니 같은 방법으로 다시 시작하면 이어서 합니다.',
  folderDone: (images, unsure) =>
    unsure === '0' ? `사진 ${images}장, 저장한 곳:` : `사진 ${images}장(불확실 ${unsure}장), 저장한 곳:`,
  unreadable: (count) => `읽지 못한 파일 ${count}개`,
  moreUnreadable: (count) => `그 밖에 ${count}개. 모두 결과에 적혀 있습니다`,
  download: '내려받기',
};

export const folderMessages = { en, ko };
