const number = (value: number): string => value.toLocaleString('en');

const en = {
  title: 'Pictures from the camera',
  text: 'The camera is asked for each time and is off as soon as this is closed. Nothing is taken in before the last button.',
  start: 'Start the camera',
  asking: 'Waiting for the camera …',
  denied:
    'The camera was not allowed. Allow it when you are asked, or in the settings of the browser or system.',
  none: 'There is no camera on this computer.',
  busy: 'The camera could not be started. Another program may be using it.',
  live: 'What the camera sees',
  which: 'Camera',
  hold: 'Hold to take pictures',
  holdHint: 'Also with the space bar: a press takes one, holding it eight a second.',
  taken: (count: number) => (count === 1 ? '1 picture taken' : `${number(count)} pictures taken`),
  takenLabel: 'Pictures taken, the latest first',
  one: (index: number) => `Picture ${number(index)}`,
  drop: (index: number) => `Throw picture ${number(index)} away`,
  use: (count: number) => (count === 1 ? 'Use 1 picture' : `Use ${number(count)} pictures`),
  discard: 'Throw all away',
  close: 'Close the camera',
};

const ko: typeof en = {
  title: '카메라로 찍기',
  text: '카메라는 쓸 때마다 허락을 구하고, 이 화면을 닫으면 바로 꺼집니다. 마지막 단추를 누르기 전에는 아무것도 가져오지 않습니다.',
  start: '카메라 켜기',
  asking: '카메라를 기다리는 중 …',
  denied: '카메라를 쓸 수 없습니다. 물어볼 때 허용하거나 브라우저 또는 시스템 설정에서 허용하세요.',
  none: '이 컴퓨터에는 카메라가 없습니다.',
  busy: '카메라를 켤 수 없습니다. 다른 프로그램이 쓰고 있을 수 있습니다.',
  live: '카메라에 보이는 모습',
  which: '카메라',
  hold: '누르고 있으면 찍습니다',
  holdHint: '스페이스 바로도 됩니다. 한 번 누르면 한 장, 누르고 있으면 1초에 여덟 장 찍습니다.',
  taken: (count) => `${number(count)}장 찍음`,
  takenLabel: '찍은 사진, 새것부터',
  one: (index) => `사진 ${number(index)}`,
  drop: (index) => `사진 ${number(index)} 버리기`,
  use: (count) => `사진 ${number(count)}장 쓰기`,
  discard: '모두 버리기',
  close: '카메라 닫기',
};

export const messages = { en, ko };
