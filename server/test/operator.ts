import type { Contract, InputOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { callApi } from './call.ts'
import type { TestServer } from './server.ts'
import { signToken } from './world.ts'

/** Whoever runs the installation, calling its routes. */
export function operatorOf(server: TestServer) {
  const ask = <C extends Contract>(contract: C, input: InputOf<C>) =>
    callApi(server.app, contract, input, {
      token: signToken(server, { sub: 'operator', role: 'operator' }),
    })
  return {
    /** @throws Error unless it is done. */
    async does<C extends Contract>(contract: C, input: InputOf<C>): Promise<ResponseOf<C>> {
      const reply = await ask(contract, input)
      if (reply.status !== 200) throw new Error(JSON.stringify(reply.body))
      return reply.body
    },
    /** The code of the refusal; undefined when there is none. */
    codeOf: async <C extends Contract>(contract: C, input: InputOf<C>) => (await ask(contract, input)).code,
  }
}
