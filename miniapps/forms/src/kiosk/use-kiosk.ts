import { computed, nextTick, onScopeDispose, ref, shallowRef } from 'vue'
import {
  enterKiosk,
  getKioskFilling,
  fileAtKiosk,
  kioskVisitHeader,
  knockAtKiosk,
  listKioskForms,
  sendKioskFile,
  type KioskForm,
  type KioskReceipt,
  type KioskVisit,
  type Presented,
} from '@kangbao/shared/contracts/kiosk-tablet.ts'
import type { ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { useApi } from '@kangbao/kit/api/api.ts'
import { problemCode } from '@kangbao/kit/api/error-text.ts'
import type { FirstDoor } from '../first-fill/use-first-fill.ts'
import type { SendFile } from './visit-files.ts'
import { forgetToken } from './kiosk-token.ts'

/** Whether the tablet is still open is asked this often while nobody stands before it. */
const knockEveryMs = 60_000

/** How one form of one visit is opened, its files are sent and it is filed. */
export interface KioskDoor extends FirstDoor<KioskReceipt> {
  readonly sendFile: SendFile
}

/** Whether it can still be filled here. */
export const isOpen = ({ isFiled, needsPhone }: KioskForm) => !isFiled && !needsPhone

export type KioskStep = 'opening' | 'closed' | 'start' | 'forms' | 'fill' | 'receipt'

/** What a shared tablet shows: one visit after another, and nothing of the one before (Z-34). */
export function useKiosk(token: string | null) {
  const api = useApi()
  const step = ref<KioskStep>(token === null ? 'closed' : 'opening')
  const about = shallowRef<ResponseOf<typeof knockAtKiosk> | null>(null)
  const visit = shallowRef<KioskVisit | null>(null)
  const chosen = shallowRef<KioskForm | null>(null)
  const receipt = shallowRef<KioskReceipt | null>(null)
  const error = shallowRef<unknown>(null)
  const isBusy = ref(false)

  /** Nobody’s: whatever the last person did is gone from the page. */
  function leave(cause: unknown = null): void {
    visit.value = null
    chosen.value = null
    receipt.value = null
    error.value = cause
    if (step.value !== 'closed') step.value = 'start'
    window.scrollTo({ top: 0 })
  }
  function close(): void {
    leave()
    forgetToken()
    step.value = 'closed'
  }
  /**
   * What ends a visit, or the tablet for everybody.
   * @param pass Of the visit that asked: whoever stands here by now goes on, whatever became of the one before.
   */
  function ended(cause: unknown, pass?: string): boolean {
    const code = problemCode(cause)
    if (code === 'kiosk.closed') close()
    else if (code !== 'kiosk.visit-over') return false
    else if (visit.value?.pass === pass) leave(cause)
    return true
  }

  async function knock(): Promise<void> {
    if (token === null) return
    try {
      about.value = await api.call(knockAtKiosk, { body: { token } })
      if (step.value === 'opening') leave()
      else if (step.value === 'start' && problemCode(error.value) === null) error.value = null
    } catch (cause) {
      if (!ended(cause) && step.value === 'opening') error.value = cause
    }
  }
  const timer = setInterval(() => {
    if (step.value === 'start' || step.value === 'opening') void knock()
  }, knockEveryMs)
  onScopeDispose(() => clearInterval(timer))

  async function enter(presented: Presented): Promise<void> {
    if (isBusy.value || token === null) return
    isBusy.value = true
    error.value = null
    try {
      const next = await api.call(enterKiosk, { body: { token, presented } })
      if (step.value !== 'start') return // closed meanwhile
      visit.value = next
      step.value = 'forms'
      const [only] = next.forms
      if (only && next.forms.length === 1 && isOpen(only)) choose(only)
      await nextTick()
      window.scrollTo({ top: 0 })
    } catch (cause) {
      if (!ended(cause)) error.value = cause
    } finally {
      isBusy.value = false
    }
  }

  function choose(form: KioskForm): void {
    chosen.value = form
    step.value = 'fill'
    window.scrollTo({ top: 0 })
  }
  /** Back to the forms as they are known, and then as they are by now. */
  async function toForms(): Promise<void> {
    const now = visit.value
    if (!now || token === null) return leave()
    chosen.value = null
    receipt.value = null
    step.value = 'forms'
    window.scrollTo({ top: 0 })
    try {
      const { forms } = await api.call(listKioskForms, { body: { token, pass: now.pass } })
      if (visit.value?.pass === now.pass && step.value === 'forms') visit.value = { ...now, forms }
    } catch (cause) {
      // Without an answer they stay as they are known; the next question says what is wrong.
      ended(cause, now.pass)
    }
  }
  function received(next: KioskReceipt): void {
    if (!visit.value) return
    receipt.value = next
    step.value = 'receipt'
    const forms = visit.value.forms.map((form) =>
      form.formId === next.formId ? { ...form, isFiled: true } : form,
    )
    visit.value = { ...visit.value, forms }
    window.scrollTo({ top: 0 })
  }

  const left = computed(() => visit.value?.forms.filter(isOpen).length ?? 0)

  /** Null while nobody stands before a form. */
  const door = computed<KioskDoor | null>(() =>
    token !== null && visit.value && chosen.value
      ? doorOf({ token, pass: visit.value.pass, formId: chosen.value.formId })
      : null,
  )
  function doorOf(body: {
    readonly token: string
    readonly pass: string
    readonly formId: string
  }): KioskDoor {
    async function watched<T>(work: () => Promise<T>): Promise<T> {
      try {
        return await work()
      } catch (cause) {
        ended(cause, body.pass)
        throw cause
      }
    }
    return {
      open: () => watched(() => api.call(getKioskFilling, { body })),
      file: ({ period, answers, consents }) =>
        watched(() =>
          api.call(fileAtKiosk, { body: { ...body, period, answers, ...(consents && { consents }) } }),
        ),
      async sendFile({ key, purpose, ...file }, signal) {
        if (purpose === 'document') throw new Error('no document is taken here')
        const headers = { [kioskVisitHeader]: `${body.token}.${body.pass}` }
        return watched(() => api.call(sendKioskFile, { query: { purpose, key } }, { file, headers, signal }))
      },
    }
  }

  return { step, about, visit, chosen, receipt, error, isBusy, left, door, knock, enter, choose, toForms, received, leave } // prettier-ignore
}
