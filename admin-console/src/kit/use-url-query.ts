import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter, type Router } from 'vue-router'

type Patch = Record<string, string | undefined>

/** Changes asked for in one tick, so that two filters set together do not overwrite each other. */
const waiting = new WeakMap<Router, Patch>()

/** Filters live in the URL: a view can be shared, reloaded and gone back to. */
export function useUrlQuery() {
  const route = useRoute()
  const router = useRouter()

  function read(name: string): string | undefined {
    const value = route.query[name]
    const first = Array.isArray(value) ? value[0] : value
    return first === null || first === '' ? undefined : first
  }

  function write(patch: Patch): void {
    const running = waiting.get(router)
    if (running) {
      Object.assign(running, patch)
      return
    }
    waiting.set(router, { ...patch })
    queueMicrotask(() => {
      const query: Record<string, unknown> = { ...route.query, ...waiting.get(router) }
      waiting.delete(router)
      const kept = Object.entries(query).flatMap(([name, value]) =>
        typeof value === 'string' && value !== '' ? [[name, value] as const] : [],
      )
      void router.replace({ query: Object.fromEntries(kept), hash: route.hash })
    })
  }

  /** A text that is absent from the URL while it has its default. */
  function text(name: string, otherwise = ''): WritableComputedRef<string> {
    return computed({
      get: () => read(name) ?? otherwise,
      set: (value) => write({ [name]: value === otherwise ? undefined : value }),
    })
  }

  /** One of a few; anything else in the URL counts as the default. */
  function choice<T extends string>(
    name: string,
    allowed: readonly T[],
    otherwise: T,
  ): WritableComputedRef<T> {
    return computed({
      get: () => allowed.find((item) => item === read(name)) ?? otherwise,
      set: (value) => write({ [name]: value === otherwise ? undefined : value }),
    })
  }

  /** A positive whole number, or undefined. */
  function integer(name: string): WritableComputedRef<number | undefined> {
    return computed({
      get: () => {
        const value = Number(read(name))
        return Number.isSafeInteger(value) && value > 0 ? value : undefined
      },
      set: (value) => write({ [name]: value === undefined ? undefined : String(value) }),
    })
  }

  return { text, choice, integer, write }
}
