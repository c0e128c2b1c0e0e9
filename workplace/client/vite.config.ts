import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// The decoder's glue code and its wasm must be of one version, so the wasm is the one that
// barcode-detector itself depends on, not whichever copy a hoisted install would offer.
const fromDecoder = createRequire(createRequire(import.meta.url).resolve('barcode-detector/ponyfill'))

const apiTarget = process.env.WORKPLACE_URL ?? 'http://localhost:7100'
const proxied = ['/client-api', '/oapi', '/openapi', '/shim.js', '/media']

export default defineConfig({
  plugins: [vue()],
  resolve: {
    alias: [
      { find: /^@\//, replacement: fileURLToPath(new URL('./src/', import.meta.url)) },
      {
        find: /^zxing-reader\.wasm/,
        replacement: fromDecoder.resolve('zxing-wasm/reader/zxing_reader.wasm'),
      },
    ],
  },
  server: {
    port: 7110,
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: apiTarget, changeOrigin: false }])),
  },
  build: {
    target: 'es2020',
    outDir: 'dist',
    // Vant and the Vue family change rarely: their own chunks stay in the browser's cache over releases.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules\/(@vue|vue|vue-router|vue-i18n|@intlify|pinia|@pinia)\// },
            { name: 'vant', test: /node_modules\/(vant|@vant)\// },
          ],
        },
      },
    },
  },
})
