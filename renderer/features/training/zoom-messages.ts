const en = {
  group: 'Zoom',
  zoomIn: 'Zoom in (+)',
  zoomOut: 'Zoom out (−)',
  earlier: 'Earlier ([)',
  later: 'Later (])',
  whole: 'Whole run (0)',
  shown: (axis: string, from: string, to: string) => `${axis} ${from} – ${to}`,
  hint: 'Drag over a curve to zoom in.',
  keys: {
    zoom: 'Zoom the curves in and out',
    move: 'Earlier and later; held, on and on',
    whole: 'The whole run',
    drag: 'Move the curves',
    wheel: 'Zoom the curves about the mouse',
  },
  drag: 'Shift + drag',
  wheel: 'Ctrl + wheel',
};

const ko: typeof en = {
  group: '확대',
  zoomIn: '확대 (+)',
  zoomOut: '축소 (−)',
  earlier: '앞쪽 ([)',
  later: '뒤쪽 (])',
  whole: '전체 보기 (0)',
  shown: (axis, from, to) => `${axis} ${from} – ${to}`,
  hint: '곡선 위를 끌면 확대됩니다.',
  keys: {
    zoom: '곡선 확대와 축소',
    move: '앞쪽과 뒤쪽, 누르고 있으면 계속',
    whole: '전체 보기',
    drag: '곡선 옮기기',
    wheel: '마우스 위치에서 확대와 축소',
  },
  drag: 'Shift + 끌기',
  wheel: 'Ctrl + 휠',
};

export const zoomMessages = { en, ko };
