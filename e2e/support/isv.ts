import { suiteKeysOf } from '@kangbao/launcher/sealed-push.ts'
import { allowPersonal } from '@kangbao/workplace/contracts/container.ts'
import type { WorkplacePerson } from '../drivers/workplace-person.ts'
import { succeeded } from '../drivers/http.ts'
import type { SettledOrg } from './orgs.ts'

/** Calls of the open platform by one of our apps, with its own suite's keys and a person's own token. */
export class Isv {
  private constructor(
    private readonly base: string,
    private readonly token: string,
    readonly unionId: string,
  ) {}

  /** The person agrees that the app may read who he is and make to-dos for him. */
  static async actingFor(
    person: WorkplacePerson,
    { orgId, agents }: Pick<SettledOrg, 'orgId' | 'agents'>,
    app: keyof SettledOrg['agents'],
  ): Promise<Isv> {
    const { suiteKey, suiteSecret } = suiteKeysOf(process.env['KANGBAO_SUITES'] ?? '', app)
    const { code } = await person.call(allowPersonal, {
      params: { orgId, agentId: agents[app] },
      body: { scopes: ['Contact.User.Read', 'Todo.Todo.Write'] },
    })
    const base = `${person.addresses.workplace}/openapi/v1.0`
    const { accessToken } = await ask<{ accessToken: string }>('POST', `${base}/oauth2/userAccessToken`, {
      clientId: suiteKey,
      clientSecret: suiteSecret,
      code,
      grantType: 'authorization_code',
    })
    const { unionId } = await ask<{ unionId: string }>(
      'GET',
      `${base}/contact/users/me`,
      undefined,
      accessToken,
    )
    return new Isv(base, accessToken, unionId)
  }

  /** A to-do of the person's own, in the words of `POST /v1.0/todo/users/{unionId}/tasks`. */
  async makeTodo(task: object): Promise<void> {
    const path = `${this.base}/todo/users/${this.unionId}/tasks?operatorId=${this.unionId}`
    await ask('POST', path, { executorIds: [this.unionId], ...task }, this.token)
  }
}

async function ask<T>(method: string, url: string, body?: object, token?: string): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token ? { 'x-acs-dingtalk-access-token': token } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const { status, headers } = response
  return succeeded(url, { status, headers, body: await response.json() }) as T // as the platform describes it
}
