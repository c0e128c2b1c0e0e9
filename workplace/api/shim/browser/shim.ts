/**
 * Plays the workplace's mobile container inside a mini-app's document, so that the unmodified
 * `dingtalk-jsapi` finds an iOS bridge. Loaded first in <head> as a classic script; does nothing
 * at top level, inside DingTalk itself, or in a frame of somebody who is not this workplace.
 */
import type { BridgeResult, FromApp, ToApp } from '../../../contracts/bridge.ts'

type Callback = (result: BridgeResult) => void
type Handler = (data: unknown, acknowledge: (result: unknown) => void) => void

interface Bridge {
  init(handler?: Handler): void
  registerHandler(name: string, handler: Handler): void
  callHandler(name: string, params?: unknown, callback?: Callback): void
}

declare global {
  interface Window {
    WebViewJavascriptBridge?: Bridge
  }
}

const userAgent =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Mobile/15E148 AliApp(DingTalk/7.6.0) com.laiwang.DingTalk/1 Channel/201200 language/zh-Hans-CN'

const rememberedKey = 'kangbao:workplace-origin'

function start(): void {
  if (window.parent === window || /DingTalk/i.test(navigator.userAgent)) return
  const host = findHost()
  if (!host) return
  Object.defineProperty(navigator, 'userAgent', { configurable: true, get: () => userAgent })
  window.WebViewJavascriptBridge = createBridge(host)
}

/** The origin of the page that frames us, when it is one of this workplace's. */
function findHost(): string | null {
  const script = document.currentScript
  if (!(script instanceof HTMLScriptElement)) return null
  const own = new URL(script.src)
  const listed = (script.dataset['origins'] ?? '').split(',').map((origin) => origin.trim())
  const isOurs = (origin: string): boolean => {
    if (origin === own.origin || listed.includes(origin)) return true
    const url = new URL(origin)
    // A phone reaches both of us under this machine's address instead of localhost.
    const isSamePort = url.protocol === own.protocol && url.port === own.port
    return isSamePort && (url.hostname === location.hostname || (isLoopback(url) && isLoopback(own)))
  }
  const framing = location.ancestorOrigins?.[0] ?? originOf(document.referrer) ?? remembered()
  if (!framing || !isOurs(framing)) {
    // After a full page load inside the frame the referrer is ourselves.
    const before = remembered()
    return before && isOurs(before) && framing === location.origin ? before : null
  }
  remember(framing)
  return framing
}

const isLoopback = ({ hostname }: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname)

function originOf(address: string): string | null {
  try {
    return address ? new URL(address).origin : null
  } catch {
    return null
  }
}

// Storage may be closed to framed pages; the origin is then found anew on each load.
function remembered(): string | null {
  try {
    return sessionStorage.getItem(rememberedKey)
  } catch {
    return null
  }
}
function remember(origin: string): void {
  try {
    sessionStorage.setItem(rememberedKey, origin)
  } catch {
    return
  }
}

function createBridge(host: string): Bridge {
  const callbacks = new Map<number, Callback>()
  const handlers = new Map<string, Handler>()
  let lastId = 0
  const href = () => location.href.split('#', 1)[0] ?? ''
  const post = (message: FromApp) => window.parent.postMessage(message, host)

  window.addEventListener('message', ({ source, origin, data }: MessageEvent<unknown>) => {
    if (source !== window.parent || origin !== host || !isToApp(data)) return
    if (data.t === 'dd-ret') {
      callbacks.get(data.id)?.(data.res)
      callbacks.delete(data.id)
    } else if (data.t === 'dd-handler') {
      handlers.get(data.name)?.(data.data, () => undefined)
    } else {
      document.dispatchEvent(new CustomEvent(data.name, { detail: data.detail }))
    }
  })
  post({ t: 'dd-hello', href: href() })

  return {
    init: () => undefined,
    registerHandler(name, handler) {
      handlers.set(name, handler)
      post({ t: 'dd-register', name })
    },
    callHandler(name, params, callback) {
      lastId += 1
      if (callback) callbacks.set(lastId, callback)
      post({ t: 'dd-call', id: lastId, name, params: plain(params), href: href() })
    },
  }
}

/** Parameters carry functions (onSuccess), which no message can. */
function plain(params: unknown): Record<string, unknown> {
  const copy: unknown = JSON.parse(JSON.stringify(params ?? {}))
  return typeof copy === 'object' && copy !== null ? { ...copy } : {}
}

const isToApp = (data: unknown): data is ToApp =>
  typeof data === 'object' &&
  data !== null &&
  't' in data &&
  (data.t === 'dd-ret' || data.t === 'dd-handler' || data.t === 'dd-event')

start()
