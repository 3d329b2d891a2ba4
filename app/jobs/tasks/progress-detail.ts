/** `12,400 of 70,000 pictures` */
export const picturesDone = (done: number, total: number): string =>
  `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} pictures`;

/** `12,400 of 70,000 files` */
export const filesDone = (done: number, total: number): string =>
  `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} files`;
