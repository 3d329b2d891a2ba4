/** `12,400 of 70,000 pictures` */
export const picturesDone = (done: number, total: number): string =>
  `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} pictures`;
