import { apiPrefixOf, type ServerAddress } from './server-address.ts'
import type { Contract, InputOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { decideConsents, getNotice, type FormNotice } from '@kangbao/shared/contracts/consents.ts'
import { signInByAuthCode, type AppId, type Session } from '@kangbao/shared/contracts/sessions.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import type { InstalledApp } from '@kangbao/workplace/contracts/workbench.ts'
import { call, succeeded, until, type CallInput, type Reply } from './http.ts'
import type { WorkplacePerson } from './workplace-person.ts'

type Agent = InstalledApp['agentId']

/** A member of an org who uses a mini-app over the server's API, as the mini-app would. */
export class Member {
  private current: Session

  /** @param reopen opens the app anew, as a person does whose session has run out. */
  constructor(
    private readonly address: ServerAddress,
    session: Session,
    private readonly reopen?: () => Promise<Session>,
  ) {
    this.current = session
  }

  get session(): Session {
    return this.current
  }

  /** Signs in with the host's single-use code (Z-23). */
  static async signIn(address: ServerAddress, app: AppId, corpId: string, code: string): Promise<Member> {
    const reply = await call(
      apiPrefixOf(address),
      signInByAuthCode,
      { body: { app, corpId, code } },
      undefined,
    )
    return new Member(address, succeeded('sign in by auth code', reply) as Session)
  }

  /**
   * Opens a mini-app as soon as the platform has told the server that the org enabled it: a second or so, or most of a
   * minute when a busy server let the platform's first three pushes wait too long (its pauses are 2, 5, 10 and 30 s).
   */
  static open(
    person: WorkplacePerson,
    app: AppId,
    org: { orgId: string; corpId: string },
    agentId: Agent,
  ): Promise<Member> {
    const attempt = async () => {
      const code = await person.authCode(org.orgId, agentId)
      const body = { app, corpId: org.corpId, code }
      return call(apiPrefixOf(person.addresses), signInByAuthCode, { body }, undefined)
    }
    const session = async () => succeeded('sign in by auth code', await attempt()) as Session
    const isThere = ({ status, body }: Reply) =>
      status !== 403 || !JSON.stringify(body).includes('app.not-authorised')
    return until('the app of a new org', attempt, isThere, 150_000).then(
      (reply) => new Member(person.addresses, succeeded('sign in by auth code', reply) as Session, session),
    )
  }

  /** Opens the app anew before its session runs out; for those who use the token by themselves. */
  async renew(): Promise<void> {
    if (this.reopen) this.current = await this.reopen()
  }

  /** Calls a contract and expects success. */
  async call<C extends Contract>(contract: C, input: InputOf<C> & CallInput): Promise<ResponseOf<C>> {
    return succeeded(contract.path, await this.try(contract, input)) as ResponseOf<C> // serialised by the same schema
  }

  /**
   * Every answer is one, but for a session that has run out: then the app is opened anew, as it does by itself; and for
   * a first filling, before which the app shows the notice: then the member reads it, ticks everything and files.
   */
  async try(contract: Contract, input: CallInput): Promise<Reply> {
    const reply = await this.once(contract, input)
    if (contract !== fileSubmission || reply.status !== 403) return reply
    if (!JSON.stringify(reply.body).includes('consent.missing')) return reply
    const noted = await this.takeNote(String(input.params?.['formId']))
    return noted.status === 200 ? this.once(contract, input) : noted
  }

  /** Reads the notice of a form and ticks everything; returns the last answer to it. */
  async takeNote(formId: string): Promise<Reply> {
    const shown = await this.once(getNotice, { params: { formId } })
    if (shown.status !== 200) return shown
    const { notice } = shown.body as FormNotice // serialised by the same schema
    const body = { version: notice.version, granted: notice.purposes.map(({ id }) => id) }
    return this.once(decideConsents, { params: { formId }, body })
  }

  private async once(contract: Contract, input: CallInput): Promise<Reply> {
    const send = () => call(apiPrefixOf(this.address), contract, input, this.current.token)
    const reply = await send()
    if (!this.reopen || reply.status !== 401 || !JSON.stringify(reply.body).includes('session.expired'))
      return reply
    this.current = await this.reopen()
    return send()
  }
}
