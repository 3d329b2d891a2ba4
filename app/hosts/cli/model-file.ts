/** Whether a path names a model that was exported rather than a project. */
export const isModelFile = (path: string): boolean => /\.(onnx|zip)$/i.test(path);
