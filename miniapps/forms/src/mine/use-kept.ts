import { computed, shallowRef } from 'vue'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'
import { useApi } from '@kangbao/kit/api/api.ts'
import { useDrafts } from '@kangbao/kit/form/drafts.ts'
import { refsIn } from '@kangbao/kit/form/files/file-refs.ts'
import { useFilingQueue, type Filing } from '@kangbao/kit/form/filing-queue.ts'
import { keptDrafts, type KeptDraft } from '@kangbao/kit/form/kept-drafts.ts'
import { useSession } from '@kangbao/kit/session/session-store.ts'

/** One thing kept on this phone, and how far it has come. */
export interface KeptItem {
  readonly key: string
  readonly state: 'saved' | 'waiting' | 'refused' | 'received'
  readonly filing: Filing
  readonly title: LocalText | null
  readonly files: number
  /** Of a refusal. */
  readonly error?: unknown
  /** Of the receipt. */
  readonly number?: string
}

const keyOf = ({ formId, period }: Filing) => `${formId}/${period}`
function item(state: KeptItem['state'], filing: Filing, more: Partial<KeptItem> = {}): KeptItem {
  const { title = null, answers } = filing
  return { key: keyOf(filing), state, filing, title, files: refsIn(answers).length, ...more }
}

/** Everything of the member that is kept on this phone, the unsent first, and what was received since the page opened. */
export function useKept() {
  const api = useApi()
  const queue = useFilingQueue()
  const drafts = useDrafts()
  const session = useSession()
  const typed = shallowRef<readonly KeptDraft[]>([])
  const error = shallowRef<unknown>(null)
  const isReady = shallowRef(false)

  async function load(): Promise<void> {
    error.value = null
    try {
      const [found] = await Promise.all([
        keptDrafts(api, civilDayOf(Date.now(), session.zone)),
        queue.open(api),
      ])
      typed.value = found
      isReady.value = true
    } catch (cause) {
      error.value = cause
    }
  }

  const items = computed<KeptItem[]>(() => {
    const refused = queue.refused.map((each) => item('refused', each.filing, { error: each.error }))
    const waiting = queue.waiting.map((filing) => item('waiting', filing))
    const received = [...queue.settled.values()].flatMap(({ filing, outcome }) =>
      outcome.state === 'received'
        ? [item('received', filing, { number: outcome.receipt.number, files: 0 })]
        : [],
    )
    const filed = new Set([...refused, ...waiting, ...received].map(({ key }) => key))
    const saved = typed.value.map((draft) => item('saved', draft)).filter(({ key }) => !filed.has(key))
    const isUnderWay = new Set([...refused, ...waiting].map(({ key }) => key))
    return [...refused, ...waiting, ...saved, ...received.filter(({ key }) => !isUnderWay.has(key))]
  })

  /** Nothing of it stays here, the draft it was made of included. */
  function discard({ filing }: KeptItem): void {
    queue.discard(filing)
    drafts.discard(filing.formId)
    typed.value = typed.value.filter(({ formId }) => formId !== filing.formId)
  }
  return { items, isReady, error, load, discard }
}
