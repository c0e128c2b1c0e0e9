import { computed, ref, shallowRef } from 'vue'
import { listCompletenessPeople } from '@kangbao/shared/contracts/completeness.ts'
import { useApi } from '@kangbao/kit/api/api.ts'
import { CancelledError, mostDinged, NotOfferedError, useBridge } from '@kangbao/kit/host/host-bridge.ts'

/** Whose missing members a DING goes to; the server narrows it to what the caller may see. */
export interface DingRange {
  readonly formId: string
  readonly period: string
  readonly departmentId?: number | undefined
}

interface DingWords {
  readonly url: string
  readonly title: string
  readonly text: string
}

/**
 * One DING after another to those who have not filed, as many people each as the host takes (docs/adr/0008). Every
 * DING is a tap of its own, because the host asks the person to confirm it.
 */
export function useDing(range: () => DingRange, words: () => DingWords) {
  const api = useApi()
  const bridge = useBridge()
  const state = ref<'ready' | 'sending' | 'refused' | 'done'>('ready')
  const told = ref(0)
  const error = shallowRef<unknown>(null)
  let cursor: string | null = null

  async function send(): Promise<void> {
    if (state.value === 'sending') return
    state.value = 'sending'
    error.value = null
    try {
      state.value = (await sendNext()) ? 'ready' : 'done'
    } catch (cause) {
      state.value = cause instanceof NotOfferedError ? 'refused' : 'ready'
      // A closed dialogue is an answer; the next tap asks the same people again.
      if (!(cause instanceof NotOfferedError || cause instanceof CancelledError)) error.value = cause
    }
  }

  /** Returns whether more people are left. */
  async function sendNext(): Promise<boolean> {
    const { formId, period, departmentId } = range()
    const { items, nextCursor } = await api.call(listCompletenessPeople, {
      params: { formId, period },
      query: {
        state: 'missing',
        limit: mostDinged,
        ...(departmentId === undefined ? {} : { departmentId }),
        ...(cursor === null ? {} : { cursor }),
      },
    })
    if (items.length === 0) return false
    const { url, title, text } = words()
    const userIds = items.map(({ userId }) => userId)
    await bridge.createDing({ userIds, text, link: { url, title, text } })
    told.value += userIds.length
    cursor = nextCursor
    return nextCursor !== null
  }

  return { state, told, error, send, isFirst: computed(() => told.value === 0) }
}
