import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The server that `npm run dev` talks to; the built board always talks to its own origin.
const server = process.env['DISPATCH_SERVER'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [svelte()],
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
