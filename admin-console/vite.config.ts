import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** Served below `/console/` under a policy that allows no inline script and no eval. */
export default defineConfig({
  base: '/console/',
  plugins: [vue()],
  resolve: {
    alias: [
      // A client reads of a contract only its method and path; the schemas stay on the server.
      {
        find: /^typebox$/,
        replacement: fileURLToPath(new URL('./src/api/schema-free.ts', import.meta.url)),
      },
    ],
  },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    target: 'es2022',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What changes rarely has its own chunk, so that a release leaves it in the browser's cache.
        advancedChunks: {
          groups: [
            {
              name: 'vue',
              test: /node_modules[\\/](@vue|vue|vue-router|vue-i18n|@intlify|pinia|@pinia)[\\/]/,
            },
            { name: 'charts', test: /node_modules[\\/](echarts|zrender|vue-echarts)[\\/]/ },
            { name: 'regions', test: /node_modules[\\/]@vant[\\/]/ },
          ],
        },
      },
    },
  },
  server: {
    port: 7210,
    proxy: { '/api': { target: process.env['SERVER_URL'] ?? 'http://localhost:7200' } },
  },
})
