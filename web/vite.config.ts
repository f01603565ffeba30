import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { scaledText } from './src/theme/text-scale.ts';

// The server that `npm run dev` talks to; the built board always talks to its own origin.
const server = process.env['DISPATCH_SERVER'] ?? 'http://127.0.0.1:8000';

/** Every text follows the size that the person has set, in every style sheet. */
const textScale = {
  postcssPlugin: 'text-scale',
  Declaration(said: { prop: string; value: string }) {
    const value = scaledText(said.prop, said.value);
    if (value !== said.value) said.value = value;
  },
};

export default defineConfig({
  plugins: [svelte()],
  css: { postcss: { plugins: [textScale] } },
  build: {
    outDir: '../dispatch/static',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing becomes a data: address: the content security policy allows fonts from 'self' only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/api': { target: server, ws: true },
      '/basemap.pmtiles': { target: server },
    },
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});
