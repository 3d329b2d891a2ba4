/** Where sharp is loaded and set up; nothing else in the app imports the package. */
import { registerHooks } from 'node:module';

export type DecoderBuild = 'native' | 'wasm';

/**
 * Which build of sharp decodes in this process: its native one crashes inside Electron on Linux (both bring a GLib of
 * their own), where the WebAssembly one of the same version stands in. `TESSERA_DECODER=native|wasm` decides instead.
 */
export function decoderBuild(): DecoderBuild {
  const wanted = process.env.TESSERA_DECODER;
  if (wanted === 'native' || wanted === 'wasm') return wanted;
  return process.platform === 'linux' && process.versions.electron !== undefined ? 'wasm' : 'native';
}

/** What is asked of the decoder; everything else that libvips could open stays shut. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((name) => `VipsForeignLoad${name}`);

async function load() {
  if (decoderBuild() === 'wasm') preferWasm();
  const { default: sharp } = await import('sharp');
  // Every picture is decoded once: operations and files kept for a next time would only be memory.
  sharp.cache(false);
  // Many pictures at a time, one thread each: no waiting for the others inside of one.
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: loaders });
  return sharp;
}

/** sharp asks for its native build by this name first. */
function preferWasm(): void {
  const native = /^@img\/sharp-(?!wasm32)[\w-]+\/sharp\.node$/;
  registerHooks({
    resolve: (specifier, context, next) =>
      next(native.test(specifier) ? '@img/sharp-wasm32/sharp.node' : specifier, context),
  });
}

export const sharp = await load();
