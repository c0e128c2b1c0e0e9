import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { createClient } from '@kangbao/shared/contracts/client.ts'
import { apiBase, apiKey } from '@kangbao/kit/api/api.ts'
import { loadErrorTexts } from '@kangbao/kit/api/error-text.ts'
import { browserBridge } from '@kangbao/kit/host/browser-bridge.ts'
import { currentEnvironment } from '@kangbao/kit/host/environment.ts'
import { bridgeKey } from '@kangbao/kit/host/host-bridge.ts'
import { addTexts, createTexts, textsKey } from '@kangbao/kit/i18n/i18n.ts'
import kitZhCN from '@kangbao/kit/locales/zh-CN.ts'
import { applyTheme } from '@kangbao/kit/theme/theme.ts'
import appZhCN from '../locales/zh-CN.ts'
import KioskApp from './KioskApp.vue'
import { takeToken } from './kiosk-token.ts'
import zhCN from './locales/zh-CN.ts'

/** Builds and mounts the page of a shared tablet: no sign-in, no store of a person, no pages to go back to. */
export async function startKiosk(): Promise<void> {
  const environment = currentEnvironment()
  applyTheme(environment)
  const home = environment.locale ?? 'zh-CN'
  const texts = createTexts(home)
  await addTexts(texts, { 'zh-CN': kitZhCN, en: () => import('@kangbao/kit/locales/en.ts') })
  await addTexts(texts, { 'zh-CN': appZhCN, en: () => import('../locales/en.ts') })
  await addTexts(texts, { 'zh-CN': zhCN, en: () => import('./locales/en.ts') })
  document.documentElement.lang = home
  void loadErrorTexts()
  const client = createClient({
    baseUrl: apiBase,
    fetch: window.fetch.bind(window),
    token: () => undefined,
  })
  createApp(KioskApp, { token: takeToken(), home })
    .use(createPinia())
    .provide(apiKey, client)
    .provide(bridgeKey, browserBridge())
    .provide(textsKey, texts)
    .mount('#app')
}
