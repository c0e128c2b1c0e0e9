import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Wish {
  /** The authority that signs. */
  readonly by: string
  readonly name: string
  readonly days?: readonly [from: string, to: string]
}

export interface Certificate {
  readonly key: Buffer
  readonly cert: Buffer
}

/** Authorities and certificates, good and bad ones, made here and now by openssl. */
export class CertificateShop {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kangbao-tls-'))

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' })
  }

  /** Where a file of an authority or certificate lies: `ours.pem`. */
  file(name: string): string {
    return join(this.folder, name)
  }

  /** Makes an authority; its own certificate is one that is signed by itself. */
  authority(name: string): Certificate {
    this.openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
      '-subj', `/CN=${name}`, '-keyout', this.file(`${name}.key`), '-out', this.file(`${name}.pem`)) // prettier-ignore
    return this.read(name)
  }

  certificate(id: string, { by, name, days }: Wish): Certificate {
    const file = (suffix: string) => this.file(`${id}.${suffix}`)
    this.openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`,
      '-keyout', file('key'), '-out', file('csr')) // prettier-ignore
    writeFileSync(file('ext'), `subjectAltName=DNS:${name}\n`)
    writeFileSync(this.file('index.txt'), '')
    writeFileSync(this.file('serial'), '01\n')
    const settings = `[ca]\ndefault_ca=a\n[a]\ndatabase=${this.file('index.txt')}\nserial=${this.file('serial')}\n` +
      `new_certs_dir=${this.folder}\ndefault_md=sha256\npolicy=p\nunique_subject=no\ncopy_extensions=none\n[p]\ncommonName=supplied\n` // prettier-ignore
    writeFileSync(this.file('ca.cnf'), settings)
    const [from, to] = days ?? ['20200101000000Z', '20991231000000Z']
    this.openssl('ca', '-batch', '-notext', '-config', this.file('ca.cnf'), '-cert', this.file(`${by}.pem`),
      '-keyfile', this.file(`${by}.key`), '-startdate', from, '-enddate', to, '-extfile', file('ext'),
      '-in', file('csr'), '-out', file('pem')) // prettier-ignore
    return this.read(id)
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  private read(id: string): Certificate {
    return { key: readFileSync(this.file(`${id}.key`)), cert: readFileSync(this.file(`${id}.pem`)) }
  }
}
