import { shallowRef } from 'vue'
import type { Regions } from './region-tree.ts'

const loaded = shallowRef<Regions | null>(null)
let underWay: Promise<Regions> | undefined

/** The country's regions, loaded when a form first shows or asks for a place (about 40 kB on the wire). */
export function loadRegions(): Promise<Regions> {
  underWay ??= import('./region-tree.ts').then(
    ({ regions }) => (loaded.value = regions),
    (cause: unknown) => {
      underWay = undefined
      throw cause
    },
  )
  return underWay
}

/** Names of regions on screen: the code until the names have come. */
export function useRegionNames(): (code: string) => string {
  return (code) => {
    if (!loaded.value) void loadRegions().catch(() => undefined) // the code stays readable; the next look tries again
    return loaded.value?.nameOf(code) || code
  }
}
