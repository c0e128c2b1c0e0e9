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
  type KioskVisit,
  type Presented,
} from '@kangbao/shared/contracts/kiosk-tablet.ts'
import type { ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type { Receipt } from '@kangbao/shared/contracts/submissions.ts'
import { useApi } from '@kangbao/kit/api/api.ts'
import { problemCode } from '@kangbao/kit/api/error-text.ts'
import type { FirstDoor } from '../first-fill/use-first-fill.ts'
import type { SendFile } from './visit-files.ts'
import { forgetToken } from './kiosk-token.ts'

/** Whether the tablet is still open is asked this often while nobody stands before it. */
const knockEveryMs = 60_000

/** How the form chosen is opened, its files are sent and it is filed: with the pass of whoever stands here. */
export interface KioskDoor extends FirstDoor {
  readonly sendFile: SendFile
}

export type KioskStep = 'opening' | 'closed' | 'start' | 'forms' | 'fill' | 'receipt'

/** What a shared tablet shows: one visit after another, and nothing of the one before (Z-34). */
export function useKiosk(token: string | null) {
  const api = useApi()
  const step = ref<KioskStep>(token === null ? 'closed' : 'opening')
  const about = shallowRef<ResponseOf<typeof knockAtKiosk> | null>(null)
  const visit = shallowRef<KioskVisit | null>(null)
  const chosen = shallowRef<KioskForm | null>(null)
  const receipt = shallowRef<Receipt | null>(null)
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
  /** What ends a visit, or the tablet, whichever question it came from. */
  function ended(cause: unknown): boolean {
    const code = problemCode(cause)
    if (code === 'kiosk.closed') close()
    else if (code === 'kiosk.visit-over') leave(cause)
    else return false
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
      visit.value = await api.call(enterKiosk, { body: { token, presented } })
      step.value = 'forms'
      const only = visit.value.forms.filter(({ isFiled, needsPhone }) => !isFiled && !needsPhone)
      if (only.length === 1 && only[0] && visit.value.forms.length === 1) choose(only[0])
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
  /** Back to the forms, as they are by now. */
  async function toForms(): Promise<void> {
    const now = visit.value
    if (!now || token === null) return leave()
    chosen.value = null
    receipt.value = null
    try {
      const { forms } = await api.call(listKioskForms, { body: { token, pass: now.pass } })
      if (visit.value?.pass !== now.pass) return
      visit.value = { ...now, forms }
      step.value = 'forms'
    } catch (cause) {
      if (!ended(cause)) leave(cause)
    }
  }
  function received(next: Receipt): void {
    if (!visit.value) return
    receipt.value = next
    step.value = 'receipt'
    const forms = visit.value.forms.map((form) =>
      form.formId === next.formId ? { ...form, isFiled: true } : form,
    )
    visit.value = { ...visit.value, forms }
    window.scrollTo({ top: 0 })
  }

  const left = computed(
    () => visit.value?.forms.filter(({ isFiled, needsPhone }) => !isFiled && !needsPhone).length ?? 0,
  )

  const door: KioskDoor = {
    async open() {
      const { body } = asked()
      return watched(() => api.call(getKioskFilling, { body }))
    },
    async file({ period, answers, consents }) {
      const { body } = asked()
      return watched(() =>
        api.call(fileAtKiosk, { body: { ...body, period, answers, ...(consents && { consents }) } }),
      )
    },
    async sendFile({ key, purpose, ...file }, signal) {
      if (purpose === 'document') throw new Error('no document is taken here')
      const { token: held, pass } = asked().body
      const headers = { [kioskVisitHeader]: `${held}.${pass}` }
      return watched(() => api.call(sendKioskFile, { query: { purpose, key } }, { file, headers, signal }))
    },
  }
  function asked() {
    if (token === null || !visit.value || !chosen.value) throw new Error('nobody is here')
    return { body: { token, pass: visit.value.pass, formId: chosen.value.formId } }
  }
  async function watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      ended(cause)
      throw cause
    }
  }

  return { step, about, visit, chosen, receipt, error, isBusy, left, door, knock, enter, choose, toForms, received, leave } // prettier-ignore
}
