import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { ProblemError, type Client } from '@kangbao/shared/contracts/client.ts'
import { fileSubmission, type Receipt } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { mayPass } from '../api/error-text.ts'
import { useSession } from '../session/session-store.ts'
import { personalKey } from '../storage/personal-storage.ts'
import { deviceStorage, readJson } from '../storage/safe-storage.ts'

export interface Filing {
  readonly formId: string
  readonly period: string
  readonly answers: Answers
  readonly carried: readonly string[]
}
/** `received` with its receipt, `waiting` for the network, `refused` with the reason. */
export type FilingOutcome =
  | { readonly state: 'received'; readonly receipt: Receipt }
  | { readonly state: 'waiting' }
  | { readonly state: 'refused'; readonly error: unknown }

const isFilings = (value: unknown): value is Filing[] => Array.isArray(value)
const sameFiling = (a: Filing, b: Filing) => a.formId === b.formId && a.period === b.period

/**
 * Sends filings, now or when the network is back. A filing is a PUT of the whole answer for one period, so sending
 * it twice changes nothing; the newest one for a period replaces an older one that still waits.
 */
export const useFilingQueue = defineStore('filing-queue', () => {
  const session = useSession()
  const owner = ref<string | null>(null)
  const waiting = shallowRef<readonly Filing[]>([])
  const settled = shallowRef<ReadonlyMap<string, FilingOutcome>>(new Map())
  const isSending = ref(false)
  const key = () => personalKey(owner.value ?? 'nobody', 'queue')

  function open(): void {
    owner.value = session.member?.id ?? null
    waiting.value = readJson(deviceStorage, key(), isFilings) ?? []
  }
  function keep(next: readonly Filing[]): void {
    waiting.value = next
    if (next.length > 0) deviceStorage.write(key(), JSON.stringify(next))
    else deviceStorage.remove(key())
  }
  const isMine = () => owner.value !== null && owner.value === (session.member?.id ?? null)
  const without = (filing: Filing) => waiting.value.filter((other) => !sameFiling(other, filing))
  const waitsFor = computed(
    () => (formId: string, period: string) =>
      waiting.value.some((filing) => filing.formId === formId && filing.period === period),
  )

  async function attempt(api: Client, filing: Filing): Promise<FilingOutcome> {
    try {
      const { formId, period, answers, carried } = filing
      const receipt = await api.call(fileSubmission, {
        params: { formId, period },
        body: { answers, carried: [...carried] },
      })
      return { state: 'received', receipt }
    } catch (error) {
      const isSignedOut = error instanceof ProblemError && error.problem.status === 401
      return mayPass(error) || isSignedOut ? { state: 'waiting' } : { state: 'refused', error }
    }
  }

  /** Files now; when nobody answers the filing is kept and sent later. */
  async function file(api: Client, filing: Filing): Promise<FilingOutcome> {
    if (!isMine()) open()
    keep([...without(filing), filing]) // kept first: a page closed in the middle still sends it next time
    const outcome = await attempt(api, filing)
    if (outcome.state !== 'waiting') settle(filing, outcome)
    return outcome
  }
  function settle(filing: Filing, outcome: FilingOutcome): void {
    keep(waiting.value.filter((other) => other !== filing))
    settled.value = new Map([...settled.value, [`${filing.formId}/${filing.period}`, outcome]])
  }
  /** Sends what waits, oldest first; stops at the first that still finds no network. */
  async function flush(api: Client): Promise<void> {
    if (isSending.value) return
    if (!isMine()) open()
    isSending.value = true
    try {
      for (const filing of [...waiting.value]) {
        const outcome = await attempt(api, filing)
        if (outcome.state === 'waiting') return
        settle(filing, outcome)
      }
    } finally {
      isSending.value = false
    }
  }
  const outcomeOf = (formId: string, period: string) => settled.value.get(`${formId}/${period}`) ?? null

  return { waiting, waitsFor, outcomeOf, settled, open, file, flush }
})
