import { signSuiteCall } from './signing.ts'
import { textAt } from './expect.ts'
import type { Platform } from './platform.ts'

export interface AppKeys {
  readonly suiteKey: string
  readonly suiteSecret: string
}

/** The app as the caller of a run, in one organisation that has authorised it. */
export interface Session extends AppKeys {
  readonly corpId: string
  /** The last ticket that was pushed. */
  suiteTicket(): Promise<string>
  /** A corp token, kept until `forget`: the platform counts how often one is asked for. */
  token(corpId?: string): Promise<string>
  /** accessKey, timestamp, suiteTicket and signature of the signed calls. */
  signedQuery(): Promise<Record<string, string>>
  /** Body of get_suite_token. */
  suiteBody(): Promise<Record<string, string>>
  /** The app's id in an organisation, and who authorised it. */
  agent(corpId?: string): Promise<{ agentId: number; userid: string }>
  /** Tokens have run out or were withdrawn. */
  forget(): void
}

export function openSession(
  platform: Platform,
  given: AppKeys & { readonly corpId: string; suiteTicket(): Promise<string> },
): Session {
  const tokens = new Map<string, string>()
  const agents = new Map<string, { agentId: number; userid: string }>()
  const session: Session = {
    ...given,
    async token(corpId = given.corpId) {
      const known = tokens.get(corpId)
      if (known !== undefined) return known
      const answer = await platform.api('v1.0/oauth2/corpAccessToken', {
        body: {
          suiteKey: given.suiteKey,
          suiteSecret: given.suiteSecret,
          authCorpId: corpId,
          suiteTicket: await given.suiteTicket(),
        },
      })
      const token = textAt(answer.body, 'accessToken')
      tokens.set(corpId, token)
      return token
    },
    async signedQuery() {
      const suiteTicket = await given.suiteTicket()
      const timestamp = String(Date.now())
      const signature = signSuiteCall(given.suiteSecret, timestamp, suiteTicket)
      return { accessKey: given.suiteKey, timestamp, suiteTicket, signature }
    },
    suiteBody: async () => ({
      suite_key: given.suiteKey,
      suite_secret: given.suiteSecret,
      suite_ticket: await given.suiteTicket(),
    }),
    async agent(corpId = given.corpId) {
      const known = agents.get(corpId)
      if (known) return known
      const { body } = await platform.oapi('service/get_auth_info', {
        query: await session.signedQuery(),
        body: { auth_corpid: corpId, suite_key: given.suiteKey },
      })
      const agent = {
        agentId: Number(textAt(body, 'auth_info.agent.0.agentid')),
        userid: textAt(body, 'auth_user_info.userId'),
      }
      agents.set(corpId, agent)
      return agent
    },
    forget: () => tokens.clear(),
  }
  return session
}
