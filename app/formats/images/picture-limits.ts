/** No picture with more pixels is decoded: a file of some kilobytes can claim gigabytes. */
export const greatestPixels = 100_000_000;
/** A decoder that has worked for so long is told to give up, seconds. */
export const decodingSeconds = 30;
