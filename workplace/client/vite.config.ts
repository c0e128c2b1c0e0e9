import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'

// The decoder's glue code and its wasm must be of one version, so the wasm is the one that
// barcode-detector itself depends on, not whichever copy a hoisted install would offer.
const fromDecoder = createRequire(createRequire(import.meta.url).resolve('barcode-detector/ponyfill'))

const apiTarget = process.env.WORKPLACE_URL ?? 'http://localhost:7100'
const proxied = ['/client-api', '/oapi', '/openapi', '/shim.js', '/media']

/** Vant names a copy of its icon font on a public CDN after the one it embeds; nothing here may call out. */
const stripRemoteFont: Plugin = {
  name: 'strip-remote-font',
  enforce: 'pre',
  transform(code, id) {
    if (!/vant[\\/]lib[\\/]index\.css/.test(id)) return undefined
    const stripped = code.replaceAll(/,\s*url\((?:https?:)?\/\/at\.alicdn\.com[^)]*\)\s*format\([^)]*\)/g, '')
    return { code: stripped, map: null }
  },
}

export default defineConfig({
  plugins: [vue(), stripRemoteFont],
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
    // Browsers of this age know logical properties. For older ones the minifier lowers them, and a
    // lowered `inset-*` inside @keyframes leaks into the rule that follows.
    cssTarget: ['chrome90', 'safari15', 'firefox91'],
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
