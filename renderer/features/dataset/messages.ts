const en = {
  pictures: 'Pictures',
};

const ko: typeof en = {
  pictures: '사진',
};

export const messages = { en, ko };
