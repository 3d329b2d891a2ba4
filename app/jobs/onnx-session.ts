import type * as runtimeModule from 'onnxruntime-node';

type Runtime = typeof runtimeModule;

/** An ONNX model in ONNX Runtime, an engine that shares no line with ours; on the CPU alone. */
export class OnnxSession implements AsyncDisposable {
  /** With its version. */
  readonly name: string;
  readonly #runtime: Runtime;
  readonly #session: runtimeModule.InferenceSession;

  private constructor(runtime: Runtime, session: runtimeModule.InferenceSession) {
    const { node, common } = runtime.env.versions;
    this.name = `onnxruntime ${node ?? common}`;
    this.#runtime = runtime;
    this.#session = session;
  }

  /**
   * Throws what ONNX Runtime says where it refuses the file, or why it cannot be loaded: it is not there for every kind
   * of computer, and nothing but this needs it. `threads` 0: as many as there are cores.
   */
  static async open(file: Uint8Array, threads = 0): Promise<OnnxSession> {
    const runtime = await import('onnxruntime-node');
    const session = await runtime.InferenceSession.create(file, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    return new OnnxSession(runtime, session);
  }

  /** Runs a batch; gives one row of the output for each picture. */
  async run(
    input: { name: string; data: Uint8Array | Float32Array; shape: readonly number[] },
    output: string,
  ): Promise<Float32Array[]> {
    const { Tensor } = this.#runtime;
    const tensor =
      input.data instanceof Float32Array
        ? new Tensor('float32', input.data, input.shape)
        : new Tensor('uint8', input.data, input.shape);
    const { [output]: found } = await this.#session.run({ [input.name]: tensor }, [output]);
    if (!(found?.data instanceof Float32Array)) throw new Error(`it gives no float32 output ${output}`);
    const { data, dims } = found;
    const [count = 0] = dims;
    const length = data.length / count;
    return Array.from({ length: count }, (_, row) => data.subarray(row * length, (row + 1) * length));
  }

  /** Runs a batch; gives all numbers of each output. */
  async values(
    input: { name: string; data: Uint8Array; shape: readonly number[] },
    outputs: readonly string[],
  ): Promise<Map<string, Float32Array>> {
    const tensor = new this.#runtime.Tensor('uint8', input.data, input.shape);
    const found = await this.#session.run({ [input.name]: tensor }, [...outputs]);
    return new Map(
      outputs.map((name) => {
        const data = found[name]?.data;
        if (!(data instanceof Float32Array)) throw new Error(`it gives no float32 output ${name}`);
        return [name, data];
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release();
  }
}
