/** Names that Windows keeps for devices, with any extension. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Whether a file or folder of this name cannot be put down on Windows, which takes it for a device. */
export const isReservedName = (segment: string): boolean => reserved.test(segment);
