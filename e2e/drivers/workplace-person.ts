import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import * as accounts from '@kangbao/workplace/contracts/accounts.ts'
import * as certification from '@kangbao/workplace/contracts/certification.ts'
import * as container from '@kangbao/workplace/contracts/container.ts'
import {
  clientApiPrefix,
  type BodyOf,
  type Contract,
  type ParamsOf,
  type QueryOf,
  type ResponseOf,
} from '@kangbao/workplace/contracts/contract.ts'
import * as imports from '@kangbao/workplace/contracts/imports.ts'
import * as orgs from '@kangbao/workplace/contracts/orgs.ts'
import * as workbench from '@kangbao/workplace/contracts/workbench.ts'
import { paperPicture } from '../fixtures/papers.ts'
import { call, succeeded, until, type CallInput, type Reply } from './http.ts'
import { codeSentBy } from './sandbox.ts'

export interface Addresses {
  readonly workplace: string
  readonly server: string
  readonly sms: string
  readonly government: string
}

type Given<Name extends string, T> = T extends undefined
  ? { readonly [K in Name]?: undefined }
  : { readonly [K in Name]: T }
type InputOf<C> = Given<'params', ParamsOf<C>> & Given<'query', QueryOf<C>> & Given<'body', BodyOf<C>>

/** Numbers whose check digits are right; they belong to nobody. */
export const papers = { idNumber: '410105198001011239', creditCode: '91410100MA4567895P' } as const

export const adminPassword = 'Zaochen-Qidian-26'

/** Somebody with a phone who uses the workplace over its client API, as the client app would. */
export class WorkplacePerson {
  private constructor(
    readonly addresses: Addresses,
    readonly phone: string,
    readonly token: string,
  ) {}

  /** Signs up or in: asks for a code, reads it on the sandbox phone, gives it back (Z-01). */
  static async signIn(addresses: Addresses, phone: string, name: string): Promise<WorkplacePerson> {
    const base = `${addresses.workplace}${clientApiPrefix}`
    const code = await codeSentBy(addresses, phone, async () =>
      succeeded('SMS code', await call(base, accounts.requestSmsCode, { body: { phone } }, undefined)),
    )
    const body = { phone, code, name, acceptTerms: true }
    const session = succeeded(
      'sign in',
      await call(base, accounts.signIn, { body }, undefined),
    ) as ResponseOf<typeof accounts.signIn>
    return new WorkplacePerson(addresses, phone, session.token)
  }

  /** The same person on another device, let in by this one: a session of its own (Z-03). */
  async anotherDevice(): Promise<WorkplacePerson> {
    const base = `${this.addresses.workplace}${clientApiPrefix}`
    const started = succeeded(
      'scan sign-in',
      await call(base, accounts.startScanSignIn, {}, undefined),
    ) as ResponseOf<typeof accounts.startScanSignIn>
    const params = { ticket: started.ticket }
    await this.call(accounts.scanSignInCode, { params })
    await this.call(accounts.decideScanSignIn, { params, body: { decision: 'approve' } })
    const body = { secret: started.secret }
    const polled = succeeded(
      'poll',
      await call(base, accounts.pollScanSignIn, { params, body }, undefined),
    ) as ResponseOf<typeof accounts.pollScanSignIn>
    if (!polled.session) throw new Error(`the other device was not let in: ${polled.state}`)
    return new WorkplacePerson(this.addresses, this.phone, polled.session.token)
  }

  /** Calls a contract and expects success. */
  async call<C extends Contract>(contract: C, input: InputOf<C> & CallInput): Promise<ResponseOf<C>> {
    return succeeded(contract.path, await this.try(contract, input)) as ResponseOf<C> // serialised by the same schema
  }

  try(contract: Contract, input: CallInput): Promise<Reply> {
    return call(`${this.addresses.workplace}${clientApiPrefix}`, contract, input, this.token)
  }

  createOrg(name: string): Promise<orgs.Org> {
    const body = {
      name,
      industry: '制造业',
      location: '河南省郑州市',
      sizeBand: '100-499' as const,
      acceptTerms: true,
    }
    return this.call(orgs.createOrg, { body })
  }

  /** Sets the admin password, hands in the papers and asks for advanced certification, which the embedded workplace grants at once (Z-03, Z-06). */
  async becomeCertified(orgId: string): Promise<void> {
    await this.call(orgs.setAdminPassword, { params: { orgId }, body: { password: adminPassword } })
    await this.applyForCertification(orgId, '示例企业')
  }

  async applyForCertification(orgId: string, registeredName: string): Promise<certification.Certification> {
    const [licence, letter] = [
      await this.uploadPaper(orgId, 'licence', 12),
      await this.uploadPaper(orgId, 'letter', 8),
    ]
    return this.call(certification.requestCertification, {
      params: { orgId },
      body: {
        kind: 'enterprise',
        applicantName: '管理员',
        idNumber: papers.idNumber,
        registeredName,
        creditCode: papers.creditCode,
        licenceId: licence.id,
        letterId: letter.id,
      },
    })
  }

  private async uploadPaper(
    orgId: string,
    item: certification.PaperItem,
    lines: number,
  ): Promise<certification.Paper> {
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(paperPicture(lines))]), `${item}.png`)
    const reply = await this.try(certification.uploadPaper, { params: { orgId, item }, body: form })
    return succeeded('paper', reply) as certification.Paper
  }

  /** Uploads a contact book and waits until it is checked (Z-04). */
  async uploadDirectory(orgId: string, file: string): Promise<imports.DirectoryImport> {
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(await readFile(file))]), basename(file))
    const reply = await this.try(imports.uploadImport, { params: { orgId }, body: form })
    const { id } = succeeded('upload', reply) as imports.DirectoryImport
    return this.untilImport(orgId, id, (state) => state !== 'checking')
  }

  /** Confirms a checked import and waits until it is written. */
  async confirmDirectory(orgId: string, importId: string): Promise<imports.DirectoryImport> {
    await this.call(imports.confirmImport, { params: { orgId, importId }, body: { validRowsOnly: true } })
    return this.untilImport(orgId, importId, (state) => state !== 'importing' && state !== 'checked')
  }

  private untilImport(orgId: string, importId: string, isThere: (state: string) => boolean) {
    return until(
      'import',
      () => this.call(imports.getImport, { params: { orgId, importId } }),
      ({ state }) => isThere(state),
      120_000,
    )
  }

  /** Installs a mini-app by its suite id (Z-09); returns its agent in this org. */
  installApp(orgId: string, suiteId: string, scope: workbench.AppScope): Promise<workbench.InstalledApp> {
    return this.call(workbench.installApp, { params: { orgId }, body: { suiteId, acceptTerms: true, scope } })
  }

  /** A single-use code for the mini-app, as `requestAuthCode` gives it. */
  async authCode(orgId: string, agentId: workbench.InstalledApp['agentId']): Promise<string> {
    const { code } = await this.call(container.mintAuthCode, { params: { orgId, agentId } })
    return code
  }
}
