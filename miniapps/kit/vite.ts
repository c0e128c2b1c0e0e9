import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin, type UserConfig } from 'vite'
import { compressed } from './build/compressed.ts'
import { serviceWorker } from './build/service-worker.ts'
import { leanContracts } from './build/lean-contracts.ts'

const inKit = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Titles of errors are for the API's documentation; the phone shows its own texts. */
function withoutApiTexts(): Plugin {
  return {
    name: 'kangbao:without-api-texts',
    enforce: 'pre',
    transform(code, id) {
      if (/shared\/src\/errors\/catalogue\.ts$/.test(id))
        return code.replace(/title: '.*' \}/g, "title: '' }")
      return null
    },
  }
}

interface MiniAppBuild {
  /** Opens without a network, with all but the modules for which this is true. */
  readonly opensOffline?: { readonly isLeftOut: (moduleId: string) => boolean }
}

/**
 * The one build set-up of every mini-app: served below `/m/<app>/`, for web views as old as Chromium 70, without
 * inline scripts or eval, so that a strict content security policy holds.
 */
export function miniAppConfig(app: string, devPort: number, { opensOffline }: MiniAppBuild = {}): UserConfig {
  const offline = opensOffline ? [serviceWorker(app, opensOffline.isLeftOut)] : []
  return defineConfig({
    base: `/m/${app}/`,
    plugins: [vue(), withoutApiTexts(), leanContracts(), ...offline, compressed()],
    resolve: {
      alias: [
        // A phone reads of a contract only its method and path; the schemas stay on the server.
        { find: /^typebox$/, replacement: inKit('./src/api/schema-free.ts') },
        // Every web view we build for has promises.
        { find: /^promise-polyfill\/dist\/polyfill$/, replacement: inKit('./src/host/nothing.ts') },
      ],
    },
    define: {
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    build: {
      target: ['es2019', 'chrome70'],
      manifest: true,
      cssCodeSplit: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: {
        output: {
          // The entry lists every file a later page is made of: names would be a kilobyte of the first view.
          chunkFileNames: 'assets/[hash:7].js',
          assetFileNames: 'assets/[hash:7][extname]',
          // The Vue family changes rarely: its own chunk stays in the browser's cache over releases.
          codeSplitting: {
            groups: [
              {
                name: 'vue',
                test: /node_modules[\\/](@vue|vue|vue-router|pinia)[\\/]/,
              },
              {
                // What every page uses, in one piece: a dozen crumbs would compress worse and cost a dozen requests.
                // Only what the first page itself needs: holidays and reminders are read by those who publish.
                name: 'kit',
                tags: ['$initial'],
                test: /kit[\\/]src[\\/](api|i18n|storage|session[\\/]session-store|host[\\/](host-bridge|environment)|components[\\/](PrimaryButton|PlainButton|SectionCard|StatusTag|EmptyState|ErrorState|LoadingState|use-page-title|toast)|form[\\/]files[\\/]file-refs)|shared[\\/]src[\\/](forms[\\/](definition|visibility|paths|answers)|calendar[\\/](civil-day|period|repeat-schedule)|contracts[\\/](client|forms|submissions|sessions|host|fields|contract|permissions))/,
              },
            ],
          },
        },
      },
    },
    server: {
      port: devPort,
      proxy: { '/api': { target: process.env['SERVER_URL'] ?? 'http://localhost:7200' } },
    },
  })
}
