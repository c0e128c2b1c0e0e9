import { apiPrefixOf, type ServerAddress } from './server-address.ts'
import type { Contract, InputOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { signInByAuthCode, type AppId, type Session } from '@kangbao/shared/contracts/sessions.ts'
import { call, succeeded, type CallInput, type Reply } from './http.ts'

/** A member of an org who uses a mini-app over the server's API, as the mini-app would. */
export class Member {
  constructor(
    private readonly address: ServerAddress,
    readonly session: Session,
  ) {}

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

  /** Calls a contract and expects success. */
  async call<C extends Contract>(contract: C, input: InputOf<C> & CallInput): Promise<ResponseOf<C>> {
    return succeeded(contract.path, await this.try(contract, input)) as ResponseOf<C> // serialised by the same schema
  }

  try(contract: Contract, input: CallInput): Promise<Reply> {
    return call(apiPrefixOf(this.address), contract, input, this.session.token)
  }
}
