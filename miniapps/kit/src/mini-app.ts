import { createPinia } from 'pinia'
import { createApp } from 'vue'
import {
  createRouter,
  createWebHistory,
  type Router,
  type RouterScrollBehavior,
  type RouteRecordRaw,
} from 'vue-router'
import { createClient } from '@kangbao/shared/contracts/client.ts'
import { signHostConfig } from '@kangbao/shared/contracts/host.ts'
import { getMe, type AppId } from '@kangbao/shared/contracts/sessions.ts'
import { apiBase, apiKey } from './api/api.ts'
import { askingAhead } from './api/ask-ahead.ts'
import { loadErrorTexts } from './api/error-text.ts'
import { browserBridge } from './host/browser-bridge.ts'
import { currentEnvironment, type Environment } from './host/environment.ts'
import { bridgeKey, type HostBridge } from './host/host-bridge.ts'
import { chosenLocale } from './i18n/chosen-locale.ts'
import { addTexts, createTexts, textsKey, type LocaleSource } from './i18n/i18n.ts'
import kitZhCN from './locales/zh-CN.ts'
import MiniAppShell from './MiniAppShell.vue'
import { whenIdle } from './when-idle.ts'
import { keepingFetch } from './offline/kept-fetch.ts'
import { environmentKey } from './host/environment-key.ts'
import { useSession } from './session/session-store.ts'
import { useSignIn } from './session/sign-in.ts'
import { useStepUp } from './session/step-up.ts'
import { applyTheme } from './theme/theme.ts'
import './theme/tokens.css'
import './theme/base.css'

export interface MiniApp {
  readonly app: AppId
  readonly routes: readonly RouteRecordRaw[]
  readonly messages: LocaleSource
  /** What the page at this path below the app's asks first, below the API's own address; null for none. */
  readonly asks?: (path: string) => string | null
}

/** The first view comes first, also on a slow line. */
const textsAfterMs = 6_000

/** Query parts that name the surroundings and so stay on every page of the app, reloads included. */
const lasting = ['corpId', 'link', 'theme', 'lang', 'text']

function keepSurroundings(router: Router): void {
  router.beforeEach((to, from) => {
    const missing = lasting.filter((name) => from.query[name] !== undefined && to.query[name] === undefined)
    if (missing.length === 0) return true
    const kept = Object.fromEntries(missing.map((name) => [name, from.query[name] ?? null]))
    // Push stays push: the host's back button must lead through the app's own pages.
    return { path: to.path, hash: to.hash, query: { ...to.query, ...kept } }
  })
}

/** A page opens at its top, one gone back to where it was left; a filter in the address moves nothing. */
const scrollBehavior: RouterScrollBehavior = (to, from, saved) =>
  saved ?? (to.path === from.path ? false : { top: 0 })

async function openBridge(
  environment: Environment,
  sign: Parameters<typeof loadHost>[0],
): Promise<HostBridge> {
  if (!environment.isInsideHost) return browserBridge()
  return loadHost(sign)
}

async function loadHost(sign: Parameters<typeof import('./host/dingtalk-bridge.ts').dingtalkBridge>[0]) {
  const { dingtalkBridge } = await import('./host/dingtalk-bridge.ts')
  return dingtalkBridge(sign)
}

/** A session that is still here has its questions under way before anything is built. */
function askFirst(
  begin: (url: string, token: string) => void,
  token: string | undefined,
  asks: MiniApp['asks'],
): void {
  if (!token) return
  const path = asks?.(location.pathname.slice(import.meta.env.BASE_URL.length - 1))
  if (path) begin(`${apiBase}${path}`, token)
  begin(`${apiBase}${getMe.path}`, token)
}

/** Builds and mounts a mini-app: host, session, language, routes. */
export async function startMiniApp({ app: name, routes, messages, asks }: MiniApp): Promise<void> {
  const environment = currentEnvironment()
  const pinia = createPinia()
  const session = useSession(pinia)
  session.open(name, environment.corpId, !environment.isInsideHost)
  const line = askingAhead(window.fetch.bind(window))
  const token = () => session.session?.token
  askFirst(line.begin, token(), asks)

  applyTheme(environment)
  const texts = createTexts(chosenLocale() ?? environment.locale ?? 'zh-CN')
  await addTexts(texts, { 'zh-CN': kitZhCN, en: () => import('./locales/en.ts') })
  await addTexts(texts, messages)
  document.documentElement.lang = texts.locale.value

  const app = createApp(MiniAppShell)
  app.use(pinia)
  const signIn = useSignIn()
  const ask = { baseUrl: apiBase, fetch: keepingFetch(line.fetch), token }
  const plainClient = createClient(ask)
  const client = createClient({ ...ask, renew: signIn.renew, prove: useStepUp().ask })

  const router = createRouter({ history: createWebHistory(import.meta.env.BASE_URL), routes, scrollBehavior })
  keepSurroundings(router)
  router.beforeEach(async (to) => {
    const later = to.meta['later']
    if (typeof later !== 'function') return true
    // Set in the app's own route table, where the first of those that come has this route's name and takes its place.
    const { default: more } = await (later as () => Promise<{ default: RouteRecordRaw[] }>)()
    for (const route of more) router.addRoute(route)
    return to.fullPath
  })
  router.beforeResolve(async (to) => {
    const later = to.meta['messages']
    if (typeof later === 'function') await addTexts(texts, await (later as () => Promise<LocaleSource>)()) // set in the app's own route table
  })
  // The first page's code and the host's bridge are fetched side by side.
  app.use(router)
  const bridge = await openBridge(environment, (url) =>
    client.call(signHostConfig, { body: { app: name, url } }),
  )
  // The embedded workplace tells its apps when the person signs out; DingTalk has nothing like it.
  if (environment.isInsideHost) document.addEventListener('userSignOut', () => void signIn.leave())
  void signIn.start({ app: name, environment, bridge, client: plainClient })
  app
    .provide(apiKey, client)
    .provide(bridgeKey, bridge)
    .provide(environmentKey, environment)
    .provide(textsKey, texts)
  app.mount('#app')
  setTimeout(() => whenIdle(() => void loadErrorTexts()), textsAfterMs)
}
