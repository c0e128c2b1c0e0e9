import { createRequire } from 'node:module'
import { mergeConfig } from 'vite'
import { miniAppConfig } from '../kit/vite.ts'

// The decoder's glue code and its wasm must be of one version: the one that barcode-detector itself depends on.
const fromDecoder = createRequire(createRequire(import.meta.url).resolve('barcode-detector/ponyfill'))

export default mergeConfig(
  miniAppConfig('forms', 7221, {
    // A kiosk keeps nothing, and its reader of codes is large.
    opensOffline: {
      isLeftOut: (moduleId) =>
        /\/forms\/src\/(manage|cases|kiosk)\/|\/(barcode-detector|zxing-wasm)\//.test(moduleId),
    },
  }),
  {
    resolve: {
      alias: [
        {
          find: /^zxing-reader\.wasm/,
          replacement: fromDecoder.resolve('zxing-wasm/reader/zxing_reader.wasm'),
        },
      ],
    },
  },
)
