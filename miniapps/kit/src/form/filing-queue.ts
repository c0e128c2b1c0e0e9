import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { ProblemError, type Client } from '@kangbao/shared/contracts/client.ts'
import { fileSubmission, type Receipt } from '@kangbao/shared/contracts/submissions.ts'
import type { Problem } from '@kangbao/shared/errors/problem.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'
import { mayPass } from '../api/error-text.ts'
import { useSession } from '../session/session-store.ts'
import { refsIn } from './files/file-refs.ts'
import { useSealed } from '../storage/sealed-storage.ts'

export interface Filing {
  readonly formId: string
  readonly period: string
  readonly answers: Answers
  readonly carried: readonly string[]
  /** Of the form, for the list of what is kept here. */
  readonly title?: LocalText
}
/** What the server will not take as it is; kept until somebody changes it or gives it up. */
export interface RefusedFiling {
  readonly filing: Filing
  readonly error: ProblemError
}
type Kept = Filing & { readonly refusal?: Problem }
/** `received` with its receipt, `waiting` for the network, `refused` with the reason. */
export type FilingOutcome =
  | { readonly state: 'received'; readonly receipt: Receipt }
  | { readonly state: 'waiting' }
  | { readonly state: 'refused'; readonly error: unknown }

const prefix = 'filing:'
/** Few forms ask for files: what keeps them comes when it is needed. */
async function pendingFiles() {
  const { usePendingFiles } = await import('./files/pending-files.ts')
  return usePendingFiles()
}

const nameOf = ({ formId, period }: Filing) => `${prefix}${formId}:${period}`
const sameFiling = (a: Filing, b: Filing) => nameOf(a) === nameOf(b)

/**
 * Sends filings, now or when the network is back. The newest one for a period replaces an older one that still waits. One
 * that may have arrived, its reply lost, is asked for before it is sent again. What waits lies sealed on the device (S-78).
 */
export const useFilingQueue = defineStore('filing-queue', () => {
  const session = useSession()
  const sealed = useSealed()
  const waiting = shallowRef<readonly Filing[]>([])
  const refused = shallowRef<readonly RefusedFiling[]>([])
  const settled = shallowRef<
    ReadonlyMap<string, { readonly filing: Filing; readonly outcome: FilingOutcome }>
  >(new Map())
  const isSending = ref(false)
  /** Sent once without an answer, or by a page that is gone. */
  const maybeSent = new WeakSet<Filing>()
  let owner: string | null = null
  let opening: Promise<void> | null = null
  const idOfMember = () => session.member?.id ?? null

  /** Takes up what waits from before. @throws UnreachableError or ProblemError when it cannot be opened now. */
  async function open(api: Client): Promise<void> {
    if (owner !== idOfMember()) {
      owner = idOfMember()
      waiting.value = []
      refused.value = []
      opening = null
    }
    const mine = (opening ??= takeUp(api))
    await mine.catch((cause: unknown) => {
      if (opening === mine) opening = null // the next one tries again
      throw cause
    })
  }
  async function takeUp(api: Client): Promise<void> {
    const whose = idOfMember()
    const names = keptNames()
    const texts = await Promise.all(names.map((name) => sealed.read(api, name)))
    if (whose !== idOfMember()) return
    names.forEach((name, i) => texts[i] === null && sealed.remove(name)) // sealed under a key that is gone
    // Written below, and whole: they were sealed.
    const kept = texts.filter((text) => text !== null).map((text) => JSON.parse(text) as Kept)
    const older = kept.filter((filing) => !waiting.value.some((newer) => sameFiling(newer, filing)))
    older.sort((a, b) => (a.period < b.period ? -1 : 1))
    const unsettled = older.filter(({ refusal }) => !refusal)
    unsettled.forEach((filing) => maybeSent.add(filing))
    waiting.value = [...unsettled, ...waiting.value]
    refused.value = older.flatMap(({ refusal, ...filing }) =>
      refusal ? [{ filing, error: new ProblemError(refusal) }] : [],
    )
  }
  const keptNames = () => sealed.names().filter((name) => name.startsWith(prefix))
  /** Something waits, perhaps from before and not taken up yet. */
  const mayWait = () => waiting.value.length > 0 || (opening === null && keptNames().length > 0)

  const without = (filing: Filing) => waiting.value.filter((other) => !sameFiling(other, filing))
  const forgiven = (filing: Filing) => refused.value.filter((other) => !sameFiling(other.filing, filing))
  const waitsFor = computed(
    () => (formId: string, period: string) =>
      waiting.value.some((filing) => filing.formId === formId && filing.period === period),
  )

  async function attempt(api: Client, filing: Filing): Promise<FilingOutcome> {
    try {
      const { formId, period, answers, carried } = filing
      if (maybeSent.has(filing)) {
        const receipt = await (await import('./sent-before.ts')).receiptOfSent(api, filing)
        if (receipt) return { state: 'received', receipt }
      }
      // Each is named by an id of ours: sent once more after a broken line, it is the same file.
      if (refsIn(answers).length > 0) await (await pendingFiles()).uploadAll(api, answers)
      maybeSent.add(filing)
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
    const taken = open(api).catch(() => undefined)
    if (sealed.hasKey()) await taken
    waiting.value = [...without(filing), filing]
    refused.value = forgiven(filing)
    // Kept first: a page closed in the middle still sends it next time. Nobody waits for a key that does not come.
    const kept = sealed.write(api, nameOf(filing), JSON.stringify(filing))
    if (sealed.hasKey()) await kept
    const outcome = await attempt(api, filing)
    if (outcome.state !== 'waiting') await settle(api, filing, outcome)
    return outcome
  }
  async function settle(api: Client, filing: Filing, outcome: FilingOutcome): Promise<void> {
    // Given up, or a newer one for the same period has taken its place.
    const isCurrent = waiting.value.includes(filing)
    waiting.value = waiting.value.filter((other) => other !== filing)
    const refusal =
      outcome.state === 'refused' && outcome.error instanceof ProblemError ? outcome.error : null
    if (isCurrent && refusal) {
      refused.value = [...forgiven(filing), { filing, error: refusal }]
      await sealed.write(api, nameOf(filing), JSON.stringify({ ...filing, refusal: refusal.problem }))
    } else if (isCurrent) sealed.remove(nameOf(filing))
    if (outcome.state === 'received') dropFiles(filing)
    settled.value = new Map([...settled.value, [`${filing.formId}/${filing.period}`, { filing, outcome }]])
  }
  function dropFiles({ answers }: Filing): void {
    const refs = refsIn(answers)
    if (refs.length > 0) void pendingFiles().then((files) => files.drop(refs))
  }
  /** Gives a filing up, with its files: it is not sent, and nothing of it stays here. */
  function discard(filing: Filing): void {
    waiting.value = without(filing)
    refused.value = forgiven(filing)
    sealed.remove(nameOf(filing))
    dropFiles(filing)
  }
  /** Sends what waits, oldest first; stops at the first that still finds no network. */
  async function flush(api: Client): Promise<void> {
    if (isSending.value) return
    isSending.value = true
    try {
      if (
        !(await open(api).then(
          () => true,
          () => false,
        ))
      )
        return
      for (const filing of [...waiting.value]) {
        const outcome = await attempt(api, filing)
        if (outcome.state === 'waiting') return
        await settle(api, filing, outcome)
      }
    } finally {
      isSending.value = false
    }
  }
  const outcomeOf = (formId: string, period: string) =>
    settled.value.get(`${formId}/${period}`)?.outcome ?? null

  return { waiting, refused, waitsFor, mayWait, outcomeOf, settled, open, file, flush, discard }
})
