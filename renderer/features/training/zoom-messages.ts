const en = {
  group: 'Zoom',
  zoomIn: 'Zoom in (+)',
  zoomOut: 'Zoom out (−)',
  earlier: 'Earlier ([)',
  later: 'Later (])',
  whole: 'Whole run (0)',
  shown: (axis: string, from: string, to: string) => `${axis} ${from} – ${to}`,
  hint: 'Drag over a curve to zoom in.',
  keys: { zoom: 'Zoom the curves in and out', move: 'Earlier and later', whole: 'The whole run' },
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
  keys: { zoom: '곡선 확대와 축소', move: '앞쪽과 뒤쪽', whole: '전체 보기' },
};

export const zoomMessages = { en, ko };
