const en = {
  emptyTitle: 'From a folder of pictures to a classifier',
  emptyText: 'Drop a folder of pictures here. It becomes a project, and nothing leaves this computer.',
};

const ko: typeof en = {
  emptyTitle: '사진 폴더에서 분류기까지',
  emptyText: '사진 폴더를 여기에 놓으세요. 프로젝트가 만들어지고, 아무것도 이 컴퓨터를 벗어나지 않습니다.',
};

export const messages = { en, ko };
