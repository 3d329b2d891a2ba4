import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type ProxyOptions } from 'vite';

/** The host that `npm run dev` started; the screens' requests are handed on to it. */
const host = process.env.TESSERA_HOST;

/** The host answers its own origin only, so what passes through gets that origin. */
function handOn(target: string): ProxyOptions {
  return {
    target,
    changeOrigin: true,
    ws: true,
    configure: (proxy) => {
      proxy.on('proxyReq', (request) => request.setHeader('origin', target));
      proxy.on('proxyReqWs', (request) => request.setHeader('origin', target));
    },
  };
}

/** The screens: `renderer/` → `build/renderer/`, served by whichever host runs. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [svelte()],
  server: {
    proxy: host === undefined ? {} : { '^/(session|rpc|pictures|uploads|downloads)\\b': handOn(host) },
  },
  build: {
    outDir: '../build/renderer',
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy allows no inline scripts and no data: fonts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
