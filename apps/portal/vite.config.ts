import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** What the filter language and the JSON reader take of Node's buffers, for browsers. */
const buffers = fileURLToPath(new URL('src/json/browser-buffer.ts', import.meta.url));
/** What the page shows of the guides is taken from them. */
const docs = fileURLToPath(new URL('../../docs', import.meta.url));

export default defineConfig({
  base: '/portal/',
  plugins: [react()],
  resolve: { alias: { 'node:buffer': buffers, '@docs': docs } },
  build: {
    // A policy that allows no inline content takes no data: fonts or scripts either.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      transform: { inject: { Buffer: [buffers, 'Buffer'] } },
      // What nearly every screen needs comes at once, not as a dozen scripts of a few hundred bytes.
      output: { codeSplitting: { groups: [{ name: 'parts', test: /portal\/src\/(parts|json)\/|@tanstack/ }] } },
    },
  },
});
