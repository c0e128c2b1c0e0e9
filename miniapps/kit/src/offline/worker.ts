import { workerOf } from './worker-answers.ts'

/** What the worker's own scope offers; the page's types know nothing of it. */
interface WorkerScope {
  readonly registration: {
    readonly scope: string
    readonly navigationPreload?: { enable(): Promise<void> }
  }
  addEventListener(type: 'install' | 'activate', listener: (event: LifeEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: AskEvent) => void): void
}
interface LifeEvent {
  waitUntil(work: Promise<unknown>): void
}
interface AskEvent extends LifeEvent {
  readonly request: Request
  readonly preloadResponse?: Promise<Response | undefined>
  respondWith(answer: Promise<Response>): void
}
declare const self: WorkerScope
/** The app's files and the name of this build, written in by `build/service-worker.ts`. */
declare const __BUILD__: { readonly name: string; readonly files: readonly string[] }

const worker = workerOf({
  ...__BUILD__,
  scope: self.registration.scope,
  caches,
  fetch: (ask, how) => fetch(ask, how),
})

self.addEventListener('install', (event) => event.waitUntil(worker.keep()))
self.addEventListener('activate', (event) => {
  // The page is asked for while the worker still wakes up.
  const preload = self.registration.navigationPreload?.enable()
  event.waitUntil(Promise.all([worker.forgetOlder(), preload]))
})
self.addEventListener('fetch', (event) => {
  const answer = worker.answer(event.request, event.preloadResponse)
  if (answer) event.respondWith(answer)
})
