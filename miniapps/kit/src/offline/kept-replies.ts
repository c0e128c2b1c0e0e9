import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import type { Client } from '@kangbao/shared/contracts/client.ts'
import type { Me } from '@kangbao/shared/contracts/sessions.ts'
import type { Filling, MyForm, Receipt } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { useSession } from '../session/session-store.ts'
import { useSignIn } from '../session/sign-in.ts'
import { personalKey } from '../storage/personal-storage.ts'
import { useSealed } from '../storage/sealed-storage.ts'
import { byteStore, forgetBytes } from '../storage/byte-store.ts'
import { keptForMs, keptKey } from './kept-key.ts'
import { fillingOn, formOn } from './kept-day.ts'
import { stayOpen } from './stay-open.ts'

const prefix = 'reply:'
const formsName = `${prefix}forms`
export const meName = `${prefix}me`
const fillingName = (formId: string) => `${prefix}filling:${formId}`

interface Forms {
  readonly items: readonly MyForm[]
}
/** By name: what is kept is what the contract of that name answers. */
interface Kept<T> {
  readonly at: number
  readonly value: T
}

/** Replies the pages need to open without a network, sealed on the device as drafts are (S-78), for three days. */
function replies(api: Client) {
  const sealed = useSealed()
  return {
    async keep<T>(name: string, value: T): Promise<void> {
      const kept: Kept<T> = { at: Date.now(), value }
      await sealed.writeBytes(api, name, Uint8Array.from(new TextEncoder().encode(JSON.stringify(kept))))
    },
    async read<T>(name: string): Promise<T | null> {
      const bytes = await sealed.readBytes(api, name)
      if (!bytes) return null
      const { at, value } = JSON.parse(new TextDecoder().decode(bytes)) as Kept<T> // written above, and whole: it was sealed
      return Date.now() - at < keptForMs ? value : null
    },
    drop: (name: string) => sealed.removeBytes(name),
  }
}

const formOf = (url: string) => /\/forms\/([^/]+)\/(?:filling|submissions)/.exec(url)?.[1] ?? null
const gone = [403, 404, 409, 410]

let before: Promise<unknown> = Promise.resolve()
/** Takes up what the server said, one after another in the order in which it was said. */
export function hear(url: string, how: RequestInit | undefined, reply: Response): Promise<void> {
  const taken = before.then(() => take(url, how, reply))
  before = taken.catch(() => undefined) // what cannot be kept is not there without a network, and no more
  return taken
}

async function take(url: string, how: RequestInit | undefined, reply: Response): Promise<void> {
  const session = useSession()
  const api = useSignIn().deps?.client
  const whose = session.member?.id
  if (!api || whose === undefined || !(await stayOpen(api))) return
  void import('./AwayLine.vue') // there when the network is not
  const body: unknown = reply.ok ? await reply.json() : null
  if (session.member?.id !== whose) return
  const { keep, drop } = replies(api)
  if (session.me) await keep(meName, asMember(session.me))
  const formId = formOf(url)
  if (formId === null) return reply.ok ? keep(formsName, body) : undefined
  if (how?.method === 'PUT')
    return reply.ok && typeof how.body === 'string' ? filed(api, how.body, body as Receipt) : undefined // the contract's
  if (reply.ok) await keep(fillingName(formId), body)
  else if (gone.includes(reply.status)) await drop(fillingName(formId))
}
/** Managing needs a network. */
const asMember = (me: Me): Me => ({ ...me, role: 'member' })

/** What was just received stands in what is kept, so that nobody is asked for it once more. */
async function filed(api: Client, sent: string, receipt: Receipt): Promise<void> {
  const { keep, read } = replies(api)
  const { answers } = JSON.parse(sent) as { answers: Answers } // what the queue has just sent
  const filling = await read<Filling>(fillingName(receipt.formId))
  if (filling?.period === receipt.period)
    await keep<Filling>(fillingName(receipt.formId), { ...filling, mine: { answers, receipt } })
  const forms = await read<Forms>(formsName)
  const isIt = ({ formId, period }: MyForm) => formId === receipt.formId && period === receipt.period
  const items = forms?.items.map((form) => (isIt(form) ? { ...form, filedAt: receipt.filedAt } : form))
  if (items) await keep<Forms>(formsName, { items })
}

/** What the server would say of this day, as far as it is known; null when it is not. */
export async function answer(url: string, how: RequestInit | undefined): Promise<Response | null> {
  const session = useSession()
  const api = useSignIn().deps?.client
  const whose = session.member?.id
  if (!api || whose === undefined || (how?.method ?? 'GET') !== 'GET') return null
  const sealed = useSealed()
  if (!sealed.hasKey()) {
    const key = await keptKey(whose, Date.now())
    if (!key) return null
    sealed.adopt(key)
  }
  const { read } = replies(api)
  const now = Date.now()
  const day = { today: civilDayOf(now, session.zone), now, zone: session.zone }
  const formId = formOf(url)
  if (formId === null) {
    const forms = await read<Forms>(formsName)
    return forms && json({ items: forms.items.flatMap((form) => formOn(form, day) ?? []) })
  }
  const filling = await read<Filling>(fillingName(formId))
  const opened = filling && fillingOn(filling, day)
  return opened && json(opened)
}
const json = (value: unknown) =>
  new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } })

/** Nothing readable, but no longer of use: the key is gone with its time. */
export function forgetReplies(memberId: string): void {
  forgetBytes((key) => key.startsWith(personalKey(memberId, prefix)))
}

/** Who the kept key belongs to; null when it does not open. */
export async function keptMe(memberId: string): Promise<Me | null> {
  const key = await keptKey(memberId, Date.now())
  const place = personalKey(memberId, meName)
  const bytes = key && (await byteStore.read(place))
  const opened = bytes && (await key.openBytes(place, bytes))
  return opened && (JSON.parse(new TextDecoder().decode(opened)) as Kept<Me>).value // written above
}
